import gc
import json
import shutil
import weakref
from pathlib import Path

import pytest
from fake_encoder import CountingEncoder

from corpus.library import Library
from index import snapshot as snapshot_module
from index.build import build
from index.errors import DataFolderUnusable, IndexNotBuilt, SnapshotDamaged, SnapshotMismatch
from index.manifest import FORMAT
from index.search import Searcher
from index.snapshot import SnapshotFolder
from index.snapshot_contents import CELLS, SERVED, VECTORS, opened


@pytest.fixture
def folder(corpus: Path, data: Path, encoder) -> SnapshotFolder:
    build(Library(corpus), encoder, data)
    return SnapshotFolder(data)


def current(data: Path) -> Path:
    return data / "snapshots" / (data / "current").read_text().strip()


def test_what_is_written_is_what_is_opened(folder, letter, encoder):
    """Documents, passages and vectors come back as they were."""
    snapshot = folder.open(folder.current_version())
    (document,) = snapshot.documents.values()
    assert document.sections == letter.sections
    assert document.footnotes == letter.footnotes
    assert document.identity == letter.identity
    assert (snapshot.dense.vectors() == encoder.encode_passages([p.text for p in snapshot.passages])).all()
    manifest = snapshot.manifest
    assert (manifest.documents, manifest.paragraphs) == (1, 20)
    assert manifest.passages == len(snapshot.passages)
    assert manifest.sources[0].sha256 == letter.source_sha256


def test_opening_encodes_nothing(folder, encoder):
    """A second start reads vectors, it does not make them."""
    encoder.encoded.clear()
    Searcher(folder.open(folder.current_version()), encoder)
    assert encoder.encoded == []


def test_no_snapshot_yet(tmp_path: Path):
    """The message ends with the command to run."""
    with pytest.raises(IndexNotBuilt, match=r"run scripts/build_index\.py$"):
        SnapshotFolder(tmp_path).current_version()


@pytest.mark.parametrize("name", ["vectors.faiss", *(name for name in SERVED if name not in (VECTORS, CELLS))])
@pytest.mark.parametrize("damage", ["flip", "cut", "grow", "remove"])
def test_damaged_files_are_refused(folder, data, name, damage):
    """One flipped byte, a missing tail, an added byte, a missing file: never served, and the file is named."""
    path = current(data) / name
    content = bytearray(path.read_bytes())
    if damage == "flip":
        content[len(content) // 2] ^= 1
    elif damage == "cut":
        del content[-1]
    elif damage == "grow":
        content.append(0)
    if damage == "remove":
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(SnapshotDamaged, match=rf"{name}.*scripts/build_index\.py"):
        folder.open(folder.current_version())


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", b'{"format": 1}', b"[" * 100_000])
def test_a_damaged_manifest_is_refused(folder, data, content):
    """Whatever stands in the manifest, the error is ours."""
    (current(data) / "manifest.json").write_bytes(content)
    with pytest.raises((SnapshotDamaged, SnapshotMismatch), match=r"scripts/build_index\.py"):
        folder.open(folder.current_version())


def test_another_format_is_refused_with_both_numbers(folder, data):
    """A snapshot of a later program says so."""
    path = current(data) / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | {"format": 99}))
    with pytest.raises(SnapshotMismatch, match=f"format 99, this program reads format {FORMAT}"):
        folder.open(folder.current_version())


def test_counts_that_differ_from_the_manifest_are_refused(folder, data):
    """Checksums alone do not tell that a manifest belongs to its files."""
    path = current(data) / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | {"paragraphs": 21}))
    with pytest.raises(SnapshotDamaged, match="other counts"):
        folder.open(folder.current_version())


def test_vectors_of_another_length_than_stated_are_refused(folder, data):
    """Both lengths are told."""
    path = current(data) / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | {"recipe": manifest["recipe"] | {"dim": 1}}))
    with pytest.raises(SnapshotDamaged, match=r"vectors of \d+ numbers, its manifest states 1"):
        folder.open(folder.current_version())


def test_the_snapshot_of_another_is_refused(folder, data):
    """A renamed snapshot does not pass for a newer one."""
    renamed = current(data).with_name("20300101T000000Z-00000000")
    shutil.copytree(current(data), renamed)
    with pytest.raises(SnapshotDamaged, match="holds the manifest of"):
        folder.open(renamed.name)


@pytest.mark.parametrize("content", ["", "../../etc", "20300101T000000Z", "x\ny"])
def test_a_current_file_that_names_no_snapshot(folder, data, content):
    """The file's text never becomes a path unchecked."""
    (data / "current").write_text(content)
    with pytest.raises(SnapshotDamaged):
        folder.current_version()


def test_another_encoder_is_refused(folder):
    """Vectors of two models never meet; both are named."""
    other = CountingEncoder(["een"], name="other")
    with pytest.raises(
        SnapshotMismatch, match=r"counting.*other.*they differ in .*fingerprint.*scripts/build_index\.py"
    ):
        Searcher(folder.open(folder.current_version()), other)


def test_a_data_folder_that_cannot_be_made(tmp_path: Path):
    """One sentence that names the folder and the setting."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataFolderUnusable, match="VINDPLAATS_DATA"):
        SnapshotFolder(tmp_path / "file" / "var").prepare()


def test_a_snapshot_goes_with_the_last_who_uses_it(folder, encoder):
    """At once, its files with it, without waiting for Python to look for what leads to itself."""
    searcher = Searcher(folder.open(folder.current_version()), encoder)
    assert (
        searcher.ask("drones").hits
        and searcher.ask("dronnes")
        and len(searcher.snapshot.documents["kst-27925-681"].paragraphs)
    )
    there = [weakref.ref(each) for each in (searcher, searcher.snapshot.passages.places, searcher.snapshot.lexical)]
    there += [weakref.ref(each) for each in (searcher.snapshot.documents, searcher.snapshot.lexical.vocabulary)]
    gc.disable()
    try:
        del searcher
        assert [each() for each in there] == [None] * len(there)
    finally:
        gc.enable()


def test_what_was_opened_ahead_is_opened_once(folder, data, monkeypatch):
    """Whoever opens it next gets it, or hears what is wrong with it; after that it is opened anew."""
    openings = []
    monkeypatch.setattr(snapshot_module, "opened", lambda *given: openings.append(given) or opened(*given))
    version = folder.current_version()
    folder.open_ahead()
    ahead = folder.open(version)
    assert len(openings) == 1 and folder.open(version) is not ahead and len(openings) == 2
    (current(data) / VECTORS).write_bytes(b"x")
    folder.open_ahead()
    with pytest.raises(SnapshotDamaged, match=VECTORS):
        folder.open(version)


def test_nothing_is_opened_ahead_where_there_is_nothing(tmp_path):
    """Who opens it is told, not who begins to."""
    SnapshotFolder(tmp_path).open_ahead()
