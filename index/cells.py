"""Nearest vectors in a large index: cells around centroids, vectors in 8 bits, only the nearest cells looked at.

Source: inverted file, Jégou, Douze and Schmid, Product quantization for nearest neighbor search, PAMI 33 (2011), with
scalar quantisation by dimension. How many cells are looked at is measured when the index is built, on questions.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.errors import SnapshotDamaged
from index.ragged import Numbers

# Rows to take at least, however few are wanted: 8 bits tell neighbours apart badly, their exact scores then do.
FEWEST_CANDIDATES = 100

# Of the ten nearest to a question this share is found, on average.
_RECALL, _COMPARED = 0.99, 10
# The questions it is tuned on are few, and on others less was found (0.988): so many times the cells that they need.
_SPARE = 2
_TRAINED_ON = 64  # vectors a centroid
_ROUNDS = 10  # of k-means
_SEED = 1
# Of all cells, tried from few to all.
_SHARES = (1 / 16, 1 / 8, 3 / 16, 1 / 4, 3 / 8, 1 / 2, 3 / 4, 1.0)
# Centroids that were trained on a half or twice as many vectors still serve.
_OUTGROWN = 2.0


class Cells:
    """Vectors by cell. It never changes once it is made, so threads may share it."""

    def __init__(self, index: "faiss.IndexIVFScalarQuantizer") -> None:
        self._index = index

    @classmethod
    def of(cls, vectors: Vectors, previous: "Cells | None" = None, previous_rows: Numbers | None = None) -> "Cells":
        """Put vectors, shape (rows, dim), into cells; all cells are looked at until `tune` says otherwise.

        `previous_rows` are, by row, the row of `previous` that has the same vector, -1 where there is none: what is
        there already is taken over, its centroids and how many cells are looked at, too, when the index has not
        outgrown them.
        """
        rows = len(vectors)
        if previous is not None and 1 / _OUTGROWN <= rows / max(1, previous.rows) <= _OUTGROWN:
            made = cls(_emptied(previous._index))
            new = made._take_over(previous, np.full(rows, -1, np.int64) if previous_rows is None else previous_rows)
        else:
            made = cls(_trained(vectors))
            new = np.arange(rows)
        made._index.add_with_ids(np.ascontiguousarray(vectors[new], np.float32), new)
        return made

    @classmethod
    def open(cls, path: Path) -> "Cells":
        """Open cells from the file that holds what `write` wrote, memory-mapped; SnapshotDamaged when it is none.

        FAISS does not guard against made-up files: give it only files whose checksum was right.
        """
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
        except RuntimeError as error:
            raise SnapshotDamaged(f"cells.faiss is no FAISS index ({error})") from error
        if not isinstance(index, faiss.IndexIVFScalarQuantizer) or index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise SnapshotDamaged("cells.faiss is no inverted inner-product index in 8 bits")
        assert index.invlists is not None
        lists = faiss.downcast_InvertedLists(index.invlists)
        if isinstance(lists, faiss.OnDiskInvertedLists):
            # It would start 32 threads at every search to read what mostly is in memory, for which that is slower.
            lists.prefetch_nthread = 0
        return cls(index)

    def write(self, write: Callable[[bytes], int]) -> None:
        """Write the cells by calls of a function that takes bytes."""
        # FAISS has no stubs for its Python callbacks.
        faiss.write_index(self._index, faiss.PyCallbackIOWriter(write))  # type: ignore[attr-defined]

    @property
    def rows(self) -> int:
        """How many vectors there are."""
        return int(self._index.ntotal)

    @property
    def count(self) -> int:
        """How many cells there are."""
        return int(self._index.nlist)

    @property
    def share(self) -> float:
        """The share of the cells that is looked at, 0..1."""
        return float(self._index.nprobe / self._index.nlist)

    @property
    def is_tuned(self) -> bool:
        """Whether it is known how many cells need to be looked at."""
        return bool(self._index.nprobe < self._index.nlist)

    def tune(self, queries: Vectors, nearest: Sequence[NDArray[np.int64]]) -> None:
        """From now on look at twice as many cells as find 99 in 100 of the ten nearest rows, given for each query."""
        for share in _SHARES:
            self._index.nprobe = max(1, math.ceil(share * self._index.nlist))
            found = self._index.search(queries, FEWEST_CANDIDATES)[1]
            hits = [len(np.intersect1d(one, other[:_COMPARED])) for one, other in zip(found, nearest, strict=True)]
            if sum(hits) >= _RECALL * sum(len(each[:_COMPARED]) for each in nearest):
                break
        self._index.nprobe = min(self._index.nlist, _SPARE * self._index.nprobe)

    def candidates(self, queries: Vectors, count: int, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Rows near each query, shape (queries, count), -1 where there are no more; `allowed` as in `DenseIndex`."""
        probes = self._index.nprobe
        selector = None
        if allowed is not None:
            # FAISS' stubs show the C++ signatures, not those of its Python wrappers.
            selector = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))  # type: ignore[call-arg, arg-type]
            # So many cells that as many rows may be found as without the mask.
            probes = min(self._index.nlist, math.ceil(probes * len(allowed) / max(1, int(allowed.sum()))))
        parameters = faiss.SearchParametersIVF(sel=selector, nprobe=probes)  # type: ignore[call-arg]
        rows: NDArray[np.int64] = self._index.search(queries, count, params=parameters)[1]
        return rows

    def _take_over(self, previous: "Cells", previous_rows: Numbers) -> NDArray[np.int64]:
        """Copy the codes of rows that `previous` has; gives the rows that are left to add."""
        new_rows = np.full(previous.rows, -1, np.int64)
        taken = np.flatnonzero(previous_rows >= 0)
        # Rows with equal texts share a row of the previous index; one of them gets it.
        new_rows[previous_rows[taken]] = taken
        lists, own_lists, code = previous._index.invlists, self._index.invlists, int(previous._index.code_size)
        assert lists is not None and own_lists is not None
        for cell in range(int(previous._index.nlist)):
            size = int(lists.list_size(cell))
            if not size:
                continue
            ids = new_rows[faiss.rev_swig_ptr(lists.get_ids(cell), size)]
            codes = faiss.rev_swig_ptr(lists.get_codes(cell), size * code).reshape(size, code)
            kept = ids >= 0
            ids, codes = np.ascontiguousarray(ids[kept]), np.ascontiguousarray(codes[kept])
            if len(ids):
                own_lists.add_entries(cell, len(ids), faiss.swig_ptr(ids), faiss.swig_ptr(codes))
                self._index.ntotal += len(ids)
        left = np.ones(len(previous_rows), np.bool_)
        left[new_rows[new_rows >= 0]] = False
        return np.flatnonzero(left)


def _trained(vectors: Vectors) -> "faiss.IndexIVFScalarQuantizer":
    """An empty index whose centroids and value ranges fit these vectors."""
    rows, dim = vectors.shape
    # Measured on 117,000 passages: cells of some 200 vectors take least time at this recall.
    count = 2 ** round(math.log2(1.5 * math.sqrt(rows)))
    index = _untrained(faiss.IndexFlatIP(dim), dim, count)
    index.cp.niter, index.cp.seed = _ROUNDS, _SEED
    # Without this FAISS warns on standard error about samples that it finds small.
    index.cp.min_points_per_centroid = 1
    sample = np.random.default_rng(_SEED).choice(rows, min(rows, _TRAINED_ON * count), replace=False)
    index.train(np.ascontiguousarray(vectors[np.sort(sample)], np.float32))
    index.nprobe = count
    return index


def _emptied(index: "faiss.IndexIVFScalarQuantizer") -> "faiss.IndexIVFScalarQuantizer":
    """An index with the same centroids and value ranges, and no vectors."""
    # FAISS cannot copy what is memory-mapped, as the lists of the whole may be.
    made = _untrained(faiss.clone_index(index.quantizer), index.d, index.nlist)
    made.sq, made.is_trained, made.nprobe = index.sq, True, index.nprobe
    return made


def _untrained(centroids: "faiss.Index", dim: int, count: int) -> "faiss.IndexIVFScalarQuantizer":
    made = faiss.IndexIVFScalarQuantizer(
        centroids, dim, count, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    # By the index itself from now on; FAISS' stubs leave out what SWIG adds.
    centroids.this.disown()  # type: ignore[attr-defined]
    made.own_fields = True
    return made
