"""Tables without a grid: rows of one column of a page whose cells merely stand in line."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from corpus.readers.pdf_grids import has_header, table_row
from corpus.readers.pdf_sheet import Box
from corpus.readers.pdf_words import PageRows, Row, Table, Word, is_evenly_spaced, pieces, text_of

_GAP = 0.9  # between cells at least, as a share of the type size
_NARROWEST_GUTTER = 3.0
_ALIGNED = 4.0
_CELL_CHARACTERS = 60
_SAME_CELL = 1.35
_LIST_LABEL = re.compile(r"[-–•*·▪o]|\(?(?:[a-z]|\d{1,3})[.)]|[ivx]{1,4}[.)]|\d{1,2}(?:\.\d{1,2})*\.?")
_HEAD_NUMBER = re.compile(r"\d{2} ?\d{3}(?:[ -](?:[IVXLC]+|\d{2}))?|Nr\. ?\d+[a-z]?|[A-Z]{1,3}")

Interval = tuple[float, float]


def find_aligned(rows: Sequence[Row], page: PageRows) -> list[Row]:
    """Give a column's rows with each table of at least three rows of aligned cells in the place of its rows."""
    result: list[Row] = []
    start = 0
    while start < len(rows):
        end, gutters = _aligned_end(rows, start, page)
        table = _aligned_table(rows[start:end], gutters, page) if gutters else None
        if table:
            result.append(table)
            start = end
        else:
            result.append(rows[start])
            start += 1
    return result


def _aligned_end(rows: Sequence[Row], start: int, page: PageRows) -> tuple[int, list[Interval]]:
    """Where rows that share a gutter end, and their gutters."""
    gutters: list[Interval] = []
    end = start
    last = start
    for position in range(start, len(rows)):
        row = rows[position]
        if (
            row.table
            or (page.index == 0 and _is_head(row))
            or (position > start and _distance(rows, position) > 3.5 * max(row.size, rows[start].size))
        ):
            break
        found = _gutters(row)
        if not found:
            # One cell: part of the row above, when it stands close below and leaves the gutters free.
            free = [gutter for gutter in gutters if row.right <= gutter[0] + 1 or row.left >= gutter[1] - 1]
            if position == start or len(free) < len(gutters):
                break
            continue
        if _is_list_item(row) and (position == start or len(gutters) < 2):
            break
        common = _common(gutters, found) if position > start else found
        if not common:
            break
        gutters, last = common, position
        end = position + 1
    # Further lines of the last row's cells.
    while end < len(rows) and end > start and _continues_cell(rows, end, last, gutters):
        end += 1
    return end, gutters


def _continues_cell(rows: Sequence[Row], position: int, last: int, gutters: Sequence[Interval]) -> bool:
    row = rows[position]
    return (
        not row.table
        and position - last <= 3
        and _distance(rows, position) <= _SAME_CELL * rows[last].size
        and row.left >= gutters[0][1] - 1
        and all(row.right <= gutter[0] + 1 or row.left >= gutter[1] - 1 for gutter in gutters)
    )


def _distance(rows: Sequence[Row], position: int) -> float:
    return rows[position - 1].base - rows[position].base


def _is_head(row: Row) -> bool:
    """Whether a row is a line of a Kamerstuk's head: the dossier's number or the document's, and a title beside it."""
    parts = pieces(row.words, _GAP * row.size)
    return len(parts) == 2 and bool(_HEAD_NUMBER.fullmatch(text_of(parts[0]))) and not text_of(parts[1])[:1].isdigit()


def _is_list_item(row: Row) -> bool:
    parts = pieces(row.words, _GAP * row.size)
    return len(parts) == 2 and bool(_LIST_LABEL.fullmatch(text_of(parts[0])))


def _gutters(row: Row) -> list[Interval]:
    if is_evenly_spaced(row.words):
        return []
    parts = pieces(row.words, _GAP * row.size)
    return [(before[-1].right, after[0].left) for before, after in pairwise(parts)]


def _common(gutters: Sequence[Interval], found: Sequence[Interval]) -> list[Interval]:
    """The gutters that remain free; one that the row has no text on one side of is free in it as well."""
    common = []
    for left, right in gutters:
        for other_left, other_right in found:
            low, high = max(left, other_left), min(right, other_right)
            if high - low >= _NARROWEST_GUTTER:
                common.append((low, high))
    return common


def _aligned_table(rows: Sequence[Row], gutters: Sequence[Interval], page: PageRows) -> Row | None:
    full = [row for row in rows if _gutters(row)]
    left, right = min(row.left for row in rows), max(row.right for row in rows)
    ruled = [rule for rule in page.rules if rule.is_flat and rule.left <= left + 9 and rule.right >= gutters[0][1]]
    inside = [rule for rule in ruled if rows[-1].base - 12 <= rule.bottom <= rows[0].base + 18]
    if len(full) < 3 and not (len(full) == 2 and len(inside) >= 2):
        return None
    edges = [high for _, high in gutters]
    cells = [[_in_column(row.words, edges, column) for column in range(len(edges) + 1)] for row in rows]
    texts = [[text_of(cell) for cell in row] for row in cells]
    if not _is_tabular(cells, texts) and len(inside) < 2:
        return None
    starts = _logical_starts(rows, texts, inside)
    grouped = [
        [[cells[line][column] for line in group if cells[line][column]] for column in range(len(edges) + 1)]
        for group in starts
    ]
    has_rule_below = len(starts) > 1 and any(
        rows[starts[1][0]].base < rule.bottom < rows[starts[0][-1]].base for rule in inside
    )
    names_columns = has_header(grouped) or (has_rule_below and len(inside) <= 3)
    top, bottom = rows[0].base + rows[0].size, rows[-1].base
    return table_row(Table(grouped, names_columns, page.number, top, bottom), left, right)


def _in_column(words: Sequence[Word], edges: Sequence[float], column: int) -> list[Word]:
    return [word for word in words if bisect_right(edges, word.left + 1) == column]


def _is_tabular(cells: Sequence[Sequence[Sequence[Word]]], texts: Sequence[Sequence[str]]) -> bool:
    """Whether cells are short and stand in line: what tells a table from wide spaces in running text."""
    width = len(texts[0])
    for column in range(width):
        filled = [(row[column], text[column]) for row, text in zip(cells, texts, strict=True) if row[column]]
        if len(filled) < 2 or sum(len(text) for _, text in filled) > _CELL_CHARACTERS * len(filled):
            return False
        lefts = [words[0].left for words, _ in filled]
        rights = [words[-1].right for words, _ in filled]
        middles = [(left + right) / 2 for left, right in zip(lefts, rights, strict=True)]
        if not any(_in_line(values) for values in (lefts, rights, middles)):
            return False
    return True


def _in_line(values: Sequence[float]) -> bool:
    middle = sorted(values)[len(values) // 2]
    return sum(abs(value - middle) <= _ALIGNED for value in values) >= 0.65 * len(values)


def _logical_starts(rows: Sequence[Row], texts: Sequence[Sequence[str]], inside: Sequence[Box]) -> list[list[int]]:
    """The lines that make up each row of the table: a cell may run over several.

    A row ends at a rule where there are rules between rows; otherwise where the distance is larger; otherwise
    every line that has a first cell begins one.
    """
    heights = [rule.bottom for rule in inside]
    distances = [above.base - below.base for above, below in pairwise(rows)]
    closest = min(distances)
    is_spaced = max(distances) > _SAME_CELL * closest
    divided = [any(below.base < height < above.base for height in heights) for above, below in pairwise(rows)]
    groups = [[0]]
    for line in range(1, len(rows)):
        is_close = distances[line - 1] <= _SAME_CELL * closest
        if sum(divided) >= 2 and len(inside) > 3:
            is_new = divided[line - 1]
        elif is_spaced and is_close and not divided[line - 1] and _is_wrapped(texts, line):
            is_new = False
        else:
            is_new = bool(texts[line][0]) or not is_close
        if is_new:
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups


def _is_wrapped(texts: Sequence[Sequence[str]], line: int) -> bool:
    """Whether a line may go on with the cells above it: some of its cells are empty, or go on in lower case."""
    filled = [text for text in texts[line] if text]
    return len(filled) < len(texts[line]) or all(text[0].islower() for text in filled)
