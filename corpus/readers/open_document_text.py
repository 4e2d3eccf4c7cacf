"""The text of an OpenDocument paragraph: what a reader of the final version sees.

Deletions are kept apart from the text in this format; hidden text, comments, page numbers and images are left out.
"""

import re
from typing import Final

from corpus.readers.flow import BlockText
from corpus.readers.markup import Element
from corpus.readers.note_marks import NoteMarks
from corpus.readers.open_document_styles import DRAW, LIBRE_OFFICE, TEXT, Styles

_CONTENT_CONTROL: Final = f"{LIBRE_OFFICE}content-control"
_FIXED_TEXT: Final = {f"{TEXT}s": " ", f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
_GONE: Final = frozenset(f"{TEXT}{name}" for name in (
    "page-number", "page-count", "page-continuation", "tracked-changes", "ruby-text", "note", "placeholder",
    "script", "hidden-paragraph", "variable-decls",
))  # fmt: skip
_BOXES: Final = frozenset(f"{DRAW}{name}" for name in ("text-box", "custom-shape", "rect", "ellipse", "caption"))
_CONTAINERS: Final = frozenset(f"{DRAW}{name}" for name in ("frame", "g", "a"))


class OpenDocumentText:
    """Reads paragraphs; keeps the notes that it met, for `footnotes`."""

    def __init__(self, styles: Styles, marks: NoteMarks) -> None:
        self._styles = styles
        self._marks = marks
        self.note_bodies: dict[str, Element] = {}
        self._text = BlockText()
        self._boxes: list[Element] = []
        self._paragraph_style: str | None = None

    def read(self, paragraph: Element, text: BlockText) -> list[Element]:
        """Add a paragraph's text to `text`; gives the text boxes that are anchored in it."""
        self._text, self._boxes = text, []
        self._paragraph_style = paragraph.get(f"{TEXT}style-name")
        if not any(sign.get(f"{TEXT}is-hidden") == "true" for sign in paragraph.iter(f"{TEXT}hidden-paragraph")):
            self._content(paragraph, None)
        return self._boxes

    def _content(self, element: Element, style: str | None) -> None:
        self._add(element.text, style)
        for child in element:
            self._inline(child, style)
            self._add(child.tail, style)

    def _inline(self, element: Element, style: str | None) -> None:
        tag = element.tag
        if tag in _FIXED_TEXT:
            self._add(_FIXED_TEXT[tag], style, is_fixed=True)
        elif tag == f"{TEXT}note":
            self._note(element)
        elif tag == f"{TEXT}span":
            self._content(element, element.get(f"{TEXT}style-name") or style)
        elif tag in _BOXES:
            self._boxes.append(element)
        elif tag in _CONTAINERS:
            for child in element:
                self._inline(child, style)
        elif tag == f"{TEXT}hidden-text":
            if element.get(f"{TEXT}is-hidden") != "true":
                self._content(element, style)
        elif tag == _CONTENT_CONTROL:
            if element.get(f"{LIBRE_OFFICE}showing-place-holder") != "true":
                self._content(element, style)
        elif isinstance(tag, str) and tag.startswith((TEXT, LIBRE_OFFICE)) and tag not in _GONE:
            self._content(element, style)

    def _add(self, text: str | None, style: str | None, *, is_fixed: bool = False) -> None:
        if not text or self._flag(style, "hidden"):
            return
        # Line ends inside an element are white space of the file; only `line-break` breaks a line.
        text = text if is_fixed else re.sub(r"[ \t\r\n]+", " ", text)
        self._text.add(text, bold=self._flag(style, "bold"), slanted=self._flag(style, "slanted"))

    def _note(self, element: Element) -> None:
        kind = element.get(f"{TEXT}note-class") or "footnote"
        citation = element.find(f"{TEXT}note-citation")
        own = "" if citation is None else "".join(citation.itertext()).strip()
        mark = self._marks.mark(kind, str(len(self.note_bodies)), own=own)
        self._text.note(mark)
        body = element.find(f"{TEXT}note-body")
        self.note_bodies[mark] = element if body is None else body

    def _flag(self, style: str | None, name: str) -> bool:
        own = self._styles.flag("text", style, name) if style else None
        return bool(self._styles.flag("paragraph", self._paragraph_style, name) if own is None else own)


def is_hidden_section(section: Element) -> bool:
    """Whether a section is not shown."""
    display: str | None = section.get(f"{TEXT}display")
    is_hidden: bool = section.get(f"{TEXT}is-hidden") == "true"
    return display == "none" or (display == "condition" and is_hidden)
