"""What is drawn on a PDF's page beside its text: rules, shaded bars, pictures."""

import ctypes
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.readers.pdf_sheet import Box

# A drawing may hold a million strokes; tables and note rules do not.
MAX_PAGE_OBJECTS = 20_000
MAX_PATH_SEGMENTS = 200
MAX_RULES = 2_000

# Thicker than any rule, thinner than a line of text.
_RULE_THICKNESS = 2.5
_SHADE_HEIGHT = 60.0
_WHITE = 250


class Drawing:
    """The rules, shaded bars and pictures of a page."""

    def __init__(self, page: pypdfium2.PdfPage, visible: Box) -> None:
        self.count: int = pdfium.FPDFPage_CountObjects(page.raw)
        self.picture_share = 0.0
        self.rules: list[Box] = []
        self.shades: list[Box] = []
        area = max((visible.right - visible.left) * (visible.top - visible.bottom), 1.0)
        for number in range(min(self.count, MAX_PAGE_OBJECTS)):
            item = pdfium.FPDFPage_GetObject(page.raw, number)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                box = _bounds(item)
                self.picture_share += (box.right - box.left) * (box.top - box.bottom) / area
            elif kind == pdfium.FPDF_PAGEOBJ_PATH and len(self.rules) < MAX_RULES:
                self._add_path(item)

    def _add_path(self, item: pdfium.FPDF_PAGEOBJECT) -> None:
        box, fill, stroke = _bounds(item), ctypes.c_int(), pdfium.FPDF_BOOL()
        pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
        if min(box.right - box.left, box.top - box.bottom) <= _RULE_THICKNESS:
            if fill.value or stroke.value:
                self.rules.append(box)
        elif stroke.value:
            self.rules += _strokes(item)
        elif fill.value and box.top - box.bottom <= _SHADE_HEIGHT and not _is_white(item):
            self.shades.append(box)


def _bounds(item: pdfium.FPDF_PAGEOBJECT) -> Box:
    edges = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(item, *edges):
        return Box(0.0, 0.0, 0.0, 0.0)
    return Box(*(edge.value for edge in edges))


def _is_white(item: pdfium.FPDF_PAGEOBJECT) -> bool:
    color = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFPageObj_GetFillColor(item, *color)
    return all(part.value >= _WHITE for part in color[:3])


def _strokes(item: pdfium.FPDF_PAGEOBJECT) -> Iterator[Box]:
    """The lying and standing lines of a stroked path: a table's grid is often one path."""
    matrix, x, y = pdfium.FS_MATRIX(), ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    start = last = (0.0, 0.0)
    for number in range(min(pdfium.FPDFPath_CountSegments(item), MAX_PATH_SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(item, number)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield from _line(last, point)
        last = point
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield from _line(last, start)


def _line(start: tuple[float, float], end: tuple[float, float]) -> Iterator[Box]:
    box = Box(min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))
    if min(box.right - box.left, box.top - box.bottom) <= _RULE_THICKNESS:
        yield box
