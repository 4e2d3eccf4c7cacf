"""PDF bytes become sheets of glyphs and rules. Only this module and `pdf_drawing` touch pdfium."""

import ctypes
import re
import threading
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.errors import UnreadableDocument
from corpus.readers.pdf_drawing import Drawing
from corpus.readers.pdf_sheet import Box, Glyph, Scan, Sheet, Style

MAX_PAGES = 2_000
MAX_PAGE_CHARACTERS = 50_000  # a page of small print has 10,000
MAX_CHARACTERS = 10_000_000

# pdfium keeps global state and is not thread-safe: two readers in two threads corrupt each other's memory.
# Everything of pdfium's is closed inside the lock as well, because a finalizer runs in whichever thread collects.
_PDFIUM = threading.Lock()

# A reader, a download or a mail system may append line ends and NULs, or a few comments.
_END_MARK_BYTES = 2_048

# pdfium does not open a file of which the list of pages is empty, and calls it damaged.
_NO_PAGES = re.compile(rb"/Kids\s*\[\s*\]")
_WITHOUT_PAGES = "a PDF without pages; check that the file is whole"

_HYPHEN = 0x02  # what pdfium makes of a hyphen, hard or soft, at a line's end
_SYMBOL_FONT = range(0xF000, 0xF100)  # where Word puts the characters of Symbol and Wingdings
_FORCE_BOLD, _ITALIC = 1 << 18, 1 << 6
_BOLD_WEIGHT = 600
# A few glyphs on a page that is one picture are a stamp or a page number, not its text.
_STAMP_GLYPHS = 25
_PICTURE_SHARE = 0.3


class _Turn(NamedTuple):
    """The direction in which text runs; `turn` gives coordinates in which it runs to the right."""

    x: int
    y: int

    def turn(self, x: float, y: float) -> tuple[float, float]:
        return x * self.x + y * self.y, y * self.x - x * self.y

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        (a, b), (c, d) = self.turn(left, bottom), self.turn(right, top)
        return Box(min(a, c), min(b, d), max(a, c), max(b, d))


_UPRIGHT = _Turn(1, 0)


class _Setting(NamedTuple):
    style: Style
    turn: _Turn


def scan_pdf(data: bytes, name: str) -> Scan:
    """Read every page's glyphs, in the order in which the file draws them.

    UnreadableDocument when the file is encrypted, damaged or cut off, or larger than the limits.
    """
    if b"%%EOF" not in data.rstrip(b"\x00\r\n\t ")[-_END_MARK_BYTES:]:
        raise UnreadableDocument(f"{name} is cut off: a PDF ends with %%EOF; download or save it again")
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
                raise UnreadableDocument(f"{name} is encrypted; save it without a password and add it again") from error
            if _NO_PAGES.search(data):
                raise UnreadableDocument(f"{name} is {_WITHOUT_PAGES}") from error
            raise UnreadableDocument(f"{name} is damaged and cannot be opened as PDF; download it again") from error
        try:
            return _scan(document, name)
        except pypdfium2.PdfiumError as error:
            raise UnreadableDocument(f"{name} is damaged: {error}; download or save it again") from error
        finally:
            document.close()


def _scan(document: pypdfium2.PdfDocument, name: str) -> Scan:
    count = len(document)
    if count == 0:
        raise UnreadableDocument(f"{name} is {_WITHOUT_PAGES}")
    if count > MAX_PAGES:
        raise UnreadableDocument(f"{name} has {count} pages, more than the {MAX_PAGES} allowed; split it")
    scan = Scan(count, [])
    for index in range(count):
        page = document[index]
        text = None
        try:
            text = page.get_textpage()
            _scan_page(page, text, index, scan, name)
        finally:
            if text:
                text.close()
            page.close()
    return scan


def _scan_page(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, index: int, scan: Scan, name: str) -> None:
    found = text.count_chars()
    scan.glyphs += found
    if found > MAX_PAGE_CHARACTERS:
        raise UnreadableDocument(
            f"{name}, page {index + 1} holds {found} characters, more than the {MAX_PAGE_CHARACTERS} allowed; "
            "save the text in another way"
        )
    if scan.glyphs > MAX_CHARACTERS:
        raise UnreadableDocument(f"{name} holds more than the {MAX_CHARACTERS} characters allowed; split it")
    visible = _UPRIGHT.box(*page.get_bbox())
    groups: dict[_Turn, list[Glyph]] = {}
    for glyph, turn in _glyphs(text, found, visible):
        if glyph.text:
            groups.setdefault(turn, []).append(glyph)
        else:
            scan.lost += 1
    drawing = Drawing(page, visible)
    written = sum(not glyph.text.isspace() for glyphs in groups.values() for glyph in glyphs)
    is_picture = drawing.picture_share > _PICTURE_SHARE and written < _STAMP_GLYPHS
    if is_picture or (not written and drawing.count):
        scan.unread += 1
        return
    for turn, glyphs in sorted(groups.items(), key=lambda group: -len(group[1])):
        frame = turn.box(*visible)
        sheet = Sheet(index, frame.bottom, frame.top, glyphs)
        sheet.rules = [turn.box(*rule) for rule in drawing.rules]
        sheet.shades = [turn.box(*shade) for shade in drawing.shades]
        scan.sheets.append(sheet)


def _glyphs(text: pypdfium2.PdfTextPage, count: int, visible: Box) -> Iterator[tuple[Glyph, _Turn]]:
    """The page's glyphs, without those pdfium adds and those nobody sees; text "" where it is not known."""
    raw, box, x, y = text.raw, pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    settings: dict[int, _Setting | None] = {}
    for position in range(count):
        item = pdfium.FPDFText_GetTextObject(raw, position)
        if not item:
            continue  # a space or line end that pdfium adds: ours come from the distances
        key = ctypes.cast(item, ctypes.c_void_p).value or 0
        if key not in settings:
            settings[key] = _setting(raw, position, item)
        setting = settings[key]
        if setting is None:
            continue
        pdfium.FPDFText_GetLooseCharBox(raw, position, box)
        pdfium.FPDFText_GetCharOrigin(raw, position, x, y)
        if not (visible.left <= x.value <= visible.right and visible.bottom <= y.value <= visible.top):
            continue
        style, turn = setting
        character = _character(pdfium.FPDFText_GetUnicode(raw, position))
        if turn == _UPRIGHT:
            yield Glyph(character, box.left, box.right, y.value, style), turn
        else:
            shown = turn.box(box.left, box.bottom, box.right, box.top)
            yield Glyph(character, shown.left, shown.right, turn.turn(x.value, y.value)[1], style), turn


def _character(code: int) -> str:
    """The character of a code; empty when the code says nothing about it."""
    if code == _HYPHEN:
        return "-"
    if code in (0x09, 0x0A, 0x0D, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x3000):
        return " "
    if code in _SYMBOL_FONT:
        return "•"
    if 0xFB00 <= code <= 0xFB06:
        return ("ff", "fi", "fl", "ffi", "ffl", "st", "st")[code - 0xFB00]
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return ""
    return chr(code) if chr(code).isprintable() or code == 0xAD else ""


def _setting(raw: pdfium.FPDF_TEXTPAGE, position: int, item: pdfium.FPDF_PAGEOBJECT) -> _Setting | None:
    """How the text object at a position is set; None when it is not shown or slanted across the page."""
    matrix, flags, buffer = pdfium.FS_MATRIX(), ctypes.c_int(), ctypes.create_string_buffer(128)
    pdfium.FPDFText_GetMatrix(raw, position, matrix)
    length = (matrix.a**2 + matrix.b**2) ** 0.5
    if not length or _is_transparent(item):
        return None
    x, y = round(matrix.a / length, 1), round(matrix.b / length, 1)
    if abs(x) + abs(y) != 1.0:
        return None  # a watermark such as CONCEPT
    size = pdfium.FPDFText_GetFontSize(raw, position) * abs(matrix.a * matrix.d - matrix.b * matrix.c) / length
    pdfium.FPDFText_GetFontInfo(raw, position, buffer, len(buffer), flags)
    font = buffer.value.decode("utf-8", "replace")
    lower = font.lower()
    is_stroked = pdfium.FPDFTextObj_GetTextRenderMode(item) == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE
    style = Style(
        size=round(size, 2),
        is_bold=is_stroked
        or bool(flags.value & _FORCE_BOLD)
        or any(word in lower for word in ("bold", "black", "heavy", "demi"))
        or pdfium.FPDFText_GetFontWeight(raw, position) >= _BOLD_WEIGHT,
        is_italic=bool(flags.value & _ITALIC) or "italic" in lower or "oblique" in lower,
        is_artifact=_is_artifact(item),
        font=font.partition("+")[2] or font,
    )
    return _Setting(style, _Turn(int(x), int(y))) if style.size > 0 else None


def _is_transparent(item: pdfium.FPDF_PAGEOBJECT) -> bool:
    color = [ctypes.c_uint() for _ in range(4)]
    return bool(pdfium.FPDFPageObj_GetFillColor(item, *color)) and color[3].value == 0


def _is_artifact(item: pdfium.FPDF_PAGEOBJECT) -> bool:
    """Whether a tagged PDF marks it as no part of the text: a running header or footer."""
    name, length = (ctypes.c_ushort * 32)(), ctypes.c_ulong()
    for number in range(min(pdfium.FPDFPageObj_CountMarks(item), 8)):
        mark = pdfium.FPDFPageObj_GetMark(item, number)
        if pdfium.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), length):
            if bytes(name)[: max(length.value - 2, 0)].decode("utf-16-le", "replace") == "Artifact":
                return True
    return False
