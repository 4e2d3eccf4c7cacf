"""The order in which a page is read: columns one after the other, each a flow of rows from top to bottom."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.readers.paged_lines import is_signing_office
from corpus.readers.pdf_words import PageRows, Row, Word, is_evenly_spaced, pieces, text_of

_GUTTER = 9.0
_GAP = 0.9
_CANDIDATES = 8
_FEWEST_ROWS = 3
_DEPTH = 4
_BREAK = 1.45  # distance between paragraphs or rows, in type sizes
_HOLE = 6.0
_ADDRESS_ROWS = 20
_LABEL = re.compile(r"(?:\d{1,3}\. ?)?[^.?!]{1,40}:|\d{1,3}\.|[-–•]|Nr\. .*|\d\d \d{3}.*")
_NUMBER = re.compile(r"[\d.,%€ –-]+")


@dataclass(slots=True)
class _Split:
    """Rows `start` to `end` stand in two columns; the right one begins at `edge`."""

    start: int
    end: int
    edge: float
    is_address: bool


@dataclass(slots=True)
class Column:
    """Rows that are read from top to bottom; `is_address`: half of the address block above a letter."""

    rows: list[Row]
    is_address: bool = False


def read_order(page: PageRows) -> list[Column]:
    """The page's columns, and what stands above, between and below them over the full width."""
    return [column for column in _columns(page.rows, _DEPTH, may_address=page.index == 0) if column.rows]


def _columns(rows: list[Row], depth: int, *, may_address: bool) -> Iterator[Column]:
    split = _find_split(rows, may_address=may_address) if depth else None
    if not split:
        yield Column(rows)
        return
    yield from _columns(rows[: split.start], depth - 1, may_address=may_address)
    inside = rows[split.start : split.end]
    for is_right in (False, True):
        half = [Row(words, row.table) for row in inside if (words := _side(row.words, split.edge, is_right=is_right))]
        if split.is_address:
            yield Column(half, is_address=True)
        else:
            yield from _columns(half, depth - 1, may_address=False)
    yield from _columns(rows[split.end :], depth - 1, may_address=False)


def _side(words: Sequence[Word], edge: float, *, is_right: bool) -> list[Word]:
    return [word for word in words if (word.left >= edge - 1) == is_right]


def _find_split(rows: Sequence[Row], *, may_address: bool) -> _Split | None:
    """The columns that hold most rows; None when the text stands in one."""
    starts: Counter[int] = Counter()
    for row in rows:
        for part in pieces(row.words, max(_GUTTER, _GAP * row.size))[1:]:
            starts[round(part[0].left / 3)] += 1
    best: _Split | None = None
    for place, _ in starts.most_common(_CANDIDATES):
        edge = min(
            part[0].left
            for row in rows
            for part in pieces(row.words, max(_GUTTER, _GAP * row.size))[1:]
            if abs(part[0].left / 3 - place) <= 1
        )
        for start, end in _stretches(rows, edge):
            if best and end - start <= best.end - best.start:
                continue
            if _are_columns(rows[start:end], edge):
                best = _Split(start, end, edge, is_address=False)
            elif may_address and start < _ADDRESS_ROWS and _are_addresses(rows[start:end], edge):
                best = _Split(start, end, edge, is_address=True)
    return best


def _stretches(rows: Sequence[Row], edge: float) -> Iterator[tuple[int, int]]:
    """Where successive rows leave the gutter left of an edge free, from the first to the last with text beyond it.

    A left column that is longer than the right one goes on below it.
    """
    start = 0
    for position in range(len(rows) + 1):
        if position < len(rows) and not _crosses(rows[position], edge):
            continue
        beyond = [number for number in range(start, position) if rows[number].words[-1].left >= edge - 1]
        if beyond:
            end = beyond[-1] + 1
            while end < position and rows[end - 1].base - rows[end].base < 1.6 * rows[end].size:
                end += 1
            yield beyond[0], end
        start = position + 1


def _crosses(row: Row, edge: float) -> bool:
    if row.table:
        return row.words[0].left < edge - 1 and row.words[0].right > edge
    if row.words[0].left < edge - 1 <= row.words[-1].left and is_evenly_spaced(row.words):
        return True
    return any(word.right > edge - _GUTTER + 1 and word.left < edge - 1 for word in row.words)


def _are_columns(rows: Sequence[Row], edge: float) -> bool:
    sides = _sides(rows, edge)
    if all(side and is_signing_office(text_of(side[0])) for side in sides):
        return True  # two ministers sign side by side
    return _are_text(sides) and all(_is_running_text(side) for side in sides) and not _are_cells(rows, edge)


def _are_addresses(rows: Sequence[Row], edge: float) -> bool:
    sides = _sides(rows, edge)
    return _are_text(sides) and len(rows) <= _ADDRESS_ROWS and all(_is_address(side) for side in sides)


def _sides(rows: Sequence[Row], edge: float) -> list[list[list[Word]]]:
    return [[side for row in rows if (side := _side(row.words, edge, is_right=is_right))] for is_right in (False, True)]


def _are_text(sides: Sequence[Sequence[Sequence[Word]]]) -> bool:
    """Whether both sides hold enough lines, and neither holds labels or numbers."""
    texts = [[text_of(words) for words in side] for side in sides]
    if any(len(side) < _FEWEST_ROWS for side in sides):
        return False
    if sum(bool(_LABEL.fullmatch(text)) for text in texts[0]) > len(texts[0]) / 3:
        return False
    return not any(sum(bool(_NUMBER.fullmatch(text)) for text in side) > len(side) / 3 for side in texts)


def _is_running_text(side: Sequence[Sequence[Word]]) -> bool:
    """Whether most lines are long and fill the column."""
    widths = [words[-1].right - words[0].left for words in side]
    full = sum(width > 0.6 * max(widths) for width in widths)
    characters = sum(len(text_of(words)) for words in side) / len(side)
    return characters >= 18 and full >= 0.5 * len(side)


def _is_address(side: Sequence[Sequence[Word]]) -> bool:
    texts = [text_of(words) for words in side]
    return (
        sum(len(text) for text in texts) / len(texts) < 45
        and not any(len(pieces(words, 2 * _GUTTER)) > 1 for words in side)
        and not any(text.endswith((".", ";")) and len(text) > 30 for text in texts)
    )


def _are_cells(rows: Sequence[Row], edge: float) -> bool:
    """Whether both sides break at the same heights with a hole above on one of them: the rows of a table.

    The paragraphs of two columns may break at the same height, too, but leave no holes.
    """
    sides: list[list[tuple[float, float]]] = []
    for is_right in (False, True):
        bases = [(words[0].base, words[0].size) for row in rows if (words := _side(row.words, edge, is_right=is_right))]
        sides.append([(a, b) for (a, size), (b, _) in pairwise(bases) if a - b > _BREAK * size])
    together = [(left, right) for left, below in sides[0] for right, other in sides[1] if abs(below - other) < 2]
    holes = [pair for pair in together if abs(pair[0] - pair[1]) > _HOLE]
    return len(together) >= 2 and 2 * len(holes) >= len(together)
