"""RTF, turned into plain lines by striprtf; notes, tables and headings are put back here.

striprtf knows code pages and control words, but drops footnotes, keeps hidden and deleted text and writes links'
addresses into the sentence. Those groups are cut out before it sees them. Bold and styles are lost, so that a short
line without a full stop counts as one set in bold, as in plain text.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from striprtf.striprtf import rtf_to_text

from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.readers.flow import Block, BlockText, Item, Table, TableCell, fold, is_blank
from corpus.readers.flow_writer import document_from_flow
from corpus.readers.note_marks import NoteMarks

# Without pictures. striprtf goes through it sign by sign, some two seconds for each MB.
MAX_CHARACTERS: Final = 4_000_000
MAX_DEPTH: Final = 200

_SIGN = re.compile(r"\\bin(?P<size>\d{1,9}) ?|\\[^\n]|(?P<brace>[{}])")
_OPENING = re.compile(r"(?:\s*(?:\\\*)?\\[a-z]{1,32}(?:-?\d{1,10})? ?){1,60}")
_WORD = re.compile(r"\\([a-z]+)(-?\d+)?")
# What striprtf leaves out itself is listed only where it may be large: the rest never reaches its slow loop.
_GONE: Final = frozenset(
    ("pict", "fldinst", "object", "v", "deleted", "stylesheet", "listtable", "themedata", "datastore")
)
_CODE_PAGE = re.compile(r"\\ansicpg\d{1,5}")
_FONT = re.compile(r"\\f(\d{1,5})(?!\d)[^{};]{0,200}?\\fcharset(\d{1,3})")
_MOST_FONTS: Final = 1_000
_OUTLINE_LEVEL = re.compile(r"\\outlinelevel(\d)(?!\d) ?")
_FOOTNOTE = re.compile(r"\s*(?:\\\*)?\\footnote ?(?:\\ftnalt ?)?")
_BORDER = re.compile(r"\\clbrdr[tlbr](?:\\brdr(?:w|cf|sp)\d+ ?)*\\brdr(?!none|nil|w|cf|sp)")

# Signs of the private area stand for what striprtf cannot give; it writes them as it finds them.
_NOTE_SIGN: Final = "\ue001"
_LEVEL_SIGN: Final = "\ue002"
_NOTE_END: Final = "\ue006"
_NOTE = re.compile(rf"{_NOTE_SIGN}(\d+){_NOTE_SIGN}")
_LEVEL = re.compile(rf"{_LEVEL_SIGN}(\d)")
_BODY_LEVEL: Final = 9
_STRUCTURE: Final = {
    "pard": f"{_LEVEL_SIGN}{_BODY_LEVEL}",
    "trowd": "\ue003",
    "cell": "\ue004",
    "row": "\ue005",
    "line": "\ue007",
}
_STRUCTURE_WORD = re.compile(r"\\(pard|trowd|cell|row|line)(?![a-z]) ?")
_LINE: Final = _STRUCTURE["line"]
_CELL: Final = _STRUCTURE["cell"]
# A table in a table is layout; its cells are read as paragraphs.
_NESTED_CELL = re.compile(r"\\nestcell(?![a-z]) ?")
_STRAY = re.compile(r"\|?[\ue003-\ue005]")
_SIGNS = re.compile(rf"{_LEVEL_SIGN}\d|\|?[\ue003-\ue007]")

_LONGEST_HEADING: Final = 120
_SENTENCE_END = re.compile(r"[.?!…:;,]['\"’”»)\]]*$")


def read_rich_text(data: bytes, name: str) -> Document:
    """Read an RTF file's bytes; `name` (without folder) gives a document its id when the text has none.

    A file without pages, so that no paragraph has any. UnreadableDocument when it is damaged, nested too deeply,
    too large, or without text.
    """
    source = data.decode("cp1252", "replace")
    if not source.lstrip().startswith("{\\rtf"):
        raise UnreadableDocument(f"{name} is no RTF file inside; open it in the program that made it and save it anew")
    cutter = _Cutter(name)
    cutter.cut(source)
    code_page = _CODE_PAGE.search(source[:2_000])
    opening = "{\\rtf1" + (code_page[0] if code_page else "") + cutter.fonts
    marks = NoteMarks()
    text = _text(opening + cutter.text + "}", name)
    items = list(_items(text, marks, has_borders=bool(_BORDER.search(cutter.text))))
    notes = _text(opening + _NOTE_END.join(f"{{{note}}}" for note in cutter.notes) + "}", name).split(_NOTE_END)
    texts = {
        mark: fold(_SIGNS.sub(" ", notes[int(number)]))[0] for _, number, mark in marks if int(number) < len(notes)
    }
    return document_from_flow(items, texts, name)


class _Cutter:
    """Takes a file's groups apart: its text, its footnotes (a sign stands in their place), its fonts' code pages."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._outputs: list[list[str]] = [[]]
        self._note_numbers: list[int] = []
        self.notes: list[str] = []
        self.fonts = ""

    @property
    def text(self) -> str:
        """The text without footnotes, its outermost group opened but not closed."""
        return "".join(self._outputs[0])

    def cut(self, source: str) -> None:
        """Go through a file's groups once. UnreadableDocument when they are nested too deeply."""
        groups: list[str] = []
        gone = 0
        position = 0
        while match := _SIGN.search(source, position):
            if not gone:
                self._outputs[-1].append(source[position : match.start()])
            position = match.end() + int(match["size"] or 0)
            if match["brace"] == "{":
                kind = self._kind(source, position)
                groups.append(kind)
                gone += kind == "gone"
                if not gone:
                    self._open(kind)
                if len(groups) > MAX_DEPTH:
                    raise UnreadableDocument(
                        f"{self._name} was refused: its groups are nested too deeply; save it as DOCX"
                    )
            elif match["brace"] and groups:
                kind = groups.pop()
                if not gone:
                    self._close(kind)
                gone -= kind == "gone"
            elif not gone and match["size"] is None and not match["brace"]:
                self._outputs[-1].append(match[0])
        if not gone:
            self._outputs[-1].append(source[position:])
        while len(self._outputs) > 1:
            self._close("note")

    def _kind(self, source: str, start: int) -> str:
        opening = _OPENING.match(source, start)
        words = {word for word, number in _WORD.findall(opening[0]) if number != "0"} if opening else set()
        if "fonttbl" in words:
            self._read_fonts(source, start)
            return "gone"
        if words & _GONE:
            return "gone"
        return "note" if "footnote" in words else ""

    def _open(self, kind: str) -> None:
        if kind == "note":
            self._outputs[-1].append(f"{{{_NOTE_SIGN}{len(self.notes)}{_NOTE_SIGN}}}")
            self._note_numbers.append(len(self.notes))
            self.notes.append("")
            self._outputs.append([])
        else:
            self._outputs[-1].append("{")

    def _close(self, kind: str) -> None:
        if kind == "note":
            text = "".join(self._outputs.pop())
            self.notes[self._note_numbers.pop()] = _FOOTNOTE.sub("", text, count=1)
        else:
            self._outputs[-1].append("}")

    def _read_fonts(self, source: str, start: int) -> None:
        """Write the font table anew in the smallest form: on one made to do harm striprtf's patterns never end."""
        depth = 1
        end = start
        for brace in re.finditer(r"[{}]", source[start : start + 200_000]):
            depth += 1 if brace[0] == "{" else -1
            end = start + brace.end()
            if depth == 0:
                break
        fonts = dict(_FONT.findall(source[start:end])[:_MOST_FONTS])
        self.fonts = "{\\fonttbl" + "".join(f"{{\\f{n}\\fcharset{c} x;}}" for n, c in fonts.items()) + "}"


def _text(source: str, name: str) -> str:
    if len(source) > MAX_CHARACTERS:
        raise UnreadableDocument(f"{name} holds more than {MAX_CHARACTERS:,} characters; save it as DOCX, or split it")
    source = _OUTLINE_LEVEL.sub(lambda match: f"{{{_LEVEL_SIGN}{match[1]}}}", source)
    source = _NESTED_CELL.sub(r"\\par ", source)
    source = _STRUCTURE_WORD.sub(lambda match: f"{match[0]}{{{_STRUCTURE[match[1]]}}}", source)
    try:
        return str(rtf_to_text(source, errors="replace"))  # type: ignore[no-untyped-call]
    except (LookupError, ValueError, OverflowError, TypeError) as error:
        raise UnreadableDocument(
            f"{name} is damaged ({error}); open it in Word, save it anew and add it again"
        ) from error


def _items(text: str, marks: NoteMarks, *, has_borders: bool) -> Iterator[Item]:
    """The paragraphs and tables of the text; a row ends with a sign and begins with the last definition before it."""
    *rows, rest = text.split(_STRUCTURE["row"])
    table: list[tuple[TableCell, ...]] = []
    for segment in rows:
        above, _, row = segment.partition(_STRUCTURE["trowd"])
        if not is_blank(_LEVEL.sub("", above)) and table:
            yield Table(tuple(table), has_borders=has_borders)
            table = []
        yield from _blocks(above, marks)
        # striprtf itself writes a bar at the end of a cell.
        cells = row.replace(_STRUCTURE["trowd"], "").replace(f"|{_CELL}", _CELL).split(_CELL)[:-1]
        table.append(tuple(TableCell(tuple(_blocks(cell, marks))) for cell in cells))
    if table:
        yield Table(tuple(table), has_borders=has_borders)
    yield from _blocks(rest, marks)


def _blocks(text: str, marks: NoteMarks) -> Iterator[Block]:
    level = _BODY_LEVEL
    # Signs of rows that never ended.
    lines = re.split(rf"\n(?!{_LINE})", _STRAY.sub("\n", text))
    for line, following in itertools.zip_longest(lines, lines[1:], fillvalue=""):
        levels = _LEVEL.findall(line)
        level = int(levels[-1]) if levels else level
        block = _block(_LEVEL.sub("", line), _LEVEL.sub("", following), marks)
        yield block if level == _BODY_LEVEL else replace(block, level=level + 1)


def _block(raw: str, following: str, marks: NoteMarks) -> Block:
    text = BlockText()
    raw = raw.replace(f"\n{_LINE}", "\n").replace(_LINE, "\n")
    folded = fold(_NOTE.sub("", raw))[0]
    goes_on = following.lstrip()[:1].islower()
    is_short = 0 < len(folded) <= _LONGEST_HEADING and not goes_on and not _SENTENCE_END.search(folded)
    for position, piece in enumerate(_NOTE.split(raw)):
        if position % 2:
            text.note(marks.mark("footnote", piece))
        else:
            text.add(piece, bold=is_short)
    return text.block()
