"""The text of a Word paragraph: what a reader of the final version sees, without marks of the making.

Tracked insertions are text, deletions are not; hidden text, comments, field instructions, page numbers and tables
of contents are left out.
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from corpus.readers.flow import BLANK_LINE, BlockText
from corpus.readers.markup import Element, local_name
from corpus.readers.note_marks import NoteMarks
from corpus.readers.word_styles import WORD, Styles, flag, value

_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COMPATIBILITY: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_GONE: Final = frozenset(f"{WORD}{name}" for name in ("del", "moveFrom", "rPr", "pPr", "sdtPr", "delText",
    "altChunk", "subDoc", "rt", "delInstrText", "fldData"))  # fmt: skip
_FIXED_TEXT: Final = {
    f"{WORD}tab": "\t",
    f"{WORD}ptab": "\t",
    f"{WORD}cr": "\n",
    f"{WORD}noBreakHyphen": "-",
    f"{WORD}softHyphen": "",
}
_NOTES: Final = {f"{WORD}footnoteReference": "footnote", f"{WORD}endnoteReference": "endnote"}
# Their results are about the paper or repeat the headings.
_GONE_FIELDS: Final = frozenset(
    ("PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "TOC", "TOA", "INDEX", "XE", "TC", "RD")
)
_LONGEST_INSTRUCTION: Final = 64
# Symbol fonts keep their signs in a private area, where other fonts have nothing.
_SYMBOLS: Final = {
    "f0b7": "•", "f0a7": "▪", "f0d8": "►", "f0fc": "✓", "f06f": "☐", "f0a8": "☐", "f0fe": "☒", "f078": "☒",
    "f0e0": "→", "f0b0": "°", "f0b3": "≥", "f0a3": "≤", "f0b1": "±", "f0b4": "×",
}  # fmt: skip


class _Field:
    """A field that has begun; before its separator comes the instruction, after it the result."""

    def __init__(self) -> None:
        self.instruction = ""
        self.is_result = False
        self.is_visible = False


class _Look(NamedTuple):
    """How the text of a run is set."""

    bold: bool
    slanted: bool


_PLAIN: Final = _Look(False, False)


class WordText:
    """Reads paragraphs one after another; a field may begin in one and end in a later one."""

    def __init__(self, root: Element, styles: Styles, marks: NoteMarks, forms: Mapping[str, tuple[str, int]]) -> None:
        self._styles = styles
        self._marks = marks
        self._forms = forms
        self._fields: list[_Field] = []
        # Counted, because fields can be nested as deeply as a file is long.
        self._hidden_fields = 0
        self._whole_fields = _whole_fields(root)
        self._text = BlockText()
        self._boxes: list[Element] = []
        self._paragraph_style: str | None = None
        self._own_mark: tuple[str, str] | None = None
        self._readers: dict[str, Callable[[Element, _Look], None]] = {
            f"{WORD}t": lambda element, look: self._add(element.text or "", look),
            f"{_MATH}t": lambda element, look: self._add(element.text or "", _PLAIN),
            f"{WORD}sym": lambda element, look: self._add(_symbol(element.get(f"{WORD}char") or ""), look),
            f"{WORD}r": self._run,
            f"{WORD}br": self._break,
            f"{WORD}instrText": self._instruction,
            f"{WORD}fldChar": self._field_sign,
            f"{WORD}fldSimple": self._simple_field,
            f"{WORD}txbxContent": self._box,
            f"{WORD}sdt": self._control,
            f"{_COMPATIBILITY}AlternateContent": self._alternatives,
        }

    def read(self, paragraph: Element, text: BlockText) -> list[Element]:
        """Add a paragraph's text to `text`; gives the contents of the text boxes that are anchored in it."""
        properties = paragraph.find(f"{WORD}pPr")
        self._paragraph_style = None if properties is None else value(properties.find(f"{WORD}pStyle"))
        self._text, self._boxes = text, []
        for child in paragraph:
            self._inline(child, _PLAIN)
        return self._boxes

    def enter_box(self) -> tuple[list[_Field], int]:
        """Set the open fields aside: a text box is a text of its own. Give the result back to `leave_box`."""
        fields = self._fields, self._hidden_fields
        self._fields, self._hidden_fields = [], 0
        return fields

    def leave_box(self, fields: tuple[list[_Field], int]) -> None:
        """Go on with the fields that were open before the text box."""
        self._fields, self._hidden_fields = fields

    @property
    def is_visible(self) -> bool:
        """Whether text at this place can be seen, as far as fields go."""
        return self._hidden_fields == 0

    def _inline(self, element: Element, look: _Look) -> None:
        if element.tag in _GONE:
            return
        read = self._readers.get(element.tag)
        if read:
            read(element, look)
        elif element.tag in _FIXED_TEXT:
            self._add(_FIXED_TEXT[element.tag], look)
        elif element.tag in _NOTES:
            self._note(_NOTES[element.tag], element)
        else:
            self._children(element, look)

    def _run(self, element: Element, look: _Look) -> None:
        properties = element.find(f"{WORD}rPr")
        if self._flag(properties, "vanish"):
            return
        self._own_mark = None
        is_slanted = self._flag(properties, "i") or self._flag(properties, "u")
        self._children(element, _Look(self._flag(properties, "b"), is_slanted))

    def _break(self, element: Element, look: _Look) -> None:
        self._add("\n" if element.get(f"{WORD}type") in (None, "textWrapping") else BLANK_LINE, look)

    def _instruction(self, element: Element, look: _Look) -> None:
        if self._fields and not self._fields[-1].is_result:
            field = self._fields[-1]
            field.instruction = (field.instruction + (element.text or "")[:_LONGEST_INSTRUCTION])[:_LONGEST_INSTRUCTION]

    def _simple_field(self, element: Element, look: _Look) -> None:
        if not _is_gone(element.get(f"{WORD}instr") or ""):
            self._children(element, look)

    def _box(self, element: Element, look: _Look) -> None:
        if self.is_visible:
            self._boxes.append(element)

    def _control(self, element: Element, look: _Look) -> None:
        if not is_placeholder(element):
            self._children(element, look)

    def _alternatives(self, element: Element, look: _Look) -> None:
        for chosen in alternative(element):
            self._children(chosen, look)

    def _children(self, element: Element, look: _Look) -> None:
        for child in element:
            self._inline(child, look)

    def _add(self, text: str, look: _Look) -> None:
        if not text or not self.is_visible:
            return
        if self._own_mark and not text.isspace():
            kind, note = self._own_mark
            self._own_mark = None
            self._text.note(self._marks.mark(kind, note, own=text.strip()))
            return
        self._text.add(text, bold=look.bold, slanted=look.slanted)

    def _note(self, kind: str, element: Element) -> None:
        note = element.get(f"{WORD}id")
        if note is None or not self.is_visible:
            return
        if element.get(f"{WORD}customMarkFollows") in ("1", "true", "on"):
            self._own_mark = (kind, note)
        else:
            form, start = self._forms.get(kind, ("decimal", 1))
            self._text.note(self._marks.mark(kind, note, form=form, start=start))

    def _field_sign(self, element: Element, look: _Look) -> None:
        sign = element.get(f"{WORD}fldCharType")
        if sign == "begin" and element in self._whole_fields:
            self._fields.append(_Field())
            self._hidden_fields += 1
        elif sign == "separate" and self._fields and not self._fields[-1].is_result:
            field = self._fields[-1]
            field.is_result = True
            field.is_visible = not _is_gone(field.instruction)
            self._hidden_fields -= field.is_visible
        elif sign == "end" and self._fields:
            self._hidden_fields -= not self._fields.pop().is_visible

    def _flag(self, properties: Element | None, name: str) -> bool:
        own = flag(properties, name)
        if own is None and properties is not None:
            character_style = value(properties.find(f"{WORD}rStyle"))
            own = self._styles.flag(character_style, name) if character_style else None
        return bool(self._styles.flag(self._paragraph_style, name) if own is None else own)


def is_placeholder(control: Element) -> bool:
    """Whether a content control still asks to be filled in, or holds a table of contents."""
    properties = control.find(f"{WORD}sdtPr")
    if properties is None:
        return False
    gallery = value(properties.find(f"{WORD}docPartObj/{WORD}docPartGallery")) or ""
    return flag(properties, "showingPlcHdr") is True or "Table of Contents" in gallery


def alternative(element: Element) -> list[Element]:
    """The one branch of alternative content that is read: the first choice, else the fallback for old programs."""
    branches = [child for child in element if local_name(child) in ("Choice", "Fallback")]
    branches.sort(key=lambda child: local_name(child) == "Fallback")
    return branches[:1]


def _whole_fields(root: Element) -> set[Element]:
    """The beginnings of fields that also end; one without an end would hide the rest of the document."""
    whole: set[Element] = set()
    begun: list[Element] = []
    for sign in root.iter(f"{WORD}fldChar"):
        if sign.get(f"{WORD}fldCharType") == "begin":
            begun.append(sign)
        elif sign.get(f"{WORD}fldCharType") == "end" and begun:
            whole.add(begun.pop())
    return whole


def _is_gone(instruction: str) -> bool:
    return instruction.strip().partition(" ")[0].upper() in _GONE_FIELDS


def _symbol(code: str) -> str:
    found = _SYMBOLS.get(code.lower())
    if found is not None:
        return found
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    is_text = 0x20 <= number < 0xD800
    return chr(number) if is_text else ""
