"""Nearest passages by cosine: the only module that touches FAISS."""

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
            index = faiss.deserialize_index(np.frombuffer(data, np.uint8))
        except RuntimeError as error:
            raise SnapshotDamaged(f"vectors.faiss is no FAISS index ({error})") from error
        if not isinstance(index, faiss.IndexFlat) or index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise SnapshotDamaged("vectors.faiss is no flat inner-product index")
        return cls(index)

    def to_bytes(self) -> bytes:
        """Write the index as bytes, equal for equal vectors."""
        data: NDArray[np.uint8] = faiss.serialize_index(self._index)
        return data.tobytes()

    @property
    def rows(self) -> int:
        """How many vectors there are."""
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """How long each vector is."""
        return int(self._index.d)

    def nearest(self, query: Vectors, top_k: int, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Rows nearest to one query vector of shape (dim,), best first; equal scores by row.

        Only rows that `allowed` (shape (rows,)) marks are given. Fewer than `top_k` when there are fewer.
        """
        if query.shape != (self.dim,):
            raise ValueError(f"the query has shape {query.shape}, the index holds vectors of shape ({self.dim},)")
        if not self.rows:
            return np.empty(0, np.int64)
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            # FAISS' stubs show the C++ signatures, not those of its Python wrappers.
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, rows = self._index.search(query[None, :], min(top_k, self.rows), params=parameters)
        # FAISS pads missing results with row -1, which Python would read as "last passage".
        found = rows[0] >= 0
        order = np.lexsort((rows[0][found], -scores[0][found]))
        return np.asarray(rows[0][found][order], np.int64)

    def vectors(self, rows: NDArray[np.int64] | None = None) -> Vectors:
        """The vectors of these rows, or of all, shape (n, dim)."""
        if rows is None:
            return np.asarray(self._index.reconstruct_n(0, self.rows), np.float32).reshape(self.rows, self.dim)
        return np.asarray(self._index.reconstruct_batch(rows), np.float32).reshape(len(rows), self.dim)
