import numpy as np
import pytest

from index.dense import DenseIndex
from index.errors import SnapshotDamaged


def unit_vectors(count: int, dim: int = 16, seed: int = 7) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def naive(vectors, query, top_k, rows=None):
    rows = range(len(vectors)) if rows is None else rows
    return sorted(rows, key=lambda row: (-float(vectors[row] @ query), row))[:top_k]


def test_nearest_equals_the_naive_computation():
    """Same rows in the same order as sorting all cosines."""
    vectors, query = unit_vectors(500), unit_vectors(1, seed=8)[0]
    assert DenseIndex.from_vectors(vectors).nearest(query[None, :], 20)[0].tolist() == naive(vectors, query, 20)


def test_only_allowed_rows():
    """A mask bars rows before the nearest are taken, not after."""
    vectors, query = unit_vectors(501), unit_vectors(1, seed=8)[0]
    allowed = np.arange(501) % 7 == 3
    found = DenseIndex.from_vectors(vectors).nearest(query[None, :], 20, allowed)[0]
    assert found.tolist() == naive(vectors, query, 20, np.flatnonzero(allowed).tolist())


def test_asking_for_more_than_there_is():
    """FAISS pads with row -1; that never comes out."""
    index = DenseIndex.from_vectors(unit_vectors(3))
    query = unit_vectors(1)[0]
    assert sorted(index.nearest(query[None, :], 10)[0].tolist()) == [0, 1, 2]
    assert index.nearest(query[None, :], 10, np.array([False, True, False]))[0].tolist() == [1]
    assert index.nearest(query[None, :], 10, np.zeros(3, bool))[0].tolist() == []


def test_an_empty_index():
    """No rows, no hits, and it can be stored."""
    index = DenseIndex.from_bytes(DenseIndex.from_vectors(np.empty((0, 16), np.float32)).to_bytes())
    assert (index.rows, index.dim) == (0, 16)
    assert index.nearest(unit_vectors(1), 5)[0].tolist() == []
    assert index.vectors().shape == (0, 16)


def test_a_query_of_the_wrong_length():
    """Both numbers are in the message; FAISS itself would say nothing."""
    with pytest.raises(ValueError, match=r"\(1, 8\).*\(16,\)"):
        DenseIndex.from_vectors(unit_vectors(3)).nearest(unit_vectors(1, dim=8), 1)


def test_stored_and_opened_again():
    """Bytes are equal for equal vectors, and give the same vectors back."""
    vectors = unit_vectors(50)
    data = DenseIndex.from_vectors(vectors).to_bytes()
    assert data == DenseIndex.from_vectors(vectors.copy()).to_bytes()
    opened = DenseIndex.from_bytes(data)
    assert np.array_equal(opened.vectors(), vectors)
    assert np.array_equal(opened.vectors(np.array([3, 1])), vectors[[3, 1]])


@pytest.mark.parametrize("data", [b"", b"junk", b"IxFI" + b"\xff" * 40])
def test_bytes_that_are_no_index(data):
    """Refused with our own error."""
    with pytest.raises(SnapshotDamaged):
        DenseIndex.from_bytes(data)
