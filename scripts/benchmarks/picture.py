"""Tables as pictures (SVG): bars for rows side by side, lines where rows are sizes."""

import math
from html import escape

from benchmarks.table import RATIO, Table

_BLUE, _GREY = "#154273", "#b2bccb"
_LABELS, _BARS, _LINE, _GAP = 230, 260, 18, 46
_PANEL, _MARGIN, _ACROSS = 200, 70, 3


def bars(title: str, table: Table) -> str:
    """A panel for each column of numbers, a bar for each row that has one with its ratio; the first row in blue."""
    y, parts = 50, []
    for column in _columns(table):
        parts.append(f'<text x="10" y="{y}" font-weight="bold">{escape(column)}</text>')
        rows = [(name, row) for name, row in table.items() if _is_number(row.get(column))]
        most = max(row[column] for _, row in rows) or 1
        for place, (name, row) in enumerate(rows):
            y += _LINE
            length = max(0.0, _BARS * row[column] / most)
            ratio = f" ({row[RATIO + column]:g} x)" if RATIO + column in row else ""
            parts.append(
                f'<text x="{_LABELS}" y="{y}" text-anchor="end">{escape(name)}</text>'
                f'<rect x="{_LABELS + 8}" y="{y - 11}" width="{length:.1f}" height="13" '
                f'fill="{_GREY if place else _BLUE}"/>'
                f'<text x="{_LABELS + 14 + length:.1f}" y="{y}">{row[column]:g}{ratio}</text>'
            )
        y += _GAP - _LINE
    return _svg(title, _LABELS + _BARS + 140, y, "".join(parts))


def lines(title: str, table: Table) -> str:
    """A panel for each column of numbers above 0, rows whose names are numbers from left to right.

    Both axes are logarithmic with one scale, so that what grows in proportion rises at 45 degrees and what does not
    grow lies flat, in every panel.
    """
    sizes = [name for name in table if name.isdigit()]
    columns = [
        column
        for column in _columns({name: table[name] for name in sizes})
        if all(_is_number(table[name].get(column)) and table[name][column] > 0 for name in sizes)
    ]
    parts = []
    across = [math.log(float(name)) for name in sizes]
    for place, column in enumerate(columns):
        left = _MARGIN + (place % _ACROSS) * (_PANEL + _MARGIN)
        bottom = 70 + _PANEL + (place // _ACROSS) * (_PANEL + _MARGIN)
        up = [math.log(table[name][column]) for name in sizes]
        scale = _PANEL / (max(max(across) - min(across), max(up) - min(up)) or 1)
        points = [
            (left + scale * (x - min(across)), bottom - scale * (y - min(up))) for x, y in zip(across, up, strict=True)
        ]
        parts.append(
            f'<text x="{left}" y="{bottom - _PANEL - 18}" font-weight="bold">{escape(column)}</text>'
            f'<path d="M{left} {bottom - _PANEL}V{bottom}H{left + _PANEL}" fill="none" stroke="black"/>'
            f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="none" stroke="{_BLUE}" '
            'stroke-width="2"/>'
        )
        for (x, y), name in zip(points, sizes, strict=True):
            parts.append(
                f'<text x="{x:.1f}" y="{y - 5:.1f}" text-anchor="middle">{table[name][column]:g}</text>'
                f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{int(name):,}</text>'
            )
    height = 70 + math.ceil(len(columns) / _ACROSS) * (_PANEL + _MARGIN)
    return _svg(f"{title} (45 degrees: in proportion)", _ACROSS * (_PANEL + _MARGIN) + _MARGIN, height, "".join(parts))


def _columns(table: Table) -> list[str]:
    """The columns of numbers, ratios left out: a bar's length shows them."""
    columns = dict.fromkeys(column for row in table.values() for column, value in row.items() if _is_number(value))
    return [column for column in columns if not column.startswith(RATIO)]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _svg(title: str, width: int, height: int, content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="12"><title>{escape(title)}</title><rect width="{width}" height="{height}" fill="white"/>'
        f'<text x="10" y="20" font-size="14" font-weight="bold">{escape(title)}</text>{content}</svg>\n'
    )
