"""Rows become lines of text in the order in which they are read: their labels, their columns' edges."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from corpus.readers.pdf_columns import read_order
from corpus.readers.pdf_grids import find_grids
from corpus.readers.pdf_lines import TALLEST_LEADING, Flow, PageFlows, TextLine
from corpus.readers.pdf_sheet import Box
from corpus.readers.pdf_tables import find_aligned
from corpus.readers.pdf_words import PageRows, Row, Table, Word, text_of

_LABEL = re.compile(r"(?:\d{1,3}\. ?)?[A-Z][^.?!:]{1,40}:")
_LETTER_LABEL = re.compile(
    r"(?:Datum|Betreft|Onderwerp|Kenmerk|Ons kenmerk|Uw kenmerk|Onze referentie|Uw referentie|Uw brief(?: van)?|"
    r"Bijlagen?|Bijlage\(n\)|Contactpersoon|Aan|Van|Cc)"
)
_LABEL_GAP = 0.6
_LABEL_GAPS = 1.6  # the space after a label, in spaces between the words beside it
_SAME_PLACE = 4.0  # points
_ALIKE = 0.3


def page_flows(page: PageRows) -> PageFlows:
    """Read a page's rows, in reading order, into lines."""
    find_grids(page)
    flows = []
    for column in read_order(page):
        flow: Flow = []
        plain: list[Row] = []
        labelled = _labels(column.rows)
        for number, row in enumerate(column.rows):
            if number not in labelled:
                plain.append(row)
                continue
            flow += _plain_lines(plain, page)
            count = labelled[number]
            plain = [Row(row.words[count:], label=row.words[:count])]
        flow += _plain_lines(plain, page)
        _set_edges(flow)
        for line in flow:
            line.is_address = column.is_address
        flows.append(flow)
    return PageFlows(page, flows)


def _plain_lines(rows: Sequence[Row], page: PageRows) -> list[TextLine]:
    """The lines of rows of which only the first may have a label; a table takes it into its first cell."""
    label = rows[0].label if rows else []
    lines = []
    for row in find_aligned(rows, page):
        line = _line(row.words, page, table=row.table)
        if label and row.table:
            first = row.table.rows[0][0]
            first[:1] = [[*label, *(first[0] if first else [])]]
        elif label:
            line.label = text_of(label)
        label = []
        lines.append(line)
    return lines


def _line(words: list[Word], page: PageRows, *, table: Table | None) -> TextLine:
    row = Row(words)
    letters = [word for word in words if any(c.isalpha() for c in word.text) and not word.is_raised] or words
    return TextLine(
        words=words,
        page=page.number,
        base=row.base,
        size=row.size,
        is_bold=all(word.is_bold for word in letters),
        is_italic=all(word.is_italic for word in letters),
        is_shaded=any(_is_inside(row, shade) for shade in page.shades),
        table=table,
    )


def _is_inside(row: Row, shade: Box) -> bool:
    return shade.bottom <= row.base + row.size / 3 <= shade.top and shade.left <= row.left and row.right <= shade.right


def _labels(rows: Sequence[Row]) -> dict[int, int]:
    """The rows that begin with a label beside its text ("Besluit:   Aangehouden."), and its number of words.

    A label is one when other lines begin where its text does, or when every letter has it.
    """
    found: dict[int, tuple[int, float, bool]] = {}
    places: Counter[int] = Counter()
    for number, row in enumerate(rows):
        count = _label_words(row)
        if count:
            place = row.words[count].left
            text = text_of(row.words[:count]).rstrip(":")
            found[number] = count, place, bool(_LETTER_LABEL.fullmatch(text))
        else:
            place = row.left
        places[round(place / _SAME_PLACE)] += 1

    def is_shared(place: float) -> bool:
        spot = round(place / _SAME_PLACE)
        return sum(places[near] for near in (spot - 1, spot, spot + 1)) >= 2

    return {number: count for number, (count, place, is_sure) in found.items() if is_sure or is_shared(place)}


def _label_words(row: Row) -> int:
    """How many words make up a row's label; 0 when it has none."""
    if row.table:
        return 0
    for count in range(1, min(len(row.words), 8)):
        before, after = row.words[count - 1], row.words[count]
        gap = after.left - before.right
        if gap < max(_LABEL_GAP * max(before.size, after.size), _LABEL_GAPS * _usual_gap(row.words[count:])):
            continue
        text = text_of(row.words[:count])
        if _LABEL.fullmatch(text) or _LETTER_LABEL.fullmatch(text):
            return count
    return 0


def _usual_gap(words: Sequence[Word]) -> float:
    """The distance between words: in justified text every space may be as wide as one after a label."""
    gaps = sorted(after.left - before.right for before, after in pairwise(words) if not after.is_glued)
    return gaps[len(gaps) // 2] if gaps else 0.0


def _set_edges(flow: Flow) -> None:
    """Set each line's column: lines beside labels stand in a column of their own."""
    values = sorted(line.left for line in flow if line.label)
    lefts = sorted(line.left for line in flow if not line.label and not line.table)
    start = _usual(lefts) if lefts else 0.0
    inner = values[len(values) // 2] if values else None
    edge = _edge([flow])
    for line in flow:
        line.is_beside = inner is not None and (bool(line.label) or abs(line.left - inner) <= _SAME_PLACE)
        line.start = inner if line.is_beside and inner is not None else min(start, line.left)
        line.edge = edge


def _usual(lefts: Sequence[float]) -> float:
    counts = Counter(round(left / _SAME_PLACE) for left in lefts)
    place = max(counts.items(), key=lambda item: (item[1], -item[0]))[0]
    return min(left for left in lefts if round(left / _SAME_PLACE) == place)


def _edge(flows: Sequence[Flow]) -> float:
    """Where a column's lines end: where many end alike, or else the right of the longest, the odd one left aside.

    Only lines that another follows closely count; headings and last lines end anywhere.
    """
    followed = [
        above.right
        for flow in flows
        for above, below in pairwise(flow)
        if not above.table and not below.table and above.base - below.base < TALLEST_LEADING * above.size
    ]
    rights = sorted(followed or [line.right for flow in flows for line in flow if not line.table])
    if not rights:
        return 0.0
    place, count = Counter(round(right) for right in rights).most_common(1)[0]
    if count >= 3 and count > _ALIKE * len(rights):
        return max(right for right in rights if abs(right - place) <= 1)
    return rights[len(rights) * 97 // 100]


def share_edges(pages: Sequence[PageFlows]) -> None:
    """Give the pages that have one column the same edges: one page may hold too few full lines to tell."""
    whole = [page.flows[0] for page in pages if len(page.flows) == 1]
    edge = _edge(whole)
    plain = [line for flow in whole for line in flow if not line.table and not line.label and not line.is_beside]
    start = _usual([line.left for line in plain]) if plain else 0.0
    for flow in whole:
        for line in flow:
            line.edge = edge
    for line in plain:
        line.start = min(start, line.left)
