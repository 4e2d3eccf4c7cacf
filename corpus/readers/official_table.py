"""CALS tables of official XML."""

from collections.abc import Iterator, Sequence

from lxml import etree

from corpus.readers.blocks import Table
from corpus.readers.cell_grid import Cell, build_table, is_layout
from corpus.readers.markup import local_name
from corpus.readers.official_text import OfficialText, emphasis_of
from corpus.readers.running_text import Text

Row = Sequence[tuple[etree._Element, Cell]]


def read_table(element: etree._Element, text: OfficialText) -> Iterator[Text | Table | etree._Element]:
    """Read a table: its title, then each of its groups of rows; of a table that is lay-out the cells' elements."""
    for child in element:
        name = local_name(child)
        if name in ("title", "titel"):
            yield text.read(child)
        elif name == "tgroup":
            yield from _read_group(child, text)
        elif name and name not in ("colspec",):
            # Captions, remarks and the notes under a table.
            yield child


def _read_group(group: etree._Element, text: OfficialText) -> Iterator[Table | etree._Element]:
    columns = _column_numbers(group)
    header: list[list[Cell]] = []
    body: list[Row] = []
    for part in group:
        rows = [_read_row(row, columns, text) for row in part if local_name(row) == "row"]
        if local_name(part) == "thead":
            header += [[cell for _, cell in row] for row in rows]
        elif local_name(part) in ("tbody", "tfoot"):
            body += rows
    cells = [[cell for _, cell in row] for row in body]
    if is_layout(header, cells) and not any(cell.text.notes for row in cells for cell in row):
        for row in body:
            yield from (entry for entry, _ in row)
    elif table := build_table(header, cells):
        yield table


def _column_numbers(group: etree._Element) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for position, spec in enumerate(child for child in group if local_name(child) == "colspec"):
        number = spec.get("colnum") or ""
        numbers[spec.get("colname") or f"col{position + 1}"] = int(number) - 1 if number.isdecimal() else position
    return numbers


def _read_row(row: etree._Element, columns: dict[str, int], text: OfficialText) -> Row:
    cells: list[tuple[etree._Element, Cell]] = []
    for entry in row:
        if local_name(entry) not in ("entry", "entrytbl"):
            continue
        start = columns.get(entry.get("namest") or entry.get("colname") or "")
        end = columns.get(entry.get("nameend") or "")
        more = entry.get("morerows") or ""
        cell = Cell(
            text.read(entry),
            column=start if start is not None and start >= 0 else None,
            columns=end - start + 1 if start is not None and end is not None and end >= start else 1,
            rows=int(more) + 1 if more.isdecimal() and len(more) < 6 else 1,
            is_bold=_is_bold(entry),
        )
        cells.append((entry, cell))
    return cells


def _is_bold(entry: etree._Element) -> bool:
    paragraphs = [child for child in entry if local_name(child) in ("al", "para")]
    return all(emphasis_of(each) == "vet" for each in paragraphs) if paragraphs else emphasis_of(entry) == "vet"
