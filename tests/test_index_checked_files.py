"""Files with checksums by part."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import checked_files
from index.checked_files import CheckedFiles, write_file
from index.errors import SnapshotDamaged
from index.manifest import Manifest, Recipe

PART = 8


def manifest(**files) -> Manifest:
    recipe = Recipe(model="m", fingerprint="f", dim=1, splitter="s", words="w", readers="r")
    counts = {"documents": 0, "paragraphs": 0, "passages": 0}
    return Manifest(
        format=1,
        version="v",
        sequence=1,
        built_at="",
        recipe=recipe,
        **counts,
        background=None,
        sources=(),
        files=files,
    )


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """Parts of some bytes; mapping needs more than that, so whole files are read here."""
    monkeypatch.setattr(checked_files, "_PART_BYTES", PART)


@given(pieces=st.lists(st.binary(max_size=20), max_size=6))
def test_a_file_is_its_pieces(tmp_path_factory, pieces):
    """However it is written, its entry has its size and the checksum of every eight bytes."""
    path = tmp_path_factory.mktemp("files") / "file"
    entry = write_file(path, lambda write: [write(piece) for piece in pieces])
    whole = b"".join(pieces)
    assert path.read_bytes() == whole and entry.size == len(whole)
    parts = [whole[start : start + PART] for start in range(0, len(whole), PART)]
    assert entry.sha256 == tuple(hashlib.sha256(part).hexdigest() for part in parts)


def test_what_fails_while_it_is_made_is_told(tmp_path):
    """As it is."""
    with pytest.raises(OSError, match="as a test"):
        write_file(tmp_path / "file", lambda write: (_ for _ in ()).throw(OSError("as a test")))


def test_files_are_had_once_they_are_right(tmp_path, monkeypatch):
    """In parts as large as pages are; one that is damaged, gone or not listed is refused by its name."""
    monkeypatch.setattr(checked_files, "_PART_BYTES", 1 << 16)
    content = bytes(range(256)) * 1000
    entry = write_file(tmp_path / "file", lambda write: write(content))
    assert len(entry.sha256) == 4
    empty = write_file(tmp_path / "empty", lambda write: None)
    listed = manifest(file=entry, empty=empty, gone=entry)
    with CheckedFiles(tmp_path, listed, ["file", "empty", "gone", "other"]) as files:
        assert files.content("file")[:] == content and files.content("empty") == b""
        for name in ("gone", "other"):
            with pytest.raises(SnapshotDamaged, match=f"lacks {name}"):
                files.path(name)
    for damaged in (content[:-1], content + b"x", content[:70_000] + b"x" + content[70_001:]):
        (tmp_path / "file").write_bytes(damaged)
        with (
            CheckedFiles(tmp_path, listed, ["file"]) as files,
            pytest.raises(SnapshotDamaged, match="file of snapshot v"),
        ):
            files.content("file")


def test_a_file_that_goes_while_it_is_opened_is_refused(tmp_path, monkeypatch):
    """Its checksum was right a moment ago."""
    listed = manifest(file=write_file(tmp_path / "file", lambda write: write(b"abc")))
    with CheckedFiles(tmp_path, listed, ["file"]) as files:
        checked = files.path("file")
        monkeypatch.setattr(files, "path", lambda name: checked)
        checked.unlink()
        with pytest.raises(SnapshotDamaged, match="lacks file"):
            files.content("file")


def test_a_part_behind_the_end_has_no_checksum(tmp_path):
    """A file may be cut off between a look at its size and at its parts."""
    (tmp_path / "file").write_bytes(b"x" * PART)
    assert checked_files._sha256_of_part(tmp_path / "file", 1) == ""
