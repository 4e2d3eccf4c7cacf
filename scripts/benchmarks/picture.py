"""Tables as pictures (SVG): bars for rows side by side, lines where rows are sizes."""

import math
from html import escape

from benchmarks.table import Table

_BLUE, _GREY = "#154273", "#b2bccb"
_LABELS, _BARS, _LINE, _GAP = 230, 260, 18, 46
_PANEL, _MARGIN = 200, 70


def bars(title: str, table: Table) -> str:
    """A panel for each column of numbers, a bar for each row that has one; the first row's bars in blue."""
    y, parts = 40, []
    for column in _columns(table):
        parts.append(f'<text x="10" y="{y}" font-weight="bold">{escape(column)}</text>')
        rows = [(name, row[column]) for name, row in table.items() if _is_number(row.get(column))]
        most = max(value for _, value in rows) or 1
        for place, (name, value) in enumerate(rows):
            y += _LINE
            length = max(0.0, _BARS * value / most)
            parts.append(
                f'<text x="{_LABELS}" y="{y}" text-anchor="end">{escape(name)}</text>'
                f'<rect x="{_LABELS + 8}" y="{y - 11}" width="{length:.1f}" height="13" '
                f'fill="{_GREY if place else _BLUE}"/>'
                f'<text x="{_LABELS + 14 + length:.1f}" y="{y}">{value:g}</text>'
            )
        y += _GAP - _LINE
    return _svg(title, _LABELS + _BARS + 80, y, "".join(parts))


def lines(title: str, table: Table) -> str:
    """A panel for each column of numbers: the rows' names, which are sizes, to the right, both axes logarithmic."""
    sizes = [name for name in table if name.isdigit()]
    columns = [
        column
        for column in _columns({name: table[name] for name in sizes})
        if all(_is_number(table[name].get(column)) and table[name][column] > 0 for name in sizes)
    ]
    parts = []
    for place, column in enumerate(columns):
        left = _MARGIN + (place % 3) * (_PANEL + _MARGIN)
        top = 50 + (place // 3) * (_PANEL + _MARGIN)
        values = [float(table[name][column]) for name in sizes]
        across, up = _logarithmic([float(name) for name in sizes]), _logarithmic(values)
        points = [
            (left + _PANEL * x, top + _PANEL - _PANEL * y, value)
            for x, y, value in zip(across, up, values, strict=True)
        ]
        parts.append(
            f'<text x="{left}" y="{top - 12}" font-weight="bold">{escape(column)}</text>'
            f'<path d="M{left} {top}V{top + _PANEL}H{left + _PANEL}" fill="none" stroke="black"/>'
            f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)}" fill="none" stroke="{_BLUE}" '
            'stroke-width="2"/>'
        )
        parts += [f'<text x="{x:.1f}" y="{y - 5:.1f}" text-anchor="middle">{value:g}</text>' for x, y, value in points]
        parts += [
            f'<text x="{x:.1f}" y="{top + _PANEL + 15}" text-anchor="middle">{int(name):,}</text>'
            for (x, _, _), name in zip(points, sizes, strict=True)
        ]
    height = 50 + math.ceil(len(columns) / 3) * (_PANEL + _MARGIN)
    return _svg(title, 3 * (_PANEL + _MARGIN) + _MARGIN, height, "".join(parts))


def _logarithmic(values: list[float]) -> list[float]:
    """Where values stand between the least and the most, 0 to 1, on a logarithmic axis; equal ones in the middle."""
    low, high = math.log(min(values)), math.log(max(values))
    return [(math.log(value) - low) / (high - low) if high > low else 0.5 for value in values]


def _columns(table: Table) -> list[str]:
    return list(dict.fromkeys(column for row in table.values() for column, value in row.items() if _is_number(value)))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _svg(title: str, width: int, height: int, content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="12"><title>{escape(title)}</title><rect width="{width}" height="{height}" fill="white"/>'
        f'<text x="10" y="20" font-size="14" font-weight="bold">{escape(title)}</text>{content}</svg>\n'
    )
