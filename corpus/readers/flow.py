"""Text in flow: what Word, OpenDocument, Markdown and RTF have in common, paragraphs one after another without pages.

A reader of such a format makes blocks and tables; `flow_writer` makes a document of them.
"""

import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus.document import NoteReference

# Word allows 63.
MAX_COLUMNS: Final = 64

# In a block's text: parts it in two, as a page break does.
BLANK_LINE: Final = "\n\n"

_SOFT_HYPHEN = "\u00ad"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph as it was written.

    `text` is not folded yet: a line break is a newline, and the notes' positions count in it. `level` is the
    heading level that the source states, 0 for a document's title. `label` is a list item's number, letter or
    bullet. `bold` and `slanted` (italic or underlined) are how many characters are set so from the start on.
    `after_gap`: white space or a page break sets it apart from the block before. `container` tells the tables
    and text boxes apart that blocks stand in, 0 for the page itself.
    """

    text: str
    notes: tuple[NoteReference, ...] = ()
    level: int | None = None
    label: str | None = None
    bold: int = 0
    slanted: int = 0
    after_gap: bool = False
    container: int = 0

    @property
    def folded(self) -> str:
        """The text as a document holds it."""
        return fold(self.text)[0]

    @property
    def lines(self) -> list[str]:
        """The lines that the author broke by hand, folded, blank ones left out."""
        return [line for line in (fold(raw)[0] for raw in self.text.split("\n")) if line]

    @property
    def is_bold(self) -> bool:
        """Whether it is bold as a whole."""
        return self.bold >= len(self.text.rstrip())

    @property
    def is_slanted(self) -> bool:
        """Whether it is italic or underlined as a whole."""
        return self.slanted >= len(self.text.rstrip())

    def joined(self, following: "Block") -> "Block":
        """One block of two, with white space between them; the level and the label are the first one's."""
        start = len(self.text) + 1
        notes = tuple(replace(note, position=start + note.position) for note in following.notes)
        return replace(
            self,
            text=f"{self.text} {following.text}",
            notes=self.notes + notes,
            bold=start + following.bold if self.is_bold else self.bold,
            slanted=start + following.slanted if self.is_slanted else self.slanted,
        )

    def cut(self, positions: Sequence[int]) -> list["Block"]:
        """Cut at characters, in ascending order; only the first part keeps the level, the label and the gap."""
        parts = []
        notes = sorted(self.notes, key=lambda note: note.position, reverse=True)
        for start, end in itertools.pairwise([0, *positions, len(self.text)]):
            own = []
            while notes and (notes[-1].position <= end):
                own.append(replace(notes[-1], position=notes.pop().position - start))
            part = replace(
                self,
                text=self.text[start:end],
                notes=tuple(own),
                bold=max(0, self.bold - start),
                slanted=max(0, self.slanted - start),
            )
            parts.append(replace(part, level=None, label=None, after_gap=False) if start else part)
        return parts


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell; it can hold whole paragraphs and further tables. `columns` is how many it spans."""

    items: tuple["Item", ...]
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was drawn; a text box is one with a single cell.

    `header_rows` is how many rows the source calls headers; `has_borders` when its lines are visible.
    """

    rows: tuple[tuple[TableCell, ...], ...]
    header_rows: int = 0
    has_borders: bool = False


Item = Block | Table


class BlockText:
    """The text of one block as it is gathered, piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._notes: list[NoteReference] = []
        self._bold: int | None = None
        self._slanted: int | None = None

    def add(self, text: str, *, bold: bool = False, slanted: bool = False) -> None:
        """Add a piece of text in one style."""
        if text and not text.isspace():
            # The first piece in another style ends what is bold "from the start on".
            if not bold and self._bold is None:
                self._bold = self._length
            if not slanted and self._slanted is None:
                self._slanted = self._length
        self._pieces.append(text)
        self._length += len(text)

    def note(self, mark: str) -> None:
        """Keep the place of a note mark."""
        self._notes.append(NoteReference(mark, self._length))

    def block(self) -> Block:
        """Make the block."""
        bold = self._length if self._bold is None else self._bold
        slanted = self._length if self._slanted is None else self._slanted
        return Block("".join(self._pieces), tuple(self._notes), bold=bold, slanted=slanted)


def fold(text: str, notes: Iterable[NoteReference] = ()) -> tuple[str, tuple[NoteReference, ...]]:
    """Fold white space to single spaces and drop soft hyphens; the notes keep their places."""
    ordered = sorted(notes, key=lambda note: note.position)
    ends = [min(note.position, len(text)) for note in ordered]
    pieces: list[str] = []
    moved: list[NoteReference] = []
    length = 0
    has_space = False
    for note, (start, end) in itertools.zip_longest(ordered, itertools.pairwise([0, *ends, len(text)])):
        piece = text[start:end].replace(_SOFT_HYPHEN, "")
        words = " ".join(piece.split())
        if words:
            if length and (has_space or piece[0].isspace()):
                words = f" {words}"
            pieces.append(words)
            length += len(words)
            has_space = piece[-1].isspace()
        elif piece:
            has_space = True
        if note is not None:
            moved.append(replace(note, position=length + (1 if has_space and length else 0)))
    return "".join(pieces), tuple(replace(note, position=min(note.position, length)) for note in moved)


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen: white space, soft hyphens, zero-width characters."""
    return all(character.isspace() or unicodedata.category(character) in ("Cf", "Cc") for character in text)


def blocks_of(items: Sequence[Item]) -> Iterator[Block]:
    """All blocks, those in tables included, in reading order."""
    for item in items:
        if isinstance(item, Block):
            yield item
        else:
            for row in item.rows:
                for cell in row:
                    yield from blocks_of(cell.items)
