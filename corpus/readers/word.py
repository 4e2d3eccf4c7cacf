"""Word files (DOCX), read from their XML.

Not through a library, measured on one file with all of it: python-docx leaves out footnotes, text boxes, content
controls, tracked insertions and list labels; docx2python labels every list in a form of its own, gives notes their
internal ids, keeps hidden text and reads text boxes twice. Both unpack whatever the container claims to hold.
"""

import posixpath
from collections.abc import Iterator
from typing import Final

from corpus.document import Document
from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.readers.flow import blocks_of, fold
from corpus.readers.flow_writer import document_from_flow
from corpus.readers.markup import Element, local_name, parse_part
from corpus.readers.note_marks import NoteMarks
from corpus.readers.word_body import WordBody
from corpus.readers.word_numbering import Numbering
from corpus.readers.word_styles import WORD, Styles, flag, integer, value
from corpus.readers.word_text import WordText
from corpus.readers.zip_archive import ZipArchive

_RELATIONSHIPS: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_RELATION_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
_USUAL_BODY: Final = "word/document.xml"
# The "strict" variant names everything otherwise and is the same for the rest.
_STRICT_NAMES: Final = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)  # fmt: skip


def read_word(data: bytes, name: str) -> Document:
    """Read a DOCX file's bytes; `name` (without folder) gives a document its id when the text has none.

    A file without pages, so that no paragraph has any. UnreadableDocument when it is damaged, encrypted, made to
    do harm, or without text; UnsupportedFormat when it is another kind of Office file.
    """
    return _WordFile(ZipArchive(data, name), name).document()


class _WordFile:
    """The parts of a Word file that hold text or say how it looks."""

    def __init__(self, archive: ZipArchive, name: str) -> None:
        self._archive = archive
        self._name = name
        self._body_part = next(
            (target for kind, _, target in self._related("") if kind == "officeDocument"), _USUAL_BODY
        )
        self._root = self._parse(self._body_part)
        if local_name(self._root) in ("workbook", "presentation"):
            raise UnsupportedFormat(f"{name} is an Excel or PowerPoint file; save its text as Word, PDF or plain text")
        if self._root.tag != f"{WORD}document":
            raise UnreadableDocument(
                f"{name} is no Word file inside; open it in Word, save it as .docx and add it again"
            )
        self._relations = list(self._related(self._body_part))
        self._marks = NoteMarks()
        self._styles = Styles(self._part("styles"))
        self._numbering = self._part("numbering")
        self._forms = self._note_forms()

    def document(self) -> Document:
        """Read the body, then the notes that it refers to, then the header that may state date and subject."""
        body = self._root.find(f"{WORD}body")
        items = [] if body is None else self._reader(self._root).items(body)
        footnotes = self._footnotes()
        header = [item for part in self._header_parts(body) for item in self._reader(part).items(part)]
        return document_from_flow(items, footnotes, self._name, page_header=header, title=self._title())

    def _reader(self, root: Element) -> WordBody:
        """A reader of one part, which counts its lists by itself."""
        text = WordText(root, self._styles, self._marks, self._forms)
        return WordBody(text, self._styles, Numbering(self._numbering, self._styles))

    def _footnotes(self) -> dict[str, str]:
        """The texts of the notes that the body refers to, by mark."""
        notes: dict[tuple[str, str | None], tuple[WordBody, Element]] = {}
        for kind in ("footnote", "endnote"):
            root = self._part(f"{kind}s")
            if root is not None:
                reader = self._reader(root)
                elements = root.findall(f"{WORD}{kind}")
                notes |= {(kind, element.get(f"{WORD}id")): (reader, element) for element in elements}
        texts = {}
        for kind, note_id, mark in list(self._marks):
            if (kind, note_id) in notes:
                reader, element = notes[kind, note_id]
                blocks = blocks_of(reader.items(element))
                texts[mark] = " ".join(filter(None, (fold(block.text)[0] for block in blocks)))
        return texts

    def _note_forms(self) -> dict[str, tuple[str, int]]:
        """How notes are numbered: by the settings, which a section can overrule."""
        settings = self._part("settings")
        forms = {"footnote": ("decimal", 1), "endnote": ("lowerRoman", 1)}
        for kind in forms:
            places = [] if settings is None else settings.findall(f"{WORD}{kind}Pr")
            for place in [*places, *self._root.findall(f"{WORD}body/{WORD}sectPr/{WORD}{kind}Pr")]:
                form, start = forms[kind]
                start_here = integer(value(place.find(f"{WORD}numStart")))
                forms[kind] = (value(place.find(f"{WORD}numFmt")) or form, start if start_here is None else start_here)
        return forms

    def _header_parts(self, body: Element | None) -> list[Element]:
        """The headers of the first section, the first page's before the others'."""
        section = None if body is None else body.find(f".//{WORD}sectPr")
        if section is None:
            return []
        targets = {relation: target for _, relation, target in self._relations}
        references = section.findall(f"{WORD}headerReference")
        if not flag(section, "titlePg"):
            references = [e for e in references if e.get(f"{WORD}type") != "first"]
        references.sort(key=lambda e: e.get(f"{WORD}type") != "first")
        parts = [targets.get(e.get(_RELATION_ID), "") for e in references]
        return [self._parse(part) for part in parts if part in self._archive]

    def _title(self) -> str:
        part = next((target for kind, _, target in self._related("") if kind == "core-properties"), "")
        if part not in self._archive:
            return ""
        found = self._parse(part).find(_TITLE)
        return "" if found is None else (found.text or "")

    def _part(self, kind: str) -> Element | None:
        part = next((target for found, _, target in self._relations if found == kind), "")
        return self._parse(part) if part in self._archive else None

    def _related(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Kind, id and target of the parts that a part refers to; what lies outside the file is left alone."""
        folder, _, file = part.rpartition("/")
        relations = f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"
        if relations not in self._archive:
            return
        for relation in self._parse(relations).findall(f"{_RELATIONSHIPS}Relationship"):
            if relation.get("TargetMode") != "External":
                kind = (relation.get("Type") or "").rpartition("/")[2]
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or ""))
                yield kind, relation.get("Id") or "", target.lstrip("/")

    def _parse(self, part: str) -> Element:
        data = self._archive.read(part)
        for strict, usual in _STRICT_NAMES:
            data = data.replace(strict, usual)
        return parse_part(data, self._name, part)
