"""Nearest passages by cosine: exact while the index is small, through cells (`index/cells.py`) when it is large.

Together these two are the only modules that touch FAISS.
"""

from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.cells import FEWEST_CANDIDATES, Cells
from index.encoder import Vectors
from index.errors import SnapshotDamaged
from index.ragged import Numbers

# A question is one row against the index; more OpenMP threads cost more to start than they save.
faiss.omp_set_num_threads(1)

# Rows; measured on one core: comparing a question with all of them takes 4 to 6 ms, as much as encoding it.
EXACT_UP_TO = 50_000
_TUNED_ON = 10  # nearest rows of each question


class DenseIndex:
    """Unit vectors by row. It never changes, so threads may share it.

    Up to `EXACT_UP_TO` rows every row is compared; above, those in the nearest cells. Scores are always those of the
    vectors as they are.
    """

    def __init__(self, index: "faiss.IndexFlat", cells: Cells | None = None) -> None:
        self._index = index
        self.cells = cells

    @classmethod
    def from_vectors(
        cls,
        vectors: Vectors,
        questions: Vectors | None = None,
        previous: "DenseIndex | None" = None,
        previous_rows: Numbers | None = None,
        exact_up_to: int | None = None,
    ) -> "DenseIndex":
        """Index unit vectors, shape (rows, dim); a row keeps its number. The rest as of `Room.index`."""
        room = Room(*vectors.shape)
        room.vectors[:] = vectors
        return room.index(questions, previous, previous_rows, exact_up_to)

    @classmethod
    def open(cls, path: Path, cells: Path | None = None) -> "DenseIndex":
        """Open an index from the files that hold what it and its cells wrote, memory-mapped.

        SnapshotDamaged when they are none. FAISS does not guard against made-up files: give it only files whose
        checksum was right.
        """
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise SnapshotDamaged(f"vectors.faiss is no FAISS index ({error})") from error
        if not isinstance(index, faiss.IndexFlat) or index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise SnapshotDamaged("vectors.faiss is no flat inner-product index")
        opened = cls(index, None if cells is None else Cells.open(cells))
        if opened.cells is not None and opened.cells.rows != opened.rows:
            raise SnapshotDamaged(f"cells.faiss holds {opened.cells.rows} vectors, vectors.faiss {opened.rows}")
        return opened

    def write(self, write: Callable[[bytes], int]) -> None:
        """Write the vectors, not the cells, by calls of a function that takes bytes; equal for equal vectors."""
        # FAISS has no stubs for its Python callbacks.
        faiss.write_index(self._index, faiss.PyCallbackIOWriter(write))  # type: ignore[attr-defined]

    @property
    def rows(self) -> int:
        """How many vectors there are."""
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """How long each vector is."""
        return int(self._index.d)

    def nearest(
        self, queries: Vectors, top_k: int, allowed: NDArray[np.bool_] | None = None
    ) -> list[NDArray[np.int64]]:
        """Rows nearest to each query, best first, equal scores by row; `queries` has shape (n, dim).

        Only rows that `allowed` (shape (rows,)) marks are given. Fewer than `top_k` when there are fewer.
        """
        if queries.ndim != 2 or queries.shape[1] != self.dim:
            raise ValueError(f"the queries have shape {queries.shape}, the index holds vectors of shape ({self.dim},)")
        if not self.rows:
            return [np.empty(0, np.int64) for _ in queries]
        count = min(top_k, self.rows)
        if self.cells is not None:
            near = self.cells.candidates(queries, min(self.rows, max(count, FEWEST_CANDIDATES)), allowed)
            scored = [(rows, self.vectors(rows[rows >= 0]) @ query) for rows, query in zip(near, queries, strict=True)]
            return [_ordered(rows, scores)[:count] for rows, scores in scored]
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            # FAISS' stubs show the C++ signatures, not those of its Python wrappers.
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        every_score, every_row = self._index.search(queries, count, params=parameters)
        return [_ordered(rows, scores[rows >= 0]) for rows, scores in zip(every_row, every_score, strict=True)]

    def vectors(self, rows: NDArray[np.int64] | None = None) -> Vectors:
        """The vectors of these rows, or of all, shape (n, dim)."""
        return self._stored.copy() if rows is None else np.asarray(self._stored[rows], np.float32)

    def copy_vectors(self, rows: NDArray[np.int64], target: Vectors) -> None:
        """Copy the vectors of these rows into an array of shape (len(rows), dim); nothing when there are no vectors."""
        if self.rows:
            np.take(self._stored, rows, axis=0, out=target, mode="clip")

    @property
    def _stored(self) -> Vectors:
        # A view: FAISS' own way to give vectors back copies them one by one.
        stored: Vectors = faiss.rev_swig_ptr(self._index.get_xb(), self.rows * self.dim).reshape(self.rows, self.dim)
        return stored


class Room:
    """Room for the vectors of an index: fill `vectors`, shape (rows, dim), and then make the index of them.

    A million vectors are gigabytes, so they are written where they stay.
    """

    def __init__(self, rows: int, dim: int) -> None:
        self._index = faiss.IndexFlatIP(dim)
        self._index.codes.resize(rows * self._index.code_size)
        self._index.ntotal = rows
        self.vectors = DenseIndex(self._index)._stored

    def index(
        self,
        questions: Vectors | None = None,
        previous: DenseIndex | None = None,
        previous_rows: Numbers | None = None,
        exact_up_to: int | None = None,
    ) -> DenseIndex:
        """Index the vectors, which must not change from then on.

        One of more than `exact_up_to` rows (None: `EXACT_UP_TO`) gets cells, tuned to `questions`, shape (n, dim); what
        `previous` has of them is taken over, as `Cells.of` says.
        """
        made = DenseIndex(self._index)
        if made.rows > (EXACT_UP_TO if exact_up_to is None else exact_up_to):
            cells = Cells.of(self.vectors, previous.cells if previous else None, previous_rows)
            if questions is not None and len(questions) and not cells.is_tuned:
                cells.tune(questions, made.nearest(questions, _TUNED_ON))
            made.cells = cells
        return made


def _ordered(rows: NDArray[np.int64], scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Rows by score, best first, equal ones by row; `scores` are of those that are not -1."""
    # FAISS pads missing results with row -1, which Python would read as "last passage".
    found = rows[rows >= 0]
    return np.asarray(found[np.lexsort((found, -scores))], np.int64)
