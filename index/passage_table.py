"""The passages of an index by row, in columns: a million of them as objects would not fit a small machine.

Rows are in reading order, so the passages of one place follow each other, and so do the places of one document.
"""

import io
import itertools
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from corpus.citation import Place
from corpus.document import Document
from index.errors import SnapshotDamaged
from index.passages import Grain, Passage, PlaceText, Span, split_text, texts_by_place
from index.ragged import Numbers, numbers_of_equals, positions_of, starts_of

_GRAINS = tuple(map(Grain, range(8)))


class PassageTable(Sequence[Passage]):
    """Passages by row. It never changes, so threads may share it.

    `places`, `place_texts` and `texts` are by place number; the rows of place `n` are `starts[n]` to `starts[n + 1]`.
    `grains` is by row, as `Grain` has it.
    """

    def __init__(
        self,
        texts: Mapping[Place, PlaceText],
        starts: Numbers,
        begins: NDArray[np.int32],
        ends: NDArray[np.int32],
        grains: NDArray[np.uint8],
    ) -> None:
        self.places = tuple(texts)
        self.place_texts = tuple(texts.values())
        self.texts = tuple(each.text for each in self.place_texts)
        self.starts, self.grains = starts, grains
        self._begins, self._ends = begins, ends
        self._numbers = {place: number for number, place in enumerate(self.places)}
        self.place_numbers: NDArray[np.int32] = np.repeat(np.arange(len(self.places), dtype=np.int32), np.diff(starts))
        counted = [
            (document_id, sum(1 for _ in same))
            for document_id, same in itertools.groupby(place.document_id for place in self.places)
        ]
        self._document_ids = [document_id for document_id, _ in counted]
        self._document_starts = starts[starts_of([count for _, count in counted])]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "PassageTable":
        """Split the paragraphs and footnotes of documents, in reading order."""
        return cls.split(texts_by_place(documents))[0]

    @classmethod
    def split(
        cls, texts: Mapping[Place, PlaceText], previous: "PassageTable | None" = None
    ) -> tuple["PassageTable", Numbers]:
        """Split the texts of places, in order, taking over what the previous table made of equal texts.

        The numbers are, by row, the row of the previous table that was taken over, -1 where the text is new.
        """
        own = [each.text for each in texts.values()]
        taken = numbers_of_equals(own, previous.texts if previous else ())
        new, old = np.flatnonzero(taken < 0), np.flatnonzero(taken >= 0)
        made = [split_text(own[number]) for number in new]
        lengths = np.zeros(len(own), np.int64)
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
        return cls(texts, starts, begins, ends, grains.astype(np.uint8)), previous_rows

    @classmethod
    def from_bytes(cls, data: bytes, texts: Mapping[Place, PlaceText]) -> "PassageTable":
        """Open a table over these texts from the bytes that `to_bytes` gave; SnapshotDamaged when they do not fit."""
        try:
            with np.load(io.BytesIO(data)) as arrays:
                starts, begins, ends, grains = (arrays[name] for name in ("starts", "begins", "ends", "grains"))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise SnapshotDamaged(f"passages.npz holds no passages ({error})") from error
        if len(starts) != len(texts) + 1 or not int(starts[-1]) == len(begins) == len(ends) == len(grains):
            raise SnapshotDamaged("passages.npz holds other counts of places or passages than it states")
        table = cls(texts, starts, begins, ends, grains)
        sizes = np.array([len(text) for text in table.texts], np.int64)[table.place_numbers]
        if not bool(np.all((begins >= 0) & (begins < ends) & (ends <= sizes) & (grains > 0) & (grains < len(_GRAINS)))):
            raise SnapshotDamaged("passages.npz has a passage that lies outside its paragraph")
        return table

    def to_bytes(self) -> bytes:
        """Write the table as bytes, equal for equal tables; texts are not in it."""
        buffer = io.BytesIO()
        np.savez(buffer, starts=self.starts, begins=self._begins, ends=self._ends, grains=self.grains)
        return buffer.getvalue()

    def __len__(self) -> int:
        return len(self.grains)

    @overload
    def __getitem__(self, row: int) -> Passage: ...
    @overload
    def __getitem__(self, row: slice) -> list[Passage]: ...
    def __getitem__(self, row: int | slice) -> Passage | list[Passage]:
        if isinstance(row, slice):
            return [self[number] for number in range(*row.indices(len(self)))]
        number = int(self.place_numbers[row])
        span = Span(int(self._begins[row]), int(self._ends[row]))
        return Passage(self.places[number], span, _GRAINS[self.grains[row]], span.of(self.texts[number]))

    def __iter__(self) -> Iterator[Passage]:
        return (self[row] for row in range(len(self)))

    def text(self, row: int) -> str:
        """The characters of a passage."""
        return self.texts[int(self.place_numbers[row])][int(self._begins[row]) : int(self._ends[row])]

    def rows_with(self, texts: Collection[str]) -> dict[str, int]:
        """The last row with each of these texts, by text; those that no passage has are left out."""
        lengths = np.array(sorted({len(text) for text in texts}), np.int32)
        alike = np.flatnonzero(np.isin(self._ends - self._begins, lengths))
        return {text: row for row in alike.tolist() if (text := self.text(row)) in texts}

    def number_of(self, place: Place) -> int:
        """The number of a place; KeyError when it is not here."""
        return self._numbers[place]

    def places_of(self, marked: NDArray[np.bool_]) -> list[Place]:
        """The places of marked rows, each once, in reading order."""
        return [self.places[number] for number in np.unique(self.place_numbers[marked]).tolist()]

    def in_documents(self, document_ids: Collection[str]) -> NDArray[np.bool_]:
        """Mark the rows of these documents, shape (rows,)."""
        admitted = np.array([document_id in document_ids for document_id in self._document_ids], np.bool_)
        return np.repeat(admitted, np.diff(self._document_starts))

    def in_places(self, numbers: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Mark the rows of these places, shape (rows,)."""
        marked = np.zeros(len(self.places), np.bool_)
        marked[numbers] = True
        return marked[self.place_numbers]
