"""Tables of figures: ratios between their rows, growth over sizes, and the text that a terminal shows."""

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

# Figures by row and column; a row may lack a column.
Table = dict[str, dict[str, Any]]

# A row of what could not be measured has this column alone.
FAILED = "failed"
# Before a column's name: how many times worse than the row of reference.
RATIO = "x "


def with_ratios(table: Table, reference: str, lower_is_better: Mapping[str, bool], apart: Sequence[str] = ()) -> Table:
    """The table with, for each figure named, how many times worse a row is than the row `reference`.

    Two rows more hold the best and the median of those ratios, each figure by itself, over the rows that are not in
    `apart`. 2.0 is twice as slow, twice as large, half as many. Without the reference there are no ratios.
    """
    own = table.get(reference, {})
    found: Table = {name: dict(row) for name, row in table.items()}
    ratios: dict[str, list[float]] = {}
    for figure, is_lower_better in lower_is_better.items():
        for name, row in found.items():
            if row.get(figure) and own.get(figure):
                ratio = row[figure] / own[figure] if is_lower_better else own[figure] / row[figure]
                row[RATIO + figure] = round(ratio, 2)
                if name not in (reference, *apart):
                    ratios.setdefault(RATIO + figure, []).append(ratio)
    if ratios:
        found["best peer"] = {figure: round(min(values), 2) for figure, values in ratios.items()}
        found["median peer"] = {figure: round(statistics.median(values), 2) for figure, values in ratios.items()}
    return found


def exponent(sizes: Sequence[float], figures: Sequence[float]) -> float:
    """How a figure grows with size: the b of figure = a * size^b, by least squares on the logarithms of both.

    0 is not at all, 1 is in proportion. NaN for fewer than two sizes, or a figure that is not above 0.
    """
    if len(set(sizes)) < 2 or min(figures) <= 0:
        return math.nan
    x, y = np.log(np.asarray(sizes, np.float64)), np.log(np.asarray(figures, np.float64))
    x -= x.mean()
    return float(x @ (y - y.mean()) / (x @ x))


def percentiles(seconds: Sequence[float], name: str = "") -> dict[str, float]:
    """p50, p95 and p99 in milliseconds, `name` before each."""
    return {f"{name}p{share} ms": round(1000 * float(np.percentile(seconds, share)), 1) for share in (50, 95, 99)}


def as_text(table: Table) -> str:
    """The table as lines, columns aligned."""
    columns = list(dict.fromkeys(column for row in table.values() for column in row if column != FAILED))
    widths = [max(len(column), *(len(_cell(row.get(column))) for row in table.values())) for column in columns]
    width = max(map(len, table))
    lines = [f"{'':{width}}  " + "  ".join(f"{column:>{size}}" for column, size in zip(columns, widths, strict=True))]
    for name, row in table.items():
        cells = [f"{_cell(row.get(column)):>{size}}" for column, size in zip(columns, widths, strict=True)]
        lines.append(f"{name:{width}}  " + (f"failed: {row[FAILED]}" if FAILED in row else "  ".join(cells)))
    return "\n".join(line.rstrip() for line in lines)


def _cell(value: object) -> str:
    return "" if value is None else str(value)
