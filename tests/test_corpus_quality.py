import re
from dataclasses import replace

import pytest

from corpus.document import Document, Identity, Paragraph, Section
from corpus.quality import is_dutch, judge


def document(*paragraphs: Paragraph) -> Document:
    return Document(Identity("d", "D"), (Section((), paragraphs),))


def changed(letter: Document, change) -> Document:
    sections = [
        replace(section, paragraphs=tuple(replace(p, text=change(p.text)) for p in section.paragraphs))
        for section in letter.sections
    ]
    return replace(letter, sections=tuple(sections))


def test_the_letter_is_faultless(letter: Document):
    """Names and abbreviations are no fault."""
    assert judge(letter).score == 1.0
    assert judge(letter).reasons == ()


def test_torn_words(letter: Document):
    """First letters that stand apart lower the score and are named."""
    torn = judge(changed(letter, lambda text: re.sub(r"\b([TVWK])(\w{4,})", r"\1 \2", text)))
    assert torn.score < 0.95
    assert any(re.fullmatch(r"\d+ words are torn apart, such as '[TVWK] \w+'", reason) for reason in torn.reasons)


def test_words_that_are_none(letter: Document):
    """Text that came out as letters only cannot be relied on."""
    lost = judge(changed(letter, lambda text: re.sub(r"(\w{2})(\w+)", r"\1q\2", text)))
    assert lost.score == 0.0
    assert "of the words are not in a Dutch word list" in lost.reasons[0]


def test_missing_pages():
    """A page without text among others is named."""
    quality = judge(document(Paragraph(1, "Een.", (1,)), Paragraph(2, "Vier.", (4,))))
    assert quality.reasons == ("no text was found on page 2, 3",)
    assert quality.score == 0.5


def test_characters_that_could_not_be_read():
    """Replacement characters count heavily."""
    quality = judge(
        document(Paragraph(1, "De regering heeft dit co\N{REPLACEMENT CHARACTER}rdinerend besluit genomen."))
    )
    assert quality.reasons == ("1 characters could not be read",)
    assert quality.score < 0.5


def test_few_words_are_not_judged():
    """A name of three words is no fault in the reading."""
    assert judge(document(Paragraph(1, "Xyz Qrs Abcd"))).score == 1.0


@pytest.mark.parametrize(("word", "known"), [("Nederland", True), ("huizen", True), ("weede", False), ("Qxyz", False)])
def test_the_word_list(word: str, known: bool):
    """Words as written or in lower case."""
    assert is_dutch(word) == known
