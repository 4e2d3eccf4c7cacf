"""Arrays in a file's bytes: whole or refused."""

import mmap

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.columns import pack, unpack
from index.errors import SnapshotDamaged

COLUMNS = {
    "numbers": np.arange(5, dtype=np.int64),
    "small": np.array([1, 2, 3], np.uint8),
    "scores": np.array([0.5, -1.0], np.float32),
    "none": np.zeros(0, np.int32),
}
WHOLE = pack(COLUMNS, {"wörter": ["één", "twee"]})


def test_what_is_packed_is_unpacked():
    """Values and columns of every type that is kept, in the order asked for."""
    values, columns = unpack(WHOLE, "file", *COLUMNS)
    assert values == {"wörter": ["één", "twee"]}
    for found, expected in zip(columns, COLUMNS.values(), strict=True):
        assert found.dtype == expected.dtype and (found == expected).all()


def test_equal_columns_are_equal_bytes():
    """Whatever the order they come in."""
    assert pack(dict(reversed(COLUMNS.items())), {"wörter": ["één", "twee"]}) == WHOLE


def test_of_a_mapped_file_nothing_is_copied(tmp_path):
    """A column is a window on the file."""
    path = tmp_path / "columns"
    path.write_bytes(WHOLE)
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        _, (numbers,) = unpack(mapped, "file", "numbers")
        at = WHOLE.index(np.arange(5, dtype=np.int64).tobytes())
        mapped[at] = 7
        assert numbers[0] == 7
        del numbers


@given(end=st.integers(0, len(WHOLE) - 1))
def test_a_part_is_refused(end):
    """Cut anywhere: an error that names the file, never a crash."""
    with pytest.raises(SnapshotDamaged, match="cut off"):
        unpack(WHOLE[:end], "what was cut off", *COLUMNS)


@pytest.mark.parametrize("data", [b"", b"PK", b"\xff" * 64, (2).to_bytes(8, "little") + b"[]", b"[" * 100_000])
def test_other_bytes_are_refused(data):
    """Whatever they are."""
    with pytest.raises(SnapshotDamaged, match="some file"):
        unpack(data, "some file", "numbers")


def test_a_column_that_is_not_there_is_refused():
    """By the name that was asked for."""
    with pytest.raises(SnapshotDamaged, match="others"):
        unpack(WHOLE, "file", "numbers", "others")


def test_a_column_of_another_length_than_it_states_is_refused():
    """Its bytes would be read as numbers that nobody wrote."""
    stated = WHOLE.replace(b'"shape":[5]', b'"shape":[4]')
    assert stated != WHOLE
    with pytest.raises(SnapshotDamaged, match="some file"):
        unpack(stated, "some file", *COLUMNS)
