"""What may happen to a data folder, and must not be noticed by who asks."""

import gc
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from failing_calls import sweep
from fake_encoder import CountingEncoder
from killing_builds import kill_builds

from corpus.library import Library
from index.build import build
from index.errors import BuildRunning, DataFolderUnusable
from index.snapshot import SnapshotFolder


def open_current(data: Path):
    folder = SnapshotFolder(data)
    return folder.open(folder.current_version())


def test_builds_killed_under_constant_asking(tmp_path: Path):
    """No failed answer, no lost document, and the next build succeeds."""
    tally = kill_builds(8, 3, tmp_path)
    assert tally["killed"] >= 2 and tally["answered"] > 100
    assert (tally["failed"], tally["missing"]) == (0, 0)


def test_every_tenth_write_fsync_and_rename_fails():
    """Once or for ever, of adding, removing and building: told, nothing lost, the index serves and can be mended."""
    found = sweep(10, start=3)
    assert found["calls"] > 100 and found["faults"] > 40


def test_two_builds_asked_at_once(corpus, data, encoder):
    """One builds, the other is told so or finds it done; the index is whole."""

    def try_to_build(number: int) -> str:
        try:
            return "built" if build(Library(corpus), CountingEncoder(encoder.words), data).changed else "nothing to do"
        except BuildRunning:
            return "told"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(try_to_build, range(6)))
    assert outcomes.count("built") == 1
    assert open_current(data).manifest.documents == 1


def test_a_document_deleted_during_the_build(corpus, data, encoder):
    """The index ends up without it."""
    (corpus / "kort.txt").write_text("Drones.\n")

    def delete(phase, done, total):
        if phase == "encode" and done == 0:
            (corpus / "kort.txt").unlink(missing_ok=True)

    assert build(Library(corpus), encoder, data, delete).manifest.documents == 1


def test_a_document_rewritten_during_the_build(corpus, data, encoder):
    """The index ends up with what it says at the end."""
    (corpus / "kort.txt").write_text("Drones.\n")

    def rewrite(phase, done, total):
        if phase == "encode" and done == 0:
            (corpus / "kort.txt").write_text("Software.\n")

    build(Library(corpus), encoder, data, rewrite)
    assert open_current(data).documents["kort"].paragraphs[0].text == "Software."


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="needs root to mount a small file system")
def test_a_full_disk_in_every_phase(corpus, tmp_path, encoder):
    """On a small file system with less and less room: a sentence, the old index serves, no document is lost."""
    mount = tmp_path / "klein"
    mount.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(mount)], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        data = mount / "var"
        first = build(Library(corpus), encoder, data).manifest
        (corpus / "nieuw.txt").write_text("\n\n".join(f"Alinea {number} over drones." for number in range(300)))
        filler = mount / "filler"
        refused = 0
        room = 0
        while True:
            filler.unlink(missing_ok=True)
            free = os.statvfs(mount).f_bavail * os.statvfs(mount).f_frsize
            filler.write_bytes(bytes(max(0, free - room)))
            try:
                report = build(Library(corpus), encoder, data)
                break
            except DataFolderUnusable as error:
                assert "make room" in str(error) or "write access" in str(error)
                refused += 1
                assert open_current(data).manifest == first
                assert not list((data / "snapshots").glob(".*.building"))
            room += 40_000
        assert refused >= 3
        assert report.manifest.documents == 2
    finally:
        # Errors of builds that failed lead to what was mapped, and to themselves.
        gc.collect()
        subprocess.run(["umount", str(mount)], check=True)


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="needs root to mount read-only")
def test_a_read_only_data_folder(corpus, data, encoder, tmp_path):
    """Building is refused in a sentence; asking goes on."""
    first = build(Library(corpus), encoder, data).manifest
    (corpus / "nieuw.txt").write_text("Drones.\n")
    if subprocess.run(["mount", "--bind", str(data), str(data)], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(data)], check=True)
        with pytest.raises(DataFolderUnusable, match="VINDPLAATS_DATA"):
            build(Library(corpus), encoder, data)
        assert open_current(data).manifest == first
    finally:
        subprocess.run(["umount", str(data)], check=True)
    assert build(Library(corpus), encoder, data).manifest.documents == 2


def test_a_thousand_small_documents_at_once(tmp_path, data, encoder):
    """All are in; the next one costs one reading."""
    corpus = tmp_path / "documents"
    corpus.mkdir()
    for number in range(1000):
        (corpus / f"brief-{number}.txt").write_text(f"Brief nummer {number} over drones.\n")
    assert build(Library(corpus), encoder, data).manifest.documents == 1000
    encoder.encoded.clear()
    (corpus / "nog-een.txt").write_text("Nog een brief.\n")
    assert build(Library(corpus), encoder, data).manifest.documents == 1001
    assert encoder.encoded == ["Nog een brief."]
