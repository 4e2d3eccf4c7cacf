"""Words where they stand, and the rows of a page that they make up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from corpus.readers.pdf_sheet import Box

_EVEN = 0.6  # points


@dataclass(slots=True)
class Word:
    """A word where it stands. `is_raised`: a note mark or another superscript; `is_glued`: no space before it.

    `note` is the mark of the footnote that it was found to refer to: then it is no part of the text.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    is_bold: bool = False
    is_italic: bool = False
    is_artifact: bool = False
    is_raised: bool = False
    is_glued: bool = False
    font: str = ""
    note: str = ""


# A cell's lines, each its words.
Cell = list[list[Word]]


@dataclass(slots=True)
class Table:
    """A table's cells, by row, between two heights of its page."""

    rows: list[list[Cell]]
    has_header: bool
    page: int
    top: float
    bottom: float


@dataclass(slots=True)
class Row:
    """The words at one height; or a table, which then takes the place of its rows and has one empty word.

    `label` are the words of the label that stood left of them.
    """

    words: list[Word]
    table: Table | None = None
    label: list[Word] = field(default_factory=list)

    @property
    def base(self) -> float:
        """The baseline on which most of its characters stand."""
        return _most((word.base, word) for word in self.words)

    @property
    def size(self) -> float:
        """The size in which most of its characters are set."""
        return _most((word.size, word) for word in self.words)

    @property
    def text(self) -> str:
        """Its words, in one string."""
        return text_of(self.words)

    @property
    def left(self) -> float:
        """Where it begins."""
        return min(word.left for word in self.words)

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(word.right for word in self.words)


@dataclass(slots=True)
class PageRows:
    """A sheet's rows from top to bottom; `number` is the page's number in the document."""

    index: int
    number: int
    bottom: float
    top: float
    rows: list[Row]
    rules: list[Box] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)


def _most(values: Iterable[tuple[float, Word]]) -> float:
    weights: Counter[float] = Counter()
    for value, word in values:
        weights[value] += 1 if word.is_raised else 10 * len(word.text)
    return weights.most_common(1)[0][0]


def text_of(words: Sequence[Word]) -> str:
    """The text of words that follow each other on a line."""
    return "".join(
        word.text if word.is_glued or position == 0 else f" {word.text}" for position, word in enumerate(words)
    )


def pieces(words: Sequence[Word], gap: float) -> list[list[Word]]:
    """Cut a row's words where the distance is larger than `gap` points."""
    cut: list[list[Word]] = []
    right = 0.0
    for word in words:
        if cut and word.left - right <= gap:
            cut[-1].append(word)
            right = max(right, word.right)
        else:
            cut.append([word])
            right = word.right
    return cut


def is_evenly_spaced(words: Sequence[Word]) -> bool:
    """Whether words are spaced out to fill a line: running text, however wide the spaces, and no cells or columns."""
    gaps = [after.left - before.right for before, after in pairwise(words) if not after.is_glued]
    plain = sum(word.text.strip(".,;:()«»").islower() for word in words)
    return len(gaps) >= 3 and max(gaps) - min(gaps) < _EVEN and plain > len(words) / 2
