"""The places of an index by number, with their texts, in columns.

As objects a million of them would not fit a small machine; of a file that is memory-mapped the texts stay on disk.
Places are in reading order, so those of one document follow each other.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.citation import Place
from index.columns import Buffer, pack, unpack
from index.errors import SnapshotDamaged
from index.made import Made
from index.passages import PlaceText
from index.ragged import Numbers, starts_of

PLACES, TEXTS = "places.safetensors", "texts.txt"
_COLUMNS = ("document_starts", "paragraphs", "marks", "above", "sizes", "ends")


class Texts(Made[str]):
    """Texts behind each other in one buffer, encoded in UTF-8; `ends` says where each ends."""

    def __init__(self, encoded: Buffer, ends: NDArray[np.int64]) -> None:
        self.encoded, self.ends = encoded, ends

    def __len__(self) -> int:
        return len(self.ends)

    def item(self, number: int) -> str:
        """The text with this number."""
        start = int(self.ends[number - 1]) if number else 0
        return str(self.encoded[start : int(self.ends[number])], "utf-8")

    def having(self, pattern: re.Pattern[bytes]) -> list[str]:
        """The texts, in order, in whose encoding a pattern may be found: others are not decoded."""
        begins = [match.start() for match in pattern.finditer(self.encoded)]
        return [self.item(number) for number in np.unique(np.searchsorted(self.ends, begins, "right")).tolist()]

    def parts(self) -> Iterator[bytes]:
        """Every text as it is encoded, in order."""
        return (self.encoded[start:end] for start, end in itertools.pairwise([0, *self.ends.tolist()]))


class PlaceTable(Made[Place]):
    """Places by number. It never changes, so threads may share it.

    `texts` are by place. The places of document `n` are `document_starts[n]` to `document_starts[n + 1]`. `headings`
    are the different texts that stand above places, `above` has the number of each place's, `sizes` how many characters
    its own text has.
    """

    def __init__(self, names: Mapping[str, Sequence[str]], columns: Sequence[NDArray[Any]], texts: Buffer) -> None:
        self.document_ids, self._mark_names, self.headings = names["documents"], names["marks"], names["headings"]
        self.document_starts, self._paragraphs, self._marks, self.above, self.sizes, ends = columns
        self.texts = Texts(texts, ends)
        self._document_of = np.repeat(np.arange(len(self.document_ids), dtype=np.int32), np.diff(self.document_starts))

    @classmethod
    def of(cls, texts: Mapping[Place, PlaceText]) -> "PlaceTable":
        """The table of these places, in their order; those of one document stand together."""
        encoded = [each.text.encode() for each in texts.values()]
        counts = [(key, sum(1 for _ in same)) for key, same in itertools.groupby(place.document_id for place in texts)]
        marks, mark_names = _numbered(place.footnote or "" for place in texts)
        above, headings = _numbered(each.headings for each in texts.values())
        columns = (
            starts_of([count for _, count in counts]),
            np.array([place.paragraph for place in texts], np.int32),
            marks,
            above,
            np.array([len(each.text) for each in texts.values()], np.int32),
            np.cumsum([len(each) for each in encoded], dtype=np.int64),
        )
        names = {"documents": [document_id for document_id, _ in counts], "marks": mark_names, "headings": headings}
        return cls(names, columns, b"".join(encoded))

    @classmethod
    def from_bytes(cls, data: Buffer, texts: Buffer) -> "PlaceTable":
        """Open what `to_bytes` and `texts_to_bytes` gave; SnapshotDamaged when they do not fit together."""
        names, columns = unpack(data, PLACES, *_COLUMNS)
        starts, *of_places, ends = columns
        counts = {len(column) for column in (*of_places, ends)}
        if set(names) != {"documents", "marks", "headings"} or len(starts) != len(names["documents"]) + 1:
            raise SnapshotDamaged(f"{PLACES} holds other documents than it states")
        if counts != {int(starts[-1])} or (len(ends) and int(ends[-1]) != len(texts)):
            raise SnapshotDamaged(f"{PLACES} holds other places than it states, or other texts than {TEXTS}")
        return cls(names, columns, texts)

    def to_bytes(self) -> bytes:
        """Write the table without its texts as bytes, equal for equal tables."""
        columns = (self.document_starts, self._paragraphs, self._marks, self.above, self.sizes, self.texts.ends)
        names = {"documents": self.document_ids, "marks": self._mark_names, "headings": self.headings}
        return pack(dict(zip(_COLUMNS, columns, strict=True)), names)

    def texts_to_bytes(self) -> bytes:
        """Write the texts of the places as bytes."""
        return self.texts.encoded[:]

    def equals_in(self, other: "PlaceTable | None") -> Numbers:
        """For each place, then each heading, the number of one in the other table with an equal text, -1 for none.

        Headings are numbered behind the places.
        """
        texts = {text: number for number, text in enumerate(other.texts.parts())} if other else {}
        headings = {text: number for number, text in enumerate(other.headings, len(other))} if other else {}
        found = [texts.get(text, -1) for text in self.texts.parts()]
        return np.array([*found, *(headings.get(text, -1) for text in self.headings)], np.int64)

    def __len__(self) -> int:
        return len(self._paragraphs)

    def item(self, number: int) -> Place:
        """The place with this number."""
        mark = self._mark_names[self._marks[number]]
        return Place(self.document_ids[self._document_of[number]], int(self._paragraphs[number]), mark or None)


def _numbered(texts: Iterable[str]) -> tuple[NDArray[np.int32], list[str]]:
    """Each text by its number among the different ones, and those in order of their first."""
    numbers: dict[str, int] = {}
    found = [numbers.setdefault(text, len(numbers)) for text in texts]
    return np.array(found, np.int32), list(numbers)
