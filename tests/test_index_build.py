import itertools
import sys
from functools import partial
from pathlib import Path

import filelock
import pytest
from fake_encoder import CountingEncoder

from corpus import library
from corpus.confined import ConfinedReader
from corpus.errors import ReaderUnavailable
from corpus.library import Library
from index.build import build
from index.build_record import BuildRecords
from index.dense import DenseIndex
from index.errors import BuildRunning, EngineAway, IndexingError, IndexNotBuilt, SnapshotDamaged
from index.search import Searcher
from index.snapshot import SnapshotFolder


def open_current(data: Path):
    folder = SnapshotFolder(data)
    return folder.open(folder.current_version())


def test_a_build_without_changes_does_nothing(corpus, data, encoder):
    """Same library, same model: the snapshot stays and nothing is read or encoded."""
    first = build(Library(corpus), encoder, data)
    news = []
    second = build(Library(corpus), encoder, data, lambda *progress: news.append(progress))
    assert first.changed and not second.changed
    assert second.manifest == first.manifest
    assert news == []


def test_only_new_texts_are_encoded(corpus, data, encoder):
    """Vectors of equal passages are taken over, also when their file was renamed."""
    build(Library(corpus), encoder, data)
    encoder.encoded.clear()
    (corpus / "kst-27925-681.txt").rename(corpus / "brief.txt")
    (corpus / "nieuw.txt").write_text("Een nieuwe alinea over drones.\n")
    report = build(Library(corpus), encoder, data)
    assert encoder.encoded == ["Een nieuwe alinea over drones."]
    assert report.encoded == 1
    assert report.manifest.documents == 2


def test_vectors_taken_over_are_those_that_would_be_made(corpus, data, encoder):
    """Reuse changes no score."""
    build(Library(corpus), encoder, data)
    (corpus / "a.txt").write_text("Drones en software.\n")
    build(Library(corpus), encoder, data)
    snapshot = open_current(data)
    fresh = CountingEncoder(encoder.words).encode_passages([passage.text for passage in snapshot.passages])
    assert (snapshot.dense.vectors() == fresh).all()


def test_a_large_index_is_built_opened_and_added_to(corpus, data, encoder, monkeypatch):
    """With cells from ten rows on: equal texts, new texts and removed ones are where they belong."""
    monkeypatch.setattr("index.dense.EXACT_UP_TO", 10)
    build(Library(corpus), encoder, data)
    (corpus / "a.txt").write_text("Drones en software.\n")
    build(Library(corpus), encoder, data)
    snapshot = open_current(data)
    assert snapshot.dense.cells.rows == len(snapshot.passages)
    assert Searcher(snapshot, encoder).ask("drones").hits[0].place.document_id == "a"
    (corpus / "a.txt").unlink()
    build(Library(corpus), encoder, data)
    hits = Searcher(open_current(data), encoder).ask("burgemeesters").hits
    assert hits[0].place.paragraph == 8 and {hit.place.document_id for hit in hits} == {"kst-27925-681"}


def test_another_model_rebuilds(corpus, data, encoder):
    """No vector of the old model is left."""
    build(Library(corpus), encoder, data)
    other = CountingEncoder(["gctf"], name="other")
    report = build(Library(corpus), other, data)
    assert report.changed and report.encoded == len(set(other.encoded))
    Searcher(open_current(data), other)


def test_a_damaged_snapshot_is_replaced(corpus, data, encoder):
    """A build mends what cannot be served."""
    first = build(Library(corpus), encoder, data)
    (data / "snapshots" / first.manifest.version / "vectors.faiss").write_bytes(b"x")
    assert build(Library(corpus), encoder, data).changed
    open_current(data)


def test_skipped_files_are_in_the_manifest(corpus, data, encoder):
    """A bad file is named with its reason and does not make the next build start again."""
    (corpus / "leeg.txt").write_text("")
    manifest = build(Library(corpus), encoder, data).manifest
    assert [(s.name, s.document_id) for s in manifest.skipped] == [("leeg.txt", None)]
    assert "leeg.txt is empty" in (manifest.skipped[0].reason or "")
    assert not build(Library(corpus), encoder, data).changed


def test_an_empty_library(tmp_path, data, encoder):
    """A snapshot without documents can be served."""
    manifest = build(Library(tmp_path / "none"), encoder, data).manifest
    assert (manifest.documents, manifest.paragraphs, manifest.passages) == (0, 0, 0)
    answer = Searcher(open_current(data), encoder).ask("Wat is het GCTF?")
    assert not answer.answered and answer.hits == () and answer.confidence == 0.0


def test_progress_is_told_phase_by_phase(corpus, data, encoder):
    """Each phase runs from 0 to its total."""
    news = []
    build(Library(corpus), encoder, data, lambda *progress: news.append(progress))
    texts = len(set(encoder.encoded))
    assert news == [
        ("read", 0, 1),
        ("read", 1, 1),
        *(("encode", done, texts) for done in [*range(0, texts, 64), texts]),
        ("verify", 0, 1),
        ("verify", 1, 1),
    ]


def test_a_build_that_dies_leaves_the_old_index(corpus, data, encoder):
    """An encoder that fails: the current snapshot stays, the next build succeeds."""
    first = build(Library(corpus), encoder, data).manifest
    (corpus / "nieuw.txt").write_text("Drones.\n")

    class Failing(CountingEncoder):
        def encode_passages(self, texts, on_encoded=None):
            raise MemoryError

    with pytest.raises(MemoryError):
        build(Library(corpus), Failing(encoder.words), data)
    assert open_current(data).manifest == first
    assert build(Library(corpus), encoder, data).manifest.documents == 2


def test_leftovers_of_a_killed_build_are_cleared(corpus, data, encoder):
    """What a killed build wrote aside goes with the next build."""
    build(Library(corpus), encoder, data)
    leftover = data / "snapshots" / ".20200101T000000Z-00000000.building"
    leftover.mkdir()
    (corpus / "nieuw.txt").write_text("Drones.\n")
    build(Library(corpus), encoder, data)
    assert not leftover.exists()


def test_old_snapshots_are_kept_but_not_all(corpus, data, encoder):
    """The current one and two before it stay."""
    versions = []
    for number in range(5):
        (corpus / f"{number}.txt").write_text(f"Alinea {number}.\n")
        versions.append(build(Library(corpus), encoder, data).manifest.version)
    kept = {path.name for path in (data / "snapshots").iterdir()}
    assert kept == set(versions[-3:])


def test_one_build_at_a_time(corpus, data, encoder):
    """A second build says that one is running."""
    data.mkdir()
    with filelock.FileLock(data / "build.lock"), pytest.raises(BuildRunning, match="another build is running"):
        build(Library(corpus), encoder, data)


def full(write, failing, turns, path, content):
    """Write, but fail in turn."""
    if next(turns) == failing:
        raise OSError(28, "No space left on device")
    return write(path, content)


def test_no_room_on_disk(corpus, data, encoder, monkeypatch):
    """The disk is full at every write in turn: the old index serves, nothing is left behind."""
    from index import snapshot

    first = build(Library(corpus), encoder, data).manifest
    (corpus / "nieuw.txt").write_text("Drones.\n")
    written = [*first.files, "manifest.json", "current"]
    for failing in range(1, len(written) + 1):
        turns = itertools.count(1)
        with monkeypatch.context() as patched:
            for name in ("write_file", "write_to_disk"):
                patched.setattr(snapshot, name, partial(full, getattr(snapshot, name), failing, turns))
            with pytest.raises(IndexingError, match=r"No space left on device|make room"):
                build(Library(corpus), encoder, data)
        assert open_current(data).manifest == first
        assert not list((data / "snapshots").glob(".*"))
    assert build(Library(corpus), encoder, data).manifest.documents == 2


def test_documents_that_did_not_change_are_not_read_again(corpus, data, encoder, monkeypatch):
    """Only the new file goes through a reader."""
    from corpus.confined import ConfinedReader

    build(Library(corpus), encoder, data)
    read = []
    original = ConfinedReader.read
    monkeypatch.setattr(
        ConfinedReader, "read", lambda self, path, *rest: read.append(path.name) or original(self, path, *rest)
    )
    (corpus / "nieuw.txt").write_text("Drones.\n")
    build(Library(corpus), encoder, data)
    assert read == ["nieuw.txt"]


def test_another_reading_rule_reads_all_again(corpus, data, encoder, monkeypatch):
    """A reader that was changed is noticed from the manifest."""
    import index.manifest as manifest

    build(Library(corpus), encoder, data)
    monkeypatch.setattr(manifest, "READERS", "another")
    encoder.encoded.clear()
    report = build(Library(corpus), encoder, data)
    assert report.changed and report.manifest.recipe.readers == "another"
    assert encoder.encoded == []


def test_files_that_come_while_it_builds_are_taken_along(corpus, data, encoder):
    """Success is reported only when the index holds what is in the folder then."""

    def add_one(phase, done, total):
        if phase == "encode" and done == 0:
            (corpus / "tussendoor.txt").write_text("Drones.\n")

    report = build(Library(corpus), encoder, data, add_one)
    assert report.manifest.documents == 2


def test_going_back_and_forth(corpus, data, encoder):
    """Rolling back serves the snapshot before; the numbers of builds, not the clock, tell which that is."""
    first = build(Library(corpus), encoder, data).manifest
    (corpus / "nieuw.txt").write_text("Drones.\n")
    second = build(Library(corpus), encoder, data).manifest
    assert (first.sequence, second.sequence) == (1, 2)
    folder = SnapshotFolder(data)
    assert folder.roll_back().version == first.version
    assert open_current(data).manifest == first
    with pytest.raises(IndexingError, match="no snapshot before"):
        folder.roll_back()
    assert build(Library(corpus), encoder, data).manifest.documents == 2


def test_a_clock_that_is_set_back(corpus, data, encoder, monkeypatch):
    """The newest build stays the newest, and is what serves."""
    import datetime

    from index import snapshot_contents

    build(Library(corpus), encoder, data)

    class Past(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.datetime(2001, 1, 1, tzinfo=tz)

    monkeypatch.setattr(snapshot_contents, "datetime", Past)
    for number in range(4):
        (corpus / f"{number}.txt").write_text(f"Alinea {number}.\n")
        manifest = build(Library(corpus), encoder, data).manifest
    assert manifest.version.startswith("2001")
    assert open_current(data).manifest.documents == 5
    assert [kept.sequence for kept in SnapshotFolder(data).kept()] == [3, 4, 5]


def test_a_record_of_every_build(corpus, data, encoder):
    """How it went can be read by any process; one whose process died is told as failed."""
    from index.build_record import BuildRecord, BuildRecords

    records = BuildRecords(data)
    manifest = build(Library(corpus), encoder, data, build_id="0123456789abcdef").manifest
    record = records.read("0123456789abcdef")
    assert (record.status, record.snapshot, record.documents) == ("succeeded", manifest.version, 1)
    records.write(BuildRecord(id="f" * 16, status="running", phase="encode", started_at="2026-01-01T00:00:00Z"))
    assert records.read("f" * 16).status == "failed"
    with filelock.FileLock(data / "build.lock"):
        assert records.read("f" * 16).status == "running"


def test_a_record_that_another_process_prunes_meanwhile_is_no_error(data):
    """It was listed and is gone: the next one is the latest; pruning twice at once ends well."""
    from index.build_record import BuildRecord, BuildRecords

    records = BuildRecords(data)
    for number in range(60):
        records.write(BuildRecord(id=f"{number:016x}", status="succeeded", phase="done", started_at="2026-01-01"))
    # Listed like any other, and not there when it is looked at.
    (data / "builds" / f"{'f' * 16}.json").symlink_to(data / "gone")
    assert records.latest().id == f"{59:016x}"
    records.prune()
    with pytest.raises(KeyError):
        records.read(f"{0:016x}")
    assert records.read(f"{59:016x}").status == "succeeded"


def test_a_damaged_record_hides_no_other(data):
    """Who asks for the latest gets the latest that can be read."""
    from index.build_record import BuildRecord

    records = BuildRecords(data)
    records.write(BuildRecord(id="a" * 16, status="succeeded", phase="done", started_at="2026-01-01T00:00:00Z"))
    (data / "builds" / f"{'b' * 16}.json").write_text("{")
    assert records.latest().id == "a" * 16


@pytest.mark.parametrize("when", ["current_version", "whole"])
def test_an_engine_that_is_away_fails_the_build(corpus, data, encoder, monkeypatch, when):
    """What it holds is not taken for gone: nothing is built anew, and the build can be made again."""
    first = build(Library(corpus), encoder, data).manifest
    (corpus / "nieuw.txt").write_text("Drones.\n")

    def away(self, *version):
        raise EngineAway("away, as a test")

    with monkeypatch.context() as patched:
        patched.setattr(SnapshotFolder, when, away)
        with pytest.raises(EngineAway, match="as a test"):
            build(Library(corpus), encoder, data)
    assert BuildRecords(data).latest().status == "failed"
    assert SnapshotFolder(data).current_version() == first.version
    assert build(Library(corpus), encoder, data).manifest.documents == 2


def test_a_build_without_a_process_to_read_with_changes_nothing(corpus, data, encoder, monkeypatch):
    """It fails instead of leaving new files out; the next one takes them in."""
    monkeypatch.setattr(library, "ConfinedReader", ConfinedReader)
    first = build(Library(corpus), encoder, data).manifest
    (corpus / "nieuw.txt").write_text("Drones.\n")
    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", "/geen/python")
        with pytest.raises(ReaderUnavailable):
            build(Library(corpus), encoder, data)
    assert SnapshotFolder(data).current_version() == first.version
    assert BuildRecords(data).latest().status == "failed"
    assert build(Library(corpus), encoder, data).manifest.documents == 2


def test_an_index_that_does_not_find_its_own_passages_is_never_served(corpus, data, encoder, monkeypatch):
    """The build fails, the earlier index serves."""
    first = build(Library(corpus), encoder, data).manifest
    (corpus / "nieuw.txt").write_text("Drones.\n")
    nearest = DenseIndex.nearest
    with monkeypatch.context() as patched:
        # What is furthest away comes first.
        patched.setattr(DenseIndex, "nearest", lambda self, queries, *rest: nearest(self, -queries, *rest))
        with pytest.raises(SnapshotDamaged, match="does not find its own passage"):
            build(Library(corpus), encoder, data)
    assert SnapshotFolder(data).current_version() == first.version
    assert build(Library(corpus), encoder, data).manifest.documents == 2


def test_an_earlier_snapshot_that_is_damaged_goes_with_the_next_build(corpus, data, encoder):
    """It is not among those to go back to, and does not stop a build."""
    first = build(Library(corpus), encoder, data).manifest
    (corpus / "nieuw.txt").write_text("Drones.\n")
    second = build(Library(corpus), encoder, data).manifest
    (data / "snapshots" / first.version / "manifest.json").write_text("{")
    folder = SnapshotFolder(data)
    assert [manifest.version for manifest in folder.kept()] == [second.version]
    with pytest.raises(IndexNotBuilt, match="no snapshot before"):
        folder.roll_back()
    (corpus / "nog-een.txt").write_text("Software.\n")
    third = build(Library(corpus), encoder, data).manifest
    assert sorted(path.name for path in (data / "snapshots").iterdir()) == sorted([second.version, third.version])
