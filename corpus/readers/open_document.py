"""OpenDocument texts (ODT), read from their XML.

Not through odfdo, measured on one file with all of it: it computes no list labels, and gives hidden text, hidden
sections and the stored text of tracked deletions as text. It unpacks whatever the container claims to hold.
"""

from typing import Final

from corpus.document import Document
from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.readers.flow import Item, blocks_of, fold
from corpus.readers.flow_writer import document_from_flow
from corpus.readers.markup import Element, local_name, parse_part
from corpus.readers.note_marks import NoteMarks
from corpus.readers.open_document_body import OpenDocumentBody
from corpus.readers.open_document_lists import Lists
from corpus.readers.open_document_styles import LIBRE_OFFICE, OFFICE, STYLE, TABLE, Styles
from corpus.readers.open_document_text import OpenDocumentText
from corpus.readers.zip_archive import ZipArchive

_CONTENT: Final = "content.xml"
_STYLES: Final = "styles.xml"
_META: Final = "meta.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_TITLE: Final = f"{OFFICE}meta/{{http://purl.org/dc/elements/1.1/}}title"


def read_open_document(data: bytes, name: str) -> Document:
    """Read an ODT file's bytes; `name` (without folder) gives a document its id when the text has none.

    A file without pages, so that no paragraph has any. UnreadableDocument when it is damaged, encrypted, made to
    do harm, or without text; UnsupportedFormat when it is a spreadsheet or a presentation.
    """
    archive = ZipArchive(data, name)
    if _MANIFEST in archive and any(
        local_name(e) == "encryption-data" for e in parse_part(archive.read(_MANIFEST), name, _MANIFEST).iter()
    ):
        raise UnreadableDocument(f"{name} is encrypted; save it without a password and add it again")
    content = _parse(archive, name, _CONTENT)
    body = content.find(f"{OFFICE}body")
    text = None if body is None else body.find(f"{OFFICE}text")
    if text is None:
        kind = local_name(body[0]) if body is not None and len(body) else "empty"
        raise UnsupportedFormat(f"{name} is no OpenDocument text ({kind}); save its text as ODT, PDF or plain text")
    roots = [content]
    if _STYLES in archive:
        roots.append(_parse(archive, name, _STYLES))
    title = ""
    if _META in archive:
        found = parse_part(archive.read(_META), name, _META).find(_TITLE)
        title = "" if found is None else (found.text or "")
    return _read(text, roots, name, title)


def _parse(archive: ZipArchive, name: str, part: str) -> Element:
    root = parse_part(archive.read(part), name, part)
    for element in root.iter(f"{LIBRE_OFFICE}*"):
        # LibreOffice writes a table in a shape under a name of its own, before the standard allows it there.
        if element.tag.startswith(f"{LIBRE_OFFICE}table"):
            element.tag = TABLE + element.tag.removeprefix(LIBRE_OFFICE)
    return root


def _read(text: Element, roots: list[Element], name: str, title: str) -> Document:
    styles = Styles(roots)
    inline = OpenDocumentText(styles, NoteMarks())
    reader = OpenDocumentBody(inline, styles, Lists(roots))
    items = reader.items(text)
    footnotes = {mark: _note_text(reader.items(body)) for mark, body in list(inline.note_bodies.items())}
    header = [
        item
        for root in roots[1:]
        for e in root.iter(f"{STYLE}header", f"{STYLE}header-first")
        for item in reader.items(e)
    ]
    return document_from_flow(items, footnotes, name, page_header=header, title=title)


def _note_text(items: list[Item]) -> str:
    return " ".join(filter(None, (fold(block.text)[0] for block in blocks_of(items))))
