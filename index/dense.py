"""Nearest passages by cosine: the only module that touches FAISS."""

import io

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.errors import SnapshotDamaged

# A question is one row against the index; more OpenMP threads cost more to start than they save.
faiss.omp_set_num_threads(1)


class DenseIndex:
    """Unit vectors by row, searched exactly."""

    def __init__(self, index: "faiss.IndexFlat") -> None:
        self._index = index

    @classmethod
    def from_vectors(cls, vectors: Vectors) -> "DenseIndex":
        """Index unit vectors, shape (rows, dim); a row keeps its number."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    @classmethod
    def from_bytes(cls, data: bytes) -> "DenseIndex":
        """Open an index from the bytes that `to_bytes` gave; SnapshotDamaged when they are none.

        FAISS does not guard against made-up files: give it only bytes whose checksum was right.
        """
        try:
            # FAISS has no stubs for its Python callbacks.
            index = faiss.read_index(faiss.PyCallbackIOReader(io.BytesIO(data).read))  # type: ignore[attr-defined]
        except RuntimeError as error:
            raise SnapshotDamaged(f"vectors.faiss is no FAISS index ({error})") from error
        if not isinstance(index, faiss.IndexFlat) or index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise SnapshotDamaged("vectors.faiss is no flat inner-product index")
        return cls(index)

    def to_bytes(self) -> bytes:
        """Write the index as bytes, equal for equal vectors."""
        buffer = io.BytesIO()
        faiss.write_index(self._index, faiss.PyCallbackIOWriter(buffer.write))  # type: ignore[attr-defined]
        return buffer.getvalue()

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
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            # FAISS' stubs show the C++ signatures, not those of its Python wrappers.
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        found = []
        for scores, rows in zip(*self._index.search(queries, min(top_k, self.rows), params=parameters), strict=True):
            # FAISS pads missing results with row -1, which Python would read as "last passage".
            is_row = rows >= 0
            order = np.lexsort((rows[is_row], -scores[is_row]))
            found.append(np.asarray(rows[is_row][order], np.int64))
        return found

    def vectors(self, rows: NDArray[np.int64] | None = None) -> Vectors:
        """The vectors of these rows, or of all, shape (n, dim)."""
        # A view: FAISS' own way to give vectors back copies them one by one.
        stored = faiss.rev_swig_ptr(self._index.get_xb(), self.rows * self.dim).reshape(self.rows, self.dim)
        return stored.copy() if rows is None else np.asarray(stored[rows], np.float32)
