import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.citation import Place
from corpus.document import Document, Footnote, Identity, Paragraph, Section
from index.passage_table import PassageTable
from index.passages import (
    MAX_PASSAGE_CHARACTERS,
    Grain,
    Span,
    split_into_sentences,
)


def document(*texts: str, footnotes=()) -> Document:
    paragraphs = tuple(Paragraph(number, text) for number, text in enumerate(texts, start=1))
    return Document(Identity("d", "D"), (Section((), paragraphs),), footnotes)


def texts_at(grain: Grain, *texts: str) -> list[str]:
    return [passage.text for passage in PassageTable.of([document(*texts)]) if passage.grains & grain]


def test_three_grains():
    """A paragraph of three sentences is whole once, has two windows and three sentences."""
    text = "De eerste zin. De tweede zin. De derde zin."
    assert texts_at(Grain.PARAGRAPH, text) == [text]
    assert texts_at(Grain.WINDOW, text) == ["De eerste zin. De tweede zin.", "De tweede zin. De derde zin."]
    assert texts_at(Grain.SENTENCE, text) == ["De eerste zin.", "De tweede zin.", "De derde zin."]


def test_one_sentence_is_one_passage_at_all_grains():
    """No vector is stored twice for one span."""
    (passage,) = PassageTable.of([document("Eén zin.")])
    assert passage.grains == Grain.PARAGRAPH | Grain.WINDOW | Grain.SENTENCE


def test_two_sentences_are_one_window():
    """The whole and the only window are the same span."""
    passages = PassageTable.of([document("Eén zin. Nog een.")])
    assert [passage.grains for passage in passages] == [Grain.PARAGRAPH | Grain.WINDOW, Grain.SENTENCE, Grain.SENTENCE]


def test_footnotes_are_places_of_their_own():
    """A footnote's passages follow those of the paragraph that carries it."""
    places = [p.place for p in PassageTable.of([document("Een.", "Twee.", footnotes=(Footnote("1", "Noot.", 1),))])]
    assert places == [Place("d", 1), Place("d", 1, "1"), Place("d", 2)]


def test_a_long_paragraph_is_split_at_sentences():
    """Parts end with a sentence and stay within the model's reach; together they are the paragraph."""
    text = " ".join(f"Dit is zin {number} van een lange alinea." for number in range(120))
    parts = texts_at(Grain.PARAGRAPH, text)
    assert len(parts) > 1
    assert all(len(part) <= MAX_PASSAGE_CHARACTERS and part.endswith(".") for part in parts)
    assert " ".join(parts) == text


def test_what_has_no_sentence_end_is_cut_at_white_space():
    """A list of 4,000 words is no reason to lose its tail."""
    text = " ".join(["woord"] * 4000)
    parts = texts_at(Grain.SENTENCE, text)
    assert all(len(part) <= MAX_PASSAGE_CHARACTERS for part in parts)
    assert " ".join(parts) == text


def test_a_word_without_end_is_cut():
    """10,000 characters without a space are still covered."""
    parts = texts_at(Grain.SENTENCE, "x" * 10_000)
    assert "".join(parts) == "x" * 10_000


@pytest.mark.parametrize(
    "sentences",
    [
        ["De heer drs. S.A. Blok heeft d.d. 3 maart jl. o.a. 4.000 euro ontvangen.", "Dit is de volgende zin."],
        ["Zie art. 3, lid 2, van Kamerstuk 26 150, nr. 184.", "Op blz. 3 e.v. staat meer."],
        ["Is dit een vraag?", "Ja!", "«Goed», zei de Minister."],
    ],
)
def test_dutch_sentences(sentences):
    """Abbreviations, titles and numbers end no sentence."""
    text = " ".join(sentences)
    assert [span.of(text) for span in split_into_sentences(text)] == sentences


@given(st.text(max_size=400))
def test_sentences_hold_every_visible_character_in_order(text):
    """Whatever the text: no character is lost, doubled or moved, and no span overlaps another."""
    spans = split_into_sentences(text)
    assert "".join("".join(span.of(text).split()) for span in spans) == "".join(text.split())
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))


@given(st.text(alphabet="ab .\n", min_size=1, max_size=5000))
def test_passages_lie_within_their_paragraph(text):
    """Every passage is its span of the paragraph, not blank, and short enough."""
    for passage in PassageTable.of([document(text)]):
        assert passage.text == Span(passage.span.start, passage.span.end).of(text)
        assert passage.text.strip() == passage.text != ""
        assert len(passage.text) <= MAX_PASSAGE_CHARACTERS
