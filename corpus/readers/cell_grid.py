"""A table's cells laid out in a grid, from the spans that CALS and HTML tables give them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.readers.blocks import Table
from corpus.readers.running_text import Text, join_texts

# No table of a Kamerstuk is wider; a span beyond it is a fault or an attack on memory.
MAX_COLUMNS = 200
MAX_SPAN = 2_000
# What a table may grow by, when cells over several rows are repeated.
MAX_REPEATED_CHARACTERS = 2_000_000
# A few rows with a cell that holds this much text are paragraphs that a table only sets side by side.
_LAYOUT_CELL_CHARACTERS = 400
_LAYOUT_ROWS = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: where it starts (None: after the one before), and how many columns and rows it covers."""

    text: Text
    column: int | None = None
    columns: int = 1
    rows: int = 1
    is_header: bool = False
    is_bold: bool = False


def build_table(header: Sequence[Sequence[Cell]], body: Sequence[Sequence[Cell]]) -> Table | None:
    """Lay out a table; None when it has no text.

    A cell over several rows is repeated in each, so that a row can be read on its own; in the body a cell over
    several columns stands in the first. Header rows become one. A first row all bold, or all header cells, is a
    header when there is none.
    """
    header, body = list(header), list(body)
    if not header and len(body) > 1 and _heads(body[0]) and not all(_heads(row) for row in body):
        header, body = body[:1], body[1:]
    head_rows = _lay_out(header, repeat_columns=True)
    rows = _lay_out(body, repeat_columns=False)
    if not any(cell for row in (*head_rows, *rows) for cell in row):
        return None
    if not head_rows or not any(cell for row in rows for cell in row):
        return Table(tuple(tuple(row) for row in (*head_rows, *rows)), has_header=False)
    width = max(len(row) for row in head_rows)
    names = [_merge([row[column] for row in head_rows if column < len(row)]) for column in range(width)]
    return Table((tuple(names), *(tuple(row) for row in rows)), has_header=True)


def is_layout(header: Sequence[Sequence[Cell]], body: Sequence[Sequence[Cell]]) -> bool:
    """Whether a table only places text on the page: one column, or cells that are paragraphs, and no header."""
    if header or any(cell.is_header for row in body for cell in row):
        return False
    filled = [[cell for cell in row if cell.text] for row in body]
    return all(len(row) <= 1 for row in filled) or (
        len(filled) <= _LAYOUT_ROWS
        and any(len(cell.text.text) >= _LAYOUT_CELL_CHARACTERS for row in filled for cell in row)
    )


def _heads(row: Sequence[Cell]) -> bool:
    filled = [cell for cell in row if cell.text]
    return len(filled) > 1 and all(cell.is_bold or cell.is_header for cell in filled)


def _lay_out(rows: Iterable[Sequence[Cell]], *, repeat_columns: bool) -> list[list[Text]]:
    grid: list[list[Text]] = []
    hanging: dict[int, tuple[int, Text]] = {}
    repeated = 0
    for row in rows:
        line: dict[int, Text] = {column: text for column, (_, text) in hanging.items()}
        repeated += sum(len(text.text) + 1 for text in line.values())
        hanging = {column: (left - 1, text) for column, (left, text) in hanging.items() if left > 1}
        column = 0
        for cell in row:
            is_placed = cell.column is not None and cell.column < MAX_COLUMNS
            column = cell.column if is_placed and cell.column is not None else column
            while column in line and not is_placed:
                column += 1
            span = max(1, min(cell.columns, MAX_COLUMNS - column))
            for offset in range(span):
                text = cell.text if offset == 0 or repeat_columns else Text()
                line[column + offset] = text
                if cell.rows > 1 and column + offset < MAX_COLUMNS and repeated < MAX_REPEATED_CHARACTERS:
                    # The note stands once on the page; a repeated cell repeats its text only.
                    hanging[column + offset] = (min(cell.rows, MAX_SPAN) - 1, replace(text, notes=()))
            column += span
        if repeated >= MAX_REPEATED_CHARACTERS:
            hanging = {}
        grid.append([line.get(number, Text()) for number in range(max(line, default=-1) + 1)])
    return grid


def _merge(cells: Sequence[Text]) -> Text:
    """One header of several rows, each text once."""
    texts: list[Text] = []
    for cell in cells:
        if cell and cell.text not in [text.text for text in texts]:
            texts.append(cell)
    return join_texts(texts)
