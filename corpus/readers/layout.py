"""Tables in flowing text: those that are mere page layout are unfolded, those that hold data become rows."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from corpus.document import NoteReference
from corpus.readers.flow import BLANK_LINE, MAX_COLUMNS, Block, Item, Table, TableCell, blocks_of, fold, is_blank
from corpus.readers.letter_head import is_label
from corpus.readers.outline import Cell
from corpus.readers.signature import is_office

# A column's name is repeated in every row of the text, so it has to be short.
_LONGEST_HEADER: Final = 200
_LONGEST_DATA: Final = 200
_LONGEST_HEADERS: Final = 2_000

_PAGE_NUMBER = re.compile(r"(?:\d{1,3} ?)?Pagina ?(?:\d{1,3} ?)?(?:van ?(?:\d{1,3})?)?", re.IGNORECASE)


def unfold(items: Sequence[Item]) -> list[Item]:
    """Put the content of layout tables and text boxes in their place, in reading order; blank blocks are dropped.

    Their blocks are marked with the container they came from.
    """
    return list(_unfold(items, 0, itertools.count(1)))


def data_rows(table: Table) -> tuple[list[list[Cell]], bool]:
    """The rows of a table of data, one cell a column, and whether the first is a header."""
    rows = [_expand(row) for row in table.rows]
    headers = table.header_rows or int(_has_bold_header(table))
    if not 0 < headers < len(rows):
        return rows, False
    header = _merge_headers(rows[:headers])
    lengths = [len(cell.text) for cell in header]
    if max(lengths) > _LONGEST_HEADER or sum(lengths) > _LONGEST_HEADERS:
        return rows, False
    return [header, *rows[headers:]], True


def _unfold(items: Sequence[Item], container: int, containers: "itertools.count[int]") -> Iterator[Item]:
    has_gap = False
    for item in items:
        if isinstance(item, Block):
            if is_blank(item.text) and not item.label:
                has_gap = True
            elif not (container and _PAGE_NUMBER.fullmatch(item.folded)):
                has_gap = has_gap or item.after_gap or item.text.lstrip(" \t").startswith(BLANK_LINE)
                yield replace(item, container=container, after_gap=has_gap)
                has_gap = item.text.rstrip(" \t").endswith(BLANK_LINE)
        elif _is_layout(item):
            inside = next(containers)
            for row in item.rows:
                for cell in row:
                    yield from _unfold(cell.items, inside, containers)
            has_gap = True
        else:
            yield item
            has_gap = True


def _is_layout(table: Table) -> bool:
    """Whether a table arranges the page and holds no data.

    Lines around the cells speak for data; headings, whole paragraphs, labels of a letter's head and signatures
    in cells without lines speak for layout.
    """
    cells = [cell for row in table.rows for cell in row]
    if max((sum(1 for cell in row if _filled(cell)) for row in table.rows), default=0) <= 1:
        return True
    if any(isinstance(item, Table) for cell in cells for item in cell.items):
        return True
    texts = [block.folded for cell in cells for block in blocks_of(cell.items)]
    if any(is_label(text) for text in texts[: 2 * len(table.rows)]):
        return True
    if table.header_rows or table.has_borders:
        return False
    return not _looks_like_data(table) or any(is_office(text) for text in texts)


def _looks_like_data(table: Table) -> bool:
    full_rows = [row for row in table.rows if sum(1 for cell in row if _filled(cell)) > 1]
    cells = [cell for row in table.rows for cell in row]
    return len(full_rows) > 1 and all(len(_filled(cell)) <= 1 and _length(cell) <= _LONGEST_DATA for cell in cells)


def _filled(cell: TableCell) -> list[Item]:
    return [item for item in cell.items if isinstance(item, Table) or not is_blank(item.text)]


def _length(cell: TableCell) -> int:
    return sum(len(block.text) for block in blocks_of(cell.items))


def _has_bold_header(table: Table) -> bool:
    if len(table.rows) < 2:
        return False
    first, second = (
        [block for cell in row for block in blocks_of(cell.items) if not is_blank(block.text)] for row in table.rows[:2]
    )
    return len(first) > 1 and all(block.is_bold for block in first) and not all(block.is_bold for block in second)


def _merge_headers(rows: Sequence[Sequence[Cell]]) -> list[Cell]:
    """One header of several: what stands above one another in a column is read as one name."""
    columns = itertools.zip_longest(*rows, fillvalue=Cell(""))
    merged = []
    for column in columns:
        names = list(dict.fromkeys(cell.text for cell in column if cell.text))
        merged.append(Cell(" ".join(names), tuple(note for cell in column for note in cell.notes)))
    return merged


def _expand(row: Sequence[TableCell]) -> list[Cell]:
    """One cell a column: a spanning cell's text in its first one, in a header's row in all of them."""
    cells: list[Cell] = []
    for cell in row:
        text = _cell_text(cell)
        cells += [text, *[Cell("")] * (min(cell.columns, MAX_COLUMNS) - 1)]
        if len(cells) >= MAX_COLUMNS:
            break
    return cells


def _cell_text(cell: TableCell) -> Cell:
    text = ""
    notes: list[NoteReference] = []
    for block in blocks_of(cell.items):
        folded, moved = fold(block.text, block.notes)
        label = block.label if block.label and any(character.isalnum() for character in block.label) else ""
        folded_start = " ".join(part for part in (text, label) if part)
        start = len(folded_start) + 1 if folded_start and folded else len(folded_start)
        text = f"{folded_start} {folded}" if folded_start and folded else folded_start + folded
        notes += [replace(note, position=start + note.position) for note in moved]
    return Cell(text, tuple(notes))
