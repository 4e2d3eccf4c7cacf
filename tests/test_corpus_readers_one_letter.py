"""One letter, one document: the letter in every format in flow, and as text anew, reads to the same."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rendering import without_pages
from rendering_docx import render_docx
from rendering_markdown import render_markdown
from rendering_odt import render_odt
from rendering_text import render_text

from corpus.document import Document, Dossier, Footnote, Identity, NoteReference, Paragraph, Section
from corpus.readers.markdown import looks_like_markdown, read_markdown
from corpus.readers.open_document import read_open_document
from corpus.readers.plain_text import read_plain_text
from corpus.readers.word import read_word

LETTER = Path(__file__).parent.parent / "corpus" / "documents" / "kst-27925-681.txt"

_DOSSIER = Dossier("", "Begroting Binnenlandse Zaken")

Format = tuple[Callable[[Document], bytes], Callable[[bytes, str], Document]]

FLOWING: dict[str, Format] = {
    "docx": (render_docx, read_word),
    "odt": (render_odt, read_open_document),
    "markdown": (render_markdown, read_markdown),
}


@pytest.fixture(scope="module")
def letter() -> Document:
    return read_plain_text(LETTER.read_bytes(), LETTER.name)


@pytest.mark.parametrize("name", FLOWING)
def test_the_letter_is_the_same_document(letter, name):
    """Identity, headings, texts, numbers, notes and their places; a format in flow has no pages."""
    render, read = FLOWING[name]
    document = read(render(letter), f"andere-naam.{name}")
    assert without_pages(document) == without_pages(letter)
    assert len(document.paragraphs) == 20
    assert {paragraph.pages for paragraph in document.paragraphs} == {()}
    assert {footnote.pages for footnote in document.footnotes} == {()}


def test_the_letter_written_as_text_anew_is_the_same_document(letter):
    """Pages included: footers, footnotes at the foot of their page, paragraphs over a page break."""
    document = read_plain_text(render_text(letter), "andere-naam.txt")
    assert replace(document, source_name="") == letter


def test_the_letter_as_text_does_not_look_like_markdown():
    assert not looks_like_markdown(LETTER.read_text(encoding="utf-8"))


def _senate_document() -> Document:
    """A document with what the letter lacks: levels, labels, several notes at one place, another chamber."""
    identity = Identity(
        id="kst-36600-VII-D",
        title="Verslag van een schriftelijk overleg",
        chamber="I",
        session_year="2024/25",
        number="D",
        dossiers=(replace(_DOSSIER, number="36600-VII"),),
    )
    sections = (
        Section((), (Paragraph(1, "De commissie heeft een brief gestuurd.", notes=(NoteReference("1", 37),)),)),
        Section(
            ("1. Inleiding",),
            (
                Paragraph(2, "De leden vragen het volgende:"),
                Paragraph(3, "a. is het waar; en", notes=(NoteReference("2", 14), NoteReference("3", 14))),
                Paragraph(4, "b. zo ja, waarom?"),
            ),
        ),
        Section(("1. Inleiding", "1.1 Achtergrond"), (Paragraph(5, "Er is 1 * 2 < 3 [x] & meer_tekst_hier."),)),
        Section(("2. Slot",), (Paragraph(6, "1. Een genummerde zin."),)),
    )
    footnotes = tuple(Footnote(mark, f"Noot {mark}.", paragraph) for mark, paragraph in (("1", 1), ("2", 3), ("3", 3)))
    return Document(identity, sections, footnotes)


@pytest.mark.parametrize("name", FLOWING)
def test_a_document_of_the_senate_is_the_same_in_every_format(name):
    render, read = FLOWING[name]
    document = _senate_document()
    assert without_pages(read(render(document), f"brief.{name}")) == without_pages(document)
