"""Places in columns, beside the same places as objects."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_places import placed

from corpus.citation import Place
from index.columns import pack, unpack
from index.errors import SnapshotDamaged
from index.passage_table import PASSAGES, PassageTable
from index.passages import PlaceText
from index.place_table import PLACES, PlaceTable

places = st.dictionaries(
    st.builds(Place, st.sampled_from(("a", "b")), st.integers(1, 4), st.sampled_from((None, "1", "**"))),
    st.builds(PlaceText, st.text(st.characters(exclude_categories=["Cs"]), max_size=8), st.sampled_from(("", "Kop"))),
    max_size=12,
).map(lambda found: dict(sorted(found.items(), key=lambda each: (each[0].document_id, each[0].paragraph))))
SOME = {
    Place("a", 1): PlaceText("één", "Kop"),
    Place("b", 1): PlaceText("€", ""),
    Place("b", 1, "1"): PlaceText("", ""),
}


@given(texts=places)
def test_a_table_is_what_it_was_made_of(texts):
    """In memory and opened from its bytes: places, texts, headings."""
    made = PlaceTable.of(texts)
    for table in (made, PlaceTable.from_bytes(made.to_bytes(), made.texts_to_bytes())):
        assert list(table) == list(texts) and list(table.texts) == [each.text for each in texts.values()]
        assert [table.headings[number] for number in table.above] == [each.headings for each in texts.values()]
        assert table.sizes.tolist() == [len(each.text) for each in texts.values()]
        assert table.to_bytes() == made.to_bytes()


def test_part_of_a_table():
    """Slices and numbers from the end, as of any sequence."""
    table = PlaceTable.of(SOME)
    assert table[1:] == [Place("b", 1), Place("b", 1, "1")] and table[-1] == Place("b", 1, "1")
    assert table.texts[:2] == ["één", "€"]
    with pytest.raises(IndexError):
        table[3]


@given(texts=st.lists(st.text("€(Aa", max_size=5), max_size=8))
def test_texts_in_whose_encoding_something_stands(texts):
    """Each once, in order; what stands across the end of one and the begin of the next may be found beside them."""
    table = placed([PlaceText(text, "") for text in texts])
    found = table.texts.having(re.compile(rb"\(A"))
    assert [text for text in found if "(A" in text] == [text for text in texts if "(A" in text]
    assert all("(A" in text or text.endswith("(") for text in found)


def test_texts_of_another_table_are_refused():
    """Neither longer nor shorter ones."""
    table = PlaceTable.of(SOME)
    columns, texts = table.to_bytes(), table.texts_to_bytes()
    for other in (texts[:-1], texts + b"x"):
        with pytest.raises(SnapshotDamaged, match=r"texts\.txt"):
            PlaceTable.from_bytes(columns, other)


def test_documents_of_another_table_are_refused():
    """As many as their places say, and all that belongs to them."""
    table = PlaceTable.of(SOME)
    names = ("document_starts", "paragraphs", "marks", "above", "sizes", "ends")
    texts, columns = unpack(table.to_bytes(), PLACES, *names)
    for other in ({"documents": ["a", "b"]}, texts | {"documents": ["a"]}):
        with pytest.raises(SnapshotDamaged, match="other documents than it states"):
            PlaceTable.from_bytes(pack(dict(zip(names, columns, strict=True)), other), table.texts_to_bytes())


def test_passages_of_another_table_are_refused():
    """Of fewer places, more passages than there are, or outside their paragraph."""
    table = PlaceTable.of(SOME)
    passages, _ = PassageTable.split(table)
    with pytest.raises(SnapshotDamaged, match="other counts of places or passages"):
        PassageTable.from_bytes(passages.to_bytes(), PlaceTable.of({}))
    names = ("starts", "begins", "ends", "grains")
    _, (starts, begins, ends, grains) = unpack(passages.to_bytes(), PASSAGES, *names)
    for damaged in ((starts, begins, ends + 1, grains), (starts, begins, ends, grains * 0)):
        with pytest.raises(SnapshotDamaged, match="outside its paragraph"):
            PassageTable.from_bytes(pack(dict(zip(names, damaged, strict=True)), None), table)
