"""What a read document holds, in the short form in which tests state what they expect."""

from dataclasses import replace
from pathlib import Path

from corpus.document import Document
from corpus.readers.plain_text import read_plain_text

ROOT = Path(__file__).resolve().parents[1]
LETTER = ROOT / "corpus" / "documents" / "kst-27925-681.txt"
# Real documents that are not the project's to keep; tests that need them are skipped where they are not.
SAMPLES = ROOT.parent / "shared" / "samples"


def read_letter() -> Document:
    """The letter as its text file gives it, without pages: XML and HTML have none."""
    return without_pages(read_plain_text(LETTER.read_bytes(), LETTER.name))


def without_pages(document: Document) -> Document:
    """A document as a format without pages gives it."""
    return replace(
        document,
        sections=tuple(
            replace(section, paragraphs=tuple(replace(paragraph, pages=()) for paragraph in section.paragraphs))
            for section in document.sections
        ),
        footnotes=tuple(replace(footnote, pages=()) for footnote in document.footnotes),
    )


def texts(document: Document) -> list[str]:
    """The paragraphs' texts in order."""
    return [paragraph.text for paragraph in document.paragraphs]


def outline(document: Document) -> list[tuple[str, list[str]]]:
    """Each section as its path (" > " between headings) and its paragraphs' texts."""
    return [(" > ".join(s.headings), [paragraph.text for paragraph in s.paragraphs]) for s in document.sections]


def notes(document: Document) -> list[tuple[str, str, int]]:
    """Each footnote as mark, text and the number of its paragraph."""
    return [(footnote.mark, footnote.text, footnote.paragraph) for footnote in document.footnotes]


def marks(document: Document, number: int) -> list[tuple[str, str]]:
    """The marks of a paragraph, each with the text before it."""
    paragraph = document.paragraph(number)
    return [(note.mark, paragraph.text[: note.position]) for note in paragraph.notes]
