"""The passages of an index by row, in columns: a million of them as objects would not fit a small machine.

Rows are in reading order, so the passages of one place follow each other, and so do the places of one document.
"""

from collections.abc import Collection, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from corpus.citation import Place
from corpus.document import Document
from index.columns import Buffer, pack, unpack
from index.errors import SnapshotDamaged
from index.made import Made
from index.passages import Grain, Passage, Span, split_text, texts_by_place
from index.place_table import PlaceTable
from index.ragged import Numbers, positions_of, starts_of

PASSAGES = "passages.safetensors"
_COLUMNS = ("starts", "begins", "ends", "grains")
_GRAINS = tuple(map(Grain, range(8)))


class PassageTable(Made[Passage]):
    """Passages by row. It never changes, so threads may share it.

    The rows of place `n` of `places` are `starts[n]` to `starts[n + 1]`. `grains` is by row, as `Grain` has it.
    """

    def __init__(
        self,
        places: PlaceTable,
        starts: Numbers,
        begins: NDArray[np.int32],
        ends: NDArray[np.int32],
        grains: NDArray[np.uint8],
    ) -> None:
        self.places = places
        self.starts, self.grains = starts, grains
        self._begins, self._ends = begins, ends
        self.place_numbers: NDArray[np.int32] = np.repeat(np.arange(len(self.places), dtype=np.int32), np.diff(starts))

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "PassageTable":
        """Split the paragraphs and footnotes of documents, in reading order."""
        return cls.split(PlaceTable.of(texts_by_place(documents)))[0]

    @classmethod
    def split(
        cls, places: PlaceTable, previous: "PassageTable | None" = None, taken: Numbers | None = None
    ) -> tuple["PassageTable", Numbers]:
        """Split the texts of places, taking over what the previous table made of equal texts.

        `taken` as `PlaceTable.equals_in` gives it. The numbers are, by row, the row of the previous table that was
        taken over, -1 where the text is new.
        """
        taken = np.full(len(places), -1, np.int64) if previous is None or taken is None else taken[: len(places)]
        new, old = np.flatnonzero(taken < 0), np.flatnonzero(taken >= 0)
        made = [split_text(places.texts[number]) for number in new.tolist()]
        lengths = np.zeros(len(places), np.int64)
        lengths[new] = list(map(len, made))
        if previous:
            lengths[old] = np.diff(previous.starts)[taken[old]]
        starts = starts_of(lengths)
        begins, ends, grains = np.zeros((3, int(starts[-1])), np.int32)
        previous_rows = np.full(len(grains), -1, np.int64)
        if previous:
            rows = positions_of(starts, old)
            previous_rows[rows] = source = positions_of(previous.starts, taken[old])
            begins[rows], ends[rows] = previous._begins[source], previous._ends[source]
            grains[rows] = previous.grains[source]
        rows = positions_of(starts, new)
        begins[rows] = [span.start for parts in made for span, _ in parts]
        ends[rows] = [span.end for parts in made for span, _ in parts]
        grains[rows] = [grain for parts in made for _, grain in parts]
        return cls(places, starts, begins, ends, grains.astype(np.uint8)), previous_rows

    @classmethod
    def from_bytes(cls, data: Buffer, places: PlaceTable) -> "PassageTable":
        """Open a table over these places from the bytes that `to_bytes` gave; SnapshotDamaged when they do not fit."""
        _, (starts, begins, ends, grains) = unpack(data, PASSAGES, *_COLUMNS)
        if len(starts) != len(places) + 1 or not int(starts[-1]) == len(begins) == len(ends) == len(grains):
            raise SnapshotDamaged(f"{PASSAGES} holds other counts of places or passages than it states")
        table = cls(places, starts, begins, ends, grains)
        sizes = places.sizes[table.place_numbers]
        if not bool(np.all((begins >= 0) & (begins < ends) & (ends <= sizes) & (grains > 0) & (grains < len(_GRAINS)))):
            raise SnapshotDamaged(f"{PASSAGES} has a passage that lies outside its paragraph")
        return table

    def to_bytes(self) -> bytes:
        """Write the table as bytes, equal for equal tables; its places are not in it."""
        columns = (self.starts, self._begins, self._ends, self.grains)
        return pack(dict(zip(_COLUMNS, columns, strict=True)), None)

    def __len__(self) -> int:
        return len(self.grains)

    def item(self, number: int) -> Passage:
        """The passage in this row."""
        place = int(self.place_numbers[number])
        span = Span(int(self._begins[number]), int(self._ends[number]))
        return Passage(self.places[place], span, _GRAINS[self.grains[number]], span.of(self.places.texts[place]))

    def __iter__(self) -> Iterator[Passage]:
        return (self[row] for row in range(len(self)))

    def text(self, row: int) -> str:
        """The characters of a passage."""
        return self.places.texts[int(self.place_numbers[row])][int(self._begins[row]) : int(self._ends[row])]

    def sentences_around(self, row: int) -> tuple[str, list[Span], Numbers]:
        """The text of the place that has this row, the spans of its sentences in reading order, and their rows."""
        place = int(self.place_numbers[row])
        rows = np.arange(self.starts[place], self.starts[place + 1])
        rows = rows[self.grains[rows] & Grain.SENTENCE > 0]
        spans = map(Span, self._begins[rows].tolist(), self._ends[rows].tolist())
        return self.places.texts[place], list(spans), rows

    def rows_with(self, texts: Collection[str]) -> dict[str, int]:
        """The last row with each of these texts, by text; those that no passage has are left out."""
        lengths = np.array(sorted({len(text) for text in texts}), np.int32)
        alike = np.flatnonzero(np.isin(self._ends - self._begins, lengths))
        return {text: row for row in alike.tolist() if (text := self.text(row)) in texts}

    def places_of(self, marked: NDArray[np.bool_]) -> list[Place]:
        """The places of marked rows, each once, in reading order."""
        return [self.places[number] for number in np.unique(self.place_numbers[marked]).tolist()]

    def in_documents(self, document_ids: Collection[str]) -> NDArray[np.bool_]:
        """Mark the rows of these documents, shape (rows,)."""
        admitted = np.array([document_id in document_ids for document_id in self.places.document_ids], np.bool_)
        return np.repeat(admitted, np.diff(self.starts[self.places.document_starts]))

    def in_places(self, numbers: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Mark the rows of these places, shape (rows,)."""
        marked = np.zeros(len(self.places), np.bool_)
        marked[numbers] = True
        return marked[self.place_numbers]
