import io

import faiss
import numpy as np
import pytest

from index.cells import Cells
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


def written(index) -> bytes:
    """What it writes."""
    buffer = io.BytesIO()
    index.write(buffer.write)
    return buffer.getvalue()


def stored(index: DenseIndex, folder) -> DenseIndex:
    path = folder / "vectors.faiss"
    path.write_bytes(written(index))
    if index.cells is None:
        return DenseIndex.open(path)
    cells = path.with_name("cells.faiss")
    cells.write_bytes(written(index.cells))
    return DenseIndex.open(path, cells)


def test_an_empty_index(tmp_path):
    """No rows, no hits, and it can be stored."""
    index = stored(DenseIndex.from_vectors(np.empty((0, 16), np.float32)), tmp_path)
    assert (index.rows, index.dim) == (0, 16)
    assert index.nearest(unit_vectors(1), 5)[0].tolist() == []
    assert index.vectors().shape == (0, 16)


def test_a_query_of_the_wrong_length():
    """Both numbers are in the message; FAISS itself would say nothing."""
    with pytest.raises(ValueError, match=r"\(1, 8\).*\(16,\)"):
        DenseIndex.from_vectors(unit_vectors(3)).nearest(unit_vectors(1, dim=8), 1)


def test_stored_and_opened_again(tmp_path):
    """Bytes are equal for equal vectors, and give the same vectors back."""
    vectors = unit_vectors(50)
    index = DenseIndex.from_vectors(vectors)
    assert written(index) == written(DenseIndex.from_vectors(vectors.copy()))
    opened = stored(index, tmp_path)
    assert np.array_equal(opened.vectors(), vectors)
    assert np.array_equal(opened.vectors(np.array([3, 1])), vectors[[3, 1]])


@pytest.mark.parametrize("data", [b"", b"junk", b"IxFI" + b"\xff" * 40])
def test_bytes_that_are_no_index(data, tmp_path):
    """Refused with our own error."""
    (tmp_path / "vectors.faiss").write_bytes(data)
    with pytest.raises(SnapshotDamaged):
        DenseIndex.open(tmp_path / "vectors.faiss")
    with pytest.raises(SnapshotDamaged):
        Cells.open(tmp_path / "vectors.faiss")


@pytest.fixture(scope="module")
def large():
    """Three thousand vectors in clusters, as texts have them, indexed through cells; and questions near them."""
    rng = np.random.default_rng(3)
    vectors = np.repeat(unit_vectors(60, 32), 50, axis=0) + rng.normal(0, 0.1, (3000, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    questions = vectors[::75] + rng.normal(0, 0.05, (40, 32)).astype(np.float32)
    questions /= np.linalg.norm(questions, axis=1, keepdims=True)
    return vectors, questions, DenseIndex.from_vectors(vectors, questions, exact_up_to=1000)


def recall(index, vectors, questions):
    found = index.nearest(questions, 100)
    shares = [
        len({*naive(vectors, q, 10)} & {*rows[:10].tolist()}) / 10 for q, rows in zip(questions, found, strict=True)
    ]
    return np.mean(shares)


def test_cells_find_what_comparing_all_finds(large):
    """At least 99 of 100 of the ten nearest, in order of their exact scores, without looking at all cells."""
    vectors, questions, index = large
    assert recall(index, vectors, questions) >= 0.99
    assert index.cells.share < 1
    (rows,) = index.nearest(questions[:1], 50)
    assert rows.tolist() == sorted(rows.tolist(), key=lambda row: (-float(vectors[row] @ questions[0]), row))


def test_a_small_index_has_no_cells(large):
    """They would cost more than they save."""
    vectors, questions, _ = large
    assert DenseIndex.from_vectors(vectors[:1000], questions, exact_up_to=1000).cells is None


@pytest.mark.parametrize("every", [2, 100, 1500])
def test_cells_and_a_mask(large, every):
    """However few rows are allowed, the nearest of them are found, and no other."""
    vectors, questions, index = large
    allowed = np.arange(len(vectors)) % every == 0
    rows = np.flatnonzero(allowed).tolist()
    for question, found in zip(questions, index.nearest(questions, 10, allowed), strict=True):
        expected = naive(vectors, question, 10, rows)
        assert allowed[found].all() and len({*expected} & {*found.tolist()}) >= 0.9 * len(expected)


def test_cells_stored_and_opened_again(large, tmp_path):
    """They find the same, looking at as many cells; other counts of vectors are refused."""
    vectors, questions, index = large
    opened = stored(index, tmp_path)
    assert opened.cells.share == index.cells.share
    for one, other in zip(index.nearest(questions, 20), opened.nearest(questions, 20), strict=True):
        assert one.tolist() == other.tolist()
    (tmp_path / "vectors.faiss").write_bytes(written(DenseIndex.from_vectors(vectors[:99])))
    with pytest.raises(SnapshotDamaged, match="3000 vectors"):
        DenseIndex.open(tmp_path / "vectors.faiss", tmp_path / "cells.faiss")


def test_cells_take_over_what_did_not_change(large):
    """Rows that moved, that went, that are new and that share a text: all are found where they are now."""
    vectors, questions, index = large
    kept = np.random.default_rng(5).permutation(3000)[:2500]
    previous_rows = np.concatenate([kept, np.full(200, -1), kept[:7]])
    new = unit_vectors(200, 32, seed=11)
    after = np.concatenate([vectors[kept], new, vectors[kept[:7]]])
    made = DenseIndex.from_vectors(after, questions, index, previous_rows, exact_up_to=1000)
    assert made.cells.rows == len(after)
    assert recall(made, after, questions) >= 0.99
    for row in (0, 2499, 2500, 2699, 2703):
        assert row in made.nearest(after[row][None, :], 3)[0].tolist()


def test_cells_that_an_index_has_outgrown_are_made_anew(large):
    """Ten times as many vectors get more cells."""
    vectors, questions, index = large
    many = np.concatenate([vectors, unit_vectors(27_000, 32, seed=12)])
    previous_rows = np.concatenate([np.arange(3000), np.full(27_000, -1)])
    made = DenseIndex.from_vectors(many, questions, index, previous_rows, exact_up_to=1000)
    assert made.cells.count > index.cells.count
    assert recall(made, many, questions[:10]) >= 0.95


def test_another_kind_of_index_is_refused(tmp_path):
    """One that compares otherwise would answer, and wrongly."""
    index = faiss.IndexFlatL2(16)
    index.add(unit_vectors(3))
    faiss.write_index(index, str(tmp_path / "vectors.faiss"))
    with pytest.raises(SnapshotDamaged, match="no flat inner-product index"):
        DenseIndex.open(tmp_path / "vectors.faiss")


def test_of_no_vectors_none_are_copied():
    """What they were to be written over stays."""
    target = unit_vectors(2)
    DenseIndex.from_vectors(np.zeros((0, 16), np.float32)).copy_vectors(np.array([0, 0]), target)
    assert np.array_equal(target, unit_vectors(2))
