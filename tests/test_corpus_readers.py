"""One letter, one document: whatever format it was saved in, it is read as the same paragraphs."""

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import LETTER
from rendering_docx import render_docx
from rendering_html import new_page, old_page
from rendering_markdown import render_markdown
from rendering_odt import render_odt
from rendering_pdf import render_pdf
from rendering_text import render_text
from rendering_xml import official_xml

from corpus import library, readers
from corpus.document import FORMATS, Document, Paragraph
from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.library import Library, read_sources
from corpus.readers import MAX_FILE_BYTES, read_document
from corpus.readers.file_format import detect_format

RENDERINGS = {
    "xml": (official_xml, "xml", False),
    "html": (new_page, "html", False),
    "html of before 2020": (old_page, "html", False),
    "pdf": (render_pdf, "pdf", True),
    "docx": (render_docx, "docx", False),
    "odt": (render_odt, "odt", False),
    "markdown": (render_markdown, "markdown", False),
    "text": (render_text, "text", True),
}


def test_every_format_is_known_everywhere():
    """By its reader, its ending, and a rendering of the letter; RTF has notes and pages in a test of its own."""
    assert set(readers._READERS) | {"xml"} == set(FORMATS) == set(library._ENDINGS)
    assert {file_format for _, file_format, _ in RENDERINGS.values()} == set(FORMATS) - {"rtf"}


def test_every_format_comes_into_the_library(letter: Document, tmp_path: Path):
    """Through the process that reads, under its own ending; of them all the best is read, the others are twins."""
    folder = Library(tmp_path / "documents")
    for name, (render, file_format, _) in RENDERINGS.items():
        if name == "html of before 2020":
            # Another file of the same document in the same format.
            continue
        (tmp_path / "kst-27925-681").write_bytes(render(letter))
        added = folder.add(tmp_path / "kst-27925-681")
        assert (added.document.id, added.document.format, added.is_new) == (letter.id, file_format, True), name
    (document,) = read_sources(folder.sources()).documents
    assert document.format == FORMATS[0] and len(document.twins) == len(FORMATS) - 2


def rtf(document: Document) -> bytes:
    """A letter without notes as RTF."""
    lines = [paragraph.text for paragraph in document.paragraphs]
    escaped = "\\par\n".join("".join(c if c < "\x80" else f"\\u{ord(c)}?" for c in line) for line in lines)
    return f"{{\\rtf1\\ansi {escaped}\\par}}".encode()


@pytest.mark.parametrize(("render", "file_format", "has_pages"), RENDERINGS.values(), ids=RENDERINGS.keys())
def test_one_letter_one_document(letter: Document, tmp_path: Path, render, file_format, has_pages):
    """Equal texts, numbers, headings, notes and identity; pages where the format has them."""
    path = tmp_path / "zonder-naam.bin"
    path.write_bytes(render(letter))
    document = read_document(path)
    assert document.format == file_format
    assert document.identity == letter.identity

    def bare(paragraph: Paragraph) -> Paragraph:
        return paragraph if has_pages else replace(paragraph, pages=())

    assert [p.text for p in document.paragraphs] == [p.text for p in letter.paragraphs]
    assert [(s.headings, [bare(p) for p in s.paragraphs]) for s in document.sections] == [
        (s.headings, [bare(p) for p in s.paragraphs]) for s in letter.sections
    ]
    assert [(n.mark, n.text, n.paragraph) for n in document.footnotes] == [
        (n.mark, n.text, n.paragraph) for n in letter.footnotes
    ]
    if has_pages:
        assert [n.pages for n in document.footnotes] == [n.pages for n in letter.footnotes]
    assert document.quality.score >= 0.95


def test_the_letter_as_rtf(letter: Document, tmp_path: Path):
    """RTF keeps paragraphs; its notes and headings are lost."""
    path = tmp_path / "brief.rtf"
    path.write_bytes(rtf(letter))
    document = read_document(path)
    assert document.format == "rtf"
    assert [p.text for p in document.paragraphs] == [p.text for p in letter.paragraphs]


@pytest.mark.parametrize("name", ["brief.pdf", "brief.txt", "brief", "brief.docx", "brief.XML"])
def test_the_bytes_decide_the_format_not_the_name(letter: Document, tmp_path: Path, name):
    """A Word file called .pdf is read as Word."""
    path = tmp_path / name
    path.write_bytes(render_docx(letter))
    assert read_document(path).format == "docx"


@pytest.mark.parametrize(
    ("data", "file_format"),
    [
        (b"\xef\xbb\xbf<?xml version='1.0'?><officiele-publicatie/>", "xml"),
        ("<?xml version='1.0' encoding='utf-16'?><officiele-publicatie/>".encode("utf-16"), "xml"),
        (b"<officiele-publicatie>", "xml"),
        (b"<?xml version='1.0'?>\n<!DOCTYPE html><html/>", "html"),
        (b"\n<!-- x --><HTML lang='nl'>", "html"),
        (b"<p>Tekst", "html"),
        (b"junk before\n%PDF-1.4", "pdf"),
        (b"{\\rtf1 x}", "rtf"),
        (b"# Kop\n\nTekst\n\n## Kop\n", "markdown"),
        (b"Tekst van een brief.", "text"),
        (b"3 < 4 en dat blijft zo.", "text"),
    ],
)
def test_formats_by_their_first_bytes(data, file_format):
    """XHTML is HTML, official XML is XML, and a smaller-than sign is no markup."""
    assert detect_format(data, "x") == file_format


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", UnreadableDocument),
        (b"\0\0\0", UnreadableDocument),
        (b"PK\x03\x04junk", UnreadableDocument),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), UnsupportedFormat),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), UnsupportedFormat),
        (b"GIF89a" + bytes(100), UnsupportedFormat),
        (b"\x7fELF" + bytes(100), UnsupportedFormat),
        (bytes(range(1, 256)) * 10, UnreadableDocument),
    ],
)
@pytest.mark.parametrize("name", ["stuk.txt", "stuk.pdf", "stuk.docx", "stuk.xml"])
def test_binary_junk_under_every_name(tmp_path: Path, data, error, name):
    """A named error that names the file and says what to do."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(error, match=rf"^{name} .*[;,(]"):
        read_document(path)


def test_a_file_that_is_too_large(tmp_path: Path):
    """200 MB are refused before they are read."""
    path = tmp_path / "groot.txt"
    with path.open("wb") as file:
        file.truncate(2 * MAX_FILE_BYTES)
    with pytest.raises(UnreadableDocument, match=r"groot\.txt is larger than 100 MB"):
        read_document(path)


def test_a_file_that_is_not_there():
    """An OSError, which is the caller's to explain."""
    with pytest.raises(FileNotFoundError):
        read_document(LETTER.with_name("weg.txt"))
