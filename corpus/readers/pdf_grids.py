"""Tables with a ruled grid."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from corpus.readers.pdf_sheet import Box
from corpus.readers.pdf_words import Cell, PageRows, Row, Table, Word, text_of

_TOUCH = 3.0
_GRID_RULES = 600
_SHORTEST_RULE = 6.0
_NUMERIC = re.compile(r"[€$-]? ?[\d.,:%/ –-]*\d[\d.,:%/ –-]*%?(?: ?(?:mln|mld|%|km|ha|euro)\.?)?|[-–]|n\.?v\.?t\.?")


def table_row(table: Table, left: float, right: float) -> Row:
    """The row that stands for a table among the rows of its page."""
    return Row([Word("", left, right, table.top, 0.0)], table)


def find_grids(page: PageRows) -> None:
    """Put the tables with ruled cells in the place of their rows."""
    for rules in _connected(page.rules):
        columns = _distinct([(rule.left + rule.right) / 2 for rule in rules if not rule.is_flat])
        heights = _distinct([(rule.bottom + rule.top) / 2 for rule in rules if rule.is_flat])[::-1]
        # Two standing lines are a frame around text.
        if len(columns) >= 3 and len(heights) >= 2:
            _put_grid(page, rules, columns, heights)


def _put_grid(page: PageRows, rules: Sequence[Box], columns: Sequence[float], heights: Sequence[float]) -> None:
    cells: list[list[Cell]] = [[[] for _ in columns[1:]] for _ in heights[1:]]
    rest: list[Row] = []
    for row in page.rows:
        outside: list[Word] = []
        for word in row.words:
            middle, height = (word.left + word.right) / 2, word.base + word.size / 4
            column = bisect_right(columns, middle) - 1
            line = sum(other > height for other in heights) - 1
            if 0 <= column < len(columns) - 1 and 0 <= line < len(heights) - 1:
                line, column = _merged(rules, columns, heights, line, column)
                cell = cells[line][column]
                if cell and abs(cell[-1][-1].base - word.base) < word.size * 0.6:
                    cell[-1].append(word)
                else:
                    cell.append([word])
            else:
                outside.append(word)
        if outside:
            rest.append(Row(outside, row.table))
    kept = [row for row in cells if any(row)]
    if sum(any(row[column] for row in kept) for column in range(len(columns) - 1)) < 2:
        return
    table = Table(kept, has_header(kept), page.number, heights[0], heights[-1])
    page.rows = sorted([*rest, table_row(table, columns[0], columns[-1])], key=lambda row: -row.base)


def _merged(
    rules: Sequence[Box], columns: Sequence[float], heights: Sequence[float], line: int, column: int
) -> tuple[int, int]:
    """The first cell of the merged cell that this one is part of: where no rule divides them."""
    height = (heights[line] + heights[line + 1]) / 2
    while column > 0 and not any(
        not rule.is_flat and abs(rule.left - columns[column]) < _TOUCH and rule.bottom <= height <= rule.top
        for rule in rules
    ):
        column -= 1
    middle = (columns[column] + columns[column + 1]) / 2
    while line > 0 and not any(
        rule.is_flat and abs(rule.bottom - heights[line]) < _TOUCH and rule.left <= middle <= rule.right
        for rule in rules
    ):
        line -= 1
    return line, column


def _connected(rules: Sequence[Box]) -> list[list[Box]]:
    """Rules that touch each other, in groups; none for a drawing, which has more than any table."""
    long = [rule for rule in rules if max(rule.right - rule.left, rule.top - rule.bottom) >= _SHORTEST_RULE]
    if len(long) > _GRID_RULES:
        return []
    groups: list[list[Box]] = []
    for rule in long:
        touching = [group for group in groups if any(_touch(rule, other) for other in group)]
        groups = [group for group in groups if not any(group is other for other in touching)]
        groups.append([rule, *(other for group in touching for other in group)])
    return groups


def _touch(one: Box, other: Box) -> bool:
    return (
        one.left <= other.right + _TOUCH
        and other.left <= one.right + _TOUCH
        and one.bottom <= other.top + _TOUCH
        and other.bottom <= one.top + _TOUCH
    )


def _distinct(values: Sequence[float]) -> list[float]:
    distinct: list[float] = []
    for value in sorted(values):
        if not distinct or value - distinct[-1] > _TOUCH:
            distinct.append(value)
    return distinct


def has_header(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row names the columns: bold above others, or words above numbers."""
    if len(rows) < 2 or sum(bool(cell) for cell in rows[0]) < 2:
        return False
    bold = [all(word.is_bold for cell in row for line in cell for word in line) for row in rows[:3]]
    if bold[0] and not bold[-1]:
        return True
    texts = [[" ".join(text_of(line) for line in cell) for cell in row] for row in rows]
    first = texts[0]
    if any(_NUMERIC.fullmatch(text) and not re.fullmatch(r"(?:19|20)\d\d", text) for text in first if text):
        return False
    for column, name in enumerate(first):
        below = [row[column] for row in texts[1:] if column < len(row) and row[column]]
        if column and name and below and all(_NUMERIC.fullmatch(text) for text in below):
            return True
    return False
