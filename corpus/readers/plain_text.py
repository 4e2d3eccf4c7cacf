"""Plain text, above all a Kamerstuk's text as copied from its PDF.

Such text has no form feeds. A page starts at a line with one leading space, and ends at a running footer where
one was kept; the footer states the page's number.
"""

import re

from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.identity import identity_from_name, read_head
from corpus.readers.outline import Outline
from corpus.readers.paged_lines import Page, read_pages

_FOOTER = re.compile(r"(?:Eerste|Tweede) Kamer, vergaderjaar \d{4}\s*[-–]\s*\d{4}, .+ (?P<page>\d{1,4})")
_FORM_FEED = "\f"
_TITLE_CHARACTERS = 120


def read_plain_text(data: bytes, name: str) -> Document:
    """Read a text file's bytes; `name` (without folder) gives a document its id when the text has none.

    UnreadableDocument when it is not text or holds nothing but white space.
    """
    text = decode(data, name)
    raw_lines = text.replace("\r\n", "\n").replace("\r", "\n").replace(_FORM_FEED, f"\n{_FORM_FEED}").split("\n")
    lines = [_fold(line) for line in raw_lines]
    if not any(lines):
        raise UnreadableDocument(f"{name} holds no text; remove it, or put the document's text into it")
    start = next(position for position, line in enumerate(lines) if line)
    head = read_head(lines[start:])
    pages = _split_pages(raw_lines, starts_with_space=head is not None)
    outline = Outline()
    if head:
        _drop_lines(pages, start + head.lines)
    read_pages(pages, outline)
    document = outline.finish(head.identity if head else identity_from_name(name, lines[start][:_TITLE_CHARACTERS]))
    if not document.paragraphs:
        raise UnreadableDocument(f"{name} holds a heading but no paragraph below it; check that the file is whole")
    return document


def decode(data: bytes, name: str) -> str:
    """Decode text as UTF-8, as UTF-16 with its byte order mark, or as Windows-1252.

    UnreadableDocument when the bytes hold control characters that no text has.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text):
            return text
    raise UnreadableDocument(f"{name} is not text in UTF-8, UTF-16 or Windows-1252; save it as UTF-8 and add it again")


def _fold(line: str) -> str:
    return " ".join(line.split())


def _split_pages(raw_lines: list[str], *, starts_with_space: bool) -> list[Page]:
    """Cut the lines into pages; one page without a number when nothing tells where a page ends."""
    pages = [Page(1)]
    for raw in raw_lines:
        line = _fold(raw)
        footer = _FOOTER.fullmatch(line)
        if footer:
            pages[-1].number = int(footer["page"])
            pages.append(Page(int(footer["page"]) + 1))
            continue
        is_break = raw.startswith(_FORM_FEED) or (starts_with_space and re.match(r" \S", raw))
        has_begun = any(pages[-1].lines)
        if is_break and has_begun:
            pages.append(Page((pages[-1].number or 0) + 1))
        pages[-1].lines.append(line)
    if len(pages) > 1 and not any(pages[-1].lines):
        pages.pop()
    if len(pages) == 1 and not any(_FOOTER.fullmatch(_fold(raw)) for raw in raw_lines):
        pages[0].number = None
    return pages


def _drop_lines(pages: list[Page], count: int) -> None:
    for page in pages:
        taken = min(count, len(page.lines))
        del page.lines[:taken]
        count -= taken
