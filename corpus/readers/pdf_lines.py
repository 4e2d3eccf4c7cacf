"""A line of text as it stands in a column, and what is usual for lines in a document."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.document import NoteReference
from corpus.readers.outline import Cell as OutlineCell
from corpus.readers.paged_lines import Line, join_lines
from corpus.readers.pdf_words import Cell, PageRows, Table, Word, text_of

FLUSH = 1.5  # points between a full line of justified text and its column's edge
TALLEST_LEADING = 2.0  # in type sizes; what is further apart is no paragraph
_USUAL_LEADING = 1.2
_LEADERS = re.compile(r"(?: ?\.){4,}(?= |$)")


@dataclass(slots=True)
class TextLine:
    """A line of one column, or a table in its place.

    `start` and `edge` are the column's left and right; `is_beside`: the column is the one beside the labels.
    """

    words: list[Word]
    page: int
    base: float
    size: float
    is_bold: bool
    is_italic: bool
    is_shaded: bool = False
    start: float = 0.0
    edge: float = 0.0
    label: str = ""
    is_beside: bool = False
    is_address: bool = False
    table: Table | None = None

    @property
    def text(self) -> str:
        """What it says, without its label and the marks of notes."""
        return text_of([word for word in self.words if not word.note])

    @property
    def left(self) -> float:
        """Where its text begins, the label left aside."""
        return self.words[0].left

    @property
    def right(self) -> float:
        """Where its text ends."""
        return max(word.right for word in self.words)

    @property
    def first_width(self) -> float:
        """The width of its first word: what must fit at the end of the line above."""
        end = next((n for n, word in enumerate(self.words[1:], 1) if not word.is_glued), len(self.words))
        return self.words[end - 1].right - self.left


Flow = list[TextLine]


@dataclass(slots=True)
class PageFlows:
    """A page's text, one flow per column, in reading order."""

    page: PageRows
    flows: list[Flow]


class Measures:
    """What is usual in a document: the distance between the lines of a paragraph, by type size.

    `is_justified`: most lines end exactly at their column's edge, so that one that does not is a paragraph's last.
    """

    def __init__(self, flows: Sequence[Flow]) -> None:
        distances: dict[float, Counter[float]] = defaultdict(Counter)
        for flow in flows:
            for above, below in pairwise(flow):
                if round(above.size) == round(below.size) and above.base > below.base:
                    distances[round(above.size)][round((above.base - below.base) * 2) / 2] += 1
        followed = [
            abs(above.edge - above.right) < FLUSH
            for flow in flows
            for above, below in pairwise(flow)
            if not above.table and not below.table and 0 < above.base - below.base < TALLEST_LEADING * above.size
        ]
        self.is_justified = len(followed) >= 3 and sum(followed) > len(followed) / 2
        self._leading: dict[float, float] = {}
        for size, counts in distances.items():
            tight = Counter({gap: count for gap, count in counts.items() if gap <= TALLEST_LEADING * max(size, 1)})
            usual = tight if tight.total() >= 0.2 * counts.total() else counts
            if usual.total() >= 3:
                # The distance between paragraphs is common in a short document, and the larger one.
                most = usual.most_common(1)[0][1]
                self._leading[size] = min(gap for gap, count in usual.items() if count >= 0.4 * most)

    def leading(self, size: float) -> float:
        """The distance between two lines of a paragraph set in this size."""
        return self._leading.get(round(size), _USUAL_LEADING * size)


def plain_line(line: TextLine) -> Line:
    """The line's text, note marks taken off and leaders of a table of contents left out."""
    text, notes = _without_marks(line.words)
    text = f"{line.label} {text}" if line.label else text
    shift = len(line.label) + 1 if line.label else 0
    moved = tuple(NoteReference(note.mark, note.position + shift) for note in notes)
    if not moved:
        text = " ".join(_LEADERS.sub("", text).split())
    return Line(text, line.page, moved)


def _without_marks(words: Sequence[Word]) -> tuple[str, tuple[NoteReference, ...]]:
    text = ""
    notes: list[NoteReference] = []
    for position, word in enumerate(words):
        if word.note:
            notes.append(NoteReference(word.note, len(text)))
        elif word.is_raised and word.text == "," and words[position - 1].note:
            continue  # between two marks
        else:
            shown = word.text if position == len(words) - 1 else word.text.replace("\u00ad", "")
            text += shown if word.is_glued or not text else f" {shown}"
    return text, tuple(notes)


def table_cell(cell: Cell) -> OutlineCell:
    """A cell's text with the places of its notes."""
    lines = [Line(text, None, notes) for text, notes in map(_without_marks, cell)]
    return OutlineCell(*join_lines(lines))
