"""Tables of web pages, and the emphasis that stands for a heading in them and outside them."""

from collections.abc import Callable, Sequence

from lxml import etree

from corpus.readers.cell_grid import Cell
from corpus.readers.running_text import Text

_EMPHASIS = {"strong": "vet", "b": "vet", "em": "cur", "i": "cur", "u": "ondlijn"}


def read_rows(
    table: etree._Element, read: Callable[[etree._Element], Text], is_dropped: Callable[[etree._Element], bool]
) -> tuple[list[list[Cell]], list[Sequence[tuple[etree._Element, Cell]]]]:
    """The rows of a table's head, and those of its body with the cells' elements; a table in a cell has its own."""
    header: list[list[Cell]] = []
    body: list[Sequence[tuple[etree._Element, Cell]]] = []
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is not table:
            continue
        cells = [
            (cell, _read_cell(cell, read(cell))) for cell in row if cell.tag in ("td", "th") and not is_dropped(cell)
        ]
        if row.getparent().tag == "thead":
            header.append([cell for _, cell in cells])
        else:
            body.append(cells)
    return header, body


def _read_cell(cell: etree._Element, text: Text) -> Cell:
    return Cell(
        text,
        columns=_span(cell.get("colspan")),
        rows=_span(cell.get("rowspan")),
        is_header=cell.tag == "th" and cell.get("scope") != "row",
        is_bold=_is_bold(cell),
    )


def _span(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 6 and int(value) else 1


def emphasis_of(element: etree._Element) -> str:
    """How the whole of an element is emphasised, "" when it is not, or only in part."""
    if (element.text or "").strip():
        return ""
    styles = set()
    for child in element:
        if not isinstance(child.tag, str) or (
            child.tag in ("a", "br", "sup") and not "".join(child.itertext()).strip()
        ):
            if (child.tail or "").strip():
                return ""
            continue
        if child.tag not in _EMPHASIS or (child.tail or "").strip():
            return ""
        styles.add("vetcur" if "vetcur" in (child.get("class") or "") else _EMPHASIS[child.tag])
    return styles.pop() if len(styles) == 1 else ""


def _is_bold(cell: etree._Element) -> bool:
    paragraphs = list(cell.iterchildren("p"))
    return all(emphasis_of(each) == "vet" for each in paragraphs) if paragraphs else emphasis_of(cell) == "vet"
