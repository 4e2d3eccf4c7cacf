"""The body of an OpenDocument text as blocks and tables, in reading order."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from corpus.readers.flow import MAX_COLUMNS, Block, BlockText, Item, Table, TableCell, blocks_of, is_blank
from corpus.readers.markup import Element
from corpus.readers.open_document_lists import Counters, Lists
from corpus.readers.open_document_styles import DRAW, TABLE, TEXT, Styles, integer
from corpus.readers.open_document_text import OpenDocumentText, is_hidden_section

_FRAMES: Final = frozenset(f"{DRAW}{name}" for name in ("frame", "g", "a"))
_BOXES: Final = frozenset(f"{DRAW}{name}" for name in ("text-box", "custom-shape", "rect", "ellipse", "caption"))
_ROW_GROUPS: Final = frozenset(f"{TABLE}{name}" for name in ("table-rows", "table-row-group", "table-header-rows"))
_CELLS: Final = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
# A merged cell's text is repeated in every row that it covers, so it has to be short.
_LONGEST_REPEATED: Final = 200


class OpenDocumentBody:
    """Reads a body, a cell, a text box, a header or a note."""

    def __init__(self, text: OpenDocumentText, styles: Styles, lists: Lists) -> None:
        self._text = text
        self._styles = styles
        self._lists = lists

    def items(self, parent: Element) -> list[Item]:
        """The blocks and tables in an element."""
        found: list[Item] = []
        for child in parent:
            self._item(child, found)
        return found

    def _item(self, element: Element, found: list[Item]) -> None:
        tag = element.tag
        if tag in (f"{TEXT}p", f"{TEXT}h"):
            self._paragraph(element, found, None)
        elif tag == f"{TEXT}list":
            style = element.get(f"{TEXT}style-name")
            self._list(element, found, self._lists.open(element, style), 1, style)
        elif tag == f"{TEXT}numbered-paragraph":
            self._numbered_paragraph(element, found)
        elif tag == f"{TABLE}table":
            found.append(self._table(element))
        elif tag == f"{TEXT}section":
            if not is_hidden_section(element):
                found += self.items(element)
        elif tag in _FRAMES:
            found += self.items(element)
        elif tag in _BOXES:
            found.append(_box(self.items(element)))

    def _paragraph(self, element: Element, found: list[Item], label: str | None, *, in_list: bool = False) -> None:
        text = BlockText()
        boxes = self._text.read(element, text)
        style = element.get(f"{TEXT}style-name")
        level = self._styles.level(style)
        if element.tag == f"{TEXT}h":
            level = integer(element.get(f"{TEXT}outline-level")) or 1
            if not in_list and element.get(f"{TEXT}is-list-header") != "true":
                label = self._lists.heading_label(level, integer(element.get(f"{TEXT}start-value")))
        block = replace(text.block(), level=level, label=label, after_gap=self._styles.breaks_page(style))
        found.append(block)
        found += [_box(self.items(box)) for box in boxes]

    def _list(self, element: Element, found: list[Item], counters: Counters, level: int, style: str | None) -> None:
        for item in element:
            if item.tag not in (f"{TEXT}list-item", f"{TEXT}list-header"):
                continue
            has_label = item.tag == f"{TEXT}list-header"
            for child in item:
                if child.tag == f"{TEXT}list":
                    self._list(child, found, counters, level + 1, child.get(f"{TEXT}style-name") or style)
                elif child.tag in (f"{TEXT}p", f"{TEXT}h") and not has_label:
                    start = integer(item.get(f"{TEXT}start-value"))
                    label = self._lists.label(counters, level, style=style, start=start)
                    self._paragraph(child, found, label, in_list=True)
                    has_label = True
                elif child.tag in (f"{TEXT}p", f"{TEXT}h"):
                    self._paragraph(child, found, None, in_list=True)
                else:
                    self._item(child, found)

    def _numbered_paragraph(self, element: Element, found: list[Item]) -> None:
        style = element.get(f"{TEXT}style-name")
        level = integer(element.get(f"{TEXT}level")) or 1
        counters = self._lists.numbered(element.get(f"{TEXT}list-id"), style)
        start = integer(element.get(f"{TEXT}start-value"))
        for child in element:
            if child.tag in (f"{TEXT}p", f"{TEXT}h"):
                label = self._lists.label(counters, level, style=style, start=start)
                self._paragraph(child, found, label, in_list=True)

    def _table(self, table: Element) -> Table:
        rows: list[tuple[TableCell, ...]] = []
        # By column: the cell that reaches down from above, and how many rows more.
        above: dict[int, tuple[TableCell, int]] = {}
        headers = 0
        has_borders = False
        for row, is_header in _rows(table, is_header=False):
            has_borders = has_borders or any(self._styles.has_borders(cell.get(f"{TABLE}style-name")) for cell in row)
            headers += is_header and headers == len(rows)
            rows.append(self._row(row, above))
        return Table(tuple(rows), headers, has_borders)

    def _row(self, row: Element, above: dict[int, tuple[TableCell, int]]) -> tuple[TableCell, ...]:
        cells: list[TableCell] = []
        column = 0
        for element in row:
            if element.tag not in _CELLS or column >= MAX_COLUMNS:
                continue
            copies = min(integer(element.get(f"{TABLE}number-columns-repeated")) or 1, MAX_COLUMNS - column)
            if element.tag == _CELLS[1]:
                for covered in range(column, column + copies):
                    cell, rows_left = above.get(covered, (TableCell(()), 0))
                    if rows_left:
                        cells.append(cell)
                        above[covered] = (cell, rows_left - 1)
                column += copies
                continue
            span = min(integer(element.get(f"{TABLE}number-columns-spanned")) or 1, MAX_COLUMNS)
            cell = TableCell(tuple(self.items(element)), span)
            rows_spanned = integer(element.get(f"{TABLE}number-rows-spanned")) or 1
            above[column] = (cell if _is_short(cell) else TableCell((), span), rows_spanned - 1)
            # A cell that is repeated is as good as always an empty one at the row's end.
            cells += [cell, *[TableCell(())] * (copies - 1)]
            column += copies
        return tuple(cells)


def _rows(parent: Element, *, is_header: bool) -> list[tuple[Element, bool]]:
    """The rows of a table and whether they are headers; a row that is repeated stands here once."""
    found = []
    for child in parent:
        if child.tag == f"{TABLE}table-row":
            found.append((child, is_header))
        elif child.tag in _ROW_GROUPS:
            found += _rows(child, is_header=is_header or child.tag == f"{TABLE}table-header-rows")
    return found


def _box(items: Sequence[Item]) -> Table:
    return Table(((TableCell(tuple(items)),),))


def _is_short(cell: TableCell) -> bool:
    blocks: list[Block] = [block for block in blocks_of(cell.items) if not is_blank(block.text)]
    return sum(len(block.text) for block in blocks) <= _LONGEST_REPEATED and not any(block.notes for block in blocks)
