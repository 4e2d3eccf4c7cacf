"""What a build takes over of texts that did not change equals what it would make anew."""

from hypothesis import given
from hypothesis import strategies as st
from made_places import placed

from index.lexical import LexicalIndex
from index.passage_table import PassageTable
from index.passages import Grain, PlaceText
from index.place_words import PlaceWords

SENTENCES = (
    "De minister spreekt.",
    "Burgemeesters en gemeenten werken samen aan terrorismebestrijding.",
    "Er kwamen 4.000 mensen!",
    "Dat is alles. En dit ook.",
    "",
)
texts = st.lists(
    st.builds(PlaceText, st.lists(st.sampled_from(SENTENCES), max_size=4).map(" ".join), st.sampled_from(("", "Kop"))),
    max_size=8,
)


@given(before=texts, after=texts)
def test_passages(before, after):
    """Same rows, and each row that is said to be taken over has the text that it had."""
    previous, _ = PassageTable.split(placed(before))
    equals = placed(after).equals_in(previous.places)
    taken, rows = PassageTable.split(placed(after), previous, equals)
    fresh, _ = PassageTable.split(placed(after))
    assert list(taken) == list(fresh) and taken.to_bytes() == fresh.to_bytes()
    known = {text.text for text in before}
    for row, previous_row in enumerate(rows.tolist()):
        assert (previous_row >= 0) == (taken.places.texts[taken.place_numbers[row]] in known)
        assert previous_row < 0 or previous.text(previous_row) == taken.text(row)


@given(before=texts, after=texts)
def test_words(before, after):
    """Same words and the same index, byte for byte, whatever was there before."""
    known, places = placed(before), placed(after)
    kept = PlaceWords.from_bytes(PlaceWords.of(known).to_bytes())
    taken, fresh = PlaceWords.of(places, kept, places.equals_in(known)), PlaceWords.of(places)
    assert taken.to_bytes() == fresh.to_bytes()
    assert LexicalIndex.of(places, taken).to_bytes() == LexicalIndex.of(places).to_bytes()


def test_rows_by_text():
    """Texts that no passage has are left out."""
    table, _ = PassageTable.split(placed([PlaceText("Een zin. Nog een.", "")]))
    assert table.rows_with({"Nog een.", "Iets anders."}) == {"Nog een.": len(table) - 1}


def test_sentences_around_a_row():
    """Those of the row's place, whichever row of it is given, and of no other."""
    table, _ = PassageTable.split(placed([PlaceText("Een zin. Nog een zin hier.", ""), PlaceText("Iets anders.", "")]))
    for row, passage in enumerate(table):
        text, spans, rows = table.sentences_around(row)
        beside = [at for at, each in enumerate(table) if each.place == passage.place and each.grains & Grain.SENTENCE]
        assert rows.tolist() == beside and [span.of(text) for span in spans] == [table[at].text for at in beside]
