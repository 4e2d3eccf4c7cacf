"""Passages encoded by several processes, with the real model: the same vectors, whoever dies meanwhile."""

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from conftest import LETTER, ROOT
from made_documents import made_kamerstuk
from rendering_xml import official_xml

from corpus.library import Library
from index.build import build
from index.passages import split_into_sentences
from index.snapshot import SnapshotFolder

distributed = pytest.importorskip("distributed", reason="needs the extra 'bulk'")
pytestmark = [
    pytest.mark.model,
    # Dask's own threads and sockets, which it closes a moment after it is told to.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed"),
]
# What sums in another order may change of a number, of vectors of length 1.
_SAME = 1e-6


@pytest.fixture(scope="module")
def texts(letter):
    """Some hundred different texts."""
    whole = [paragraph.text for section in letter.sections for paragraph in section.paragraphs]
    sentences = [text[span.start : span.end] for text in whole for span in split_into_sentences(text)]
    return list(dict.fromkeys([*whole, *sentences, *(" ".join(pair) for pair in itertools.pairwise(whole))]))


@pytest.fixture
def two_workers(model_encoder):
    """An encoder with two processes."""
    from index.spread_encoder import SpreadEncoder

    with SpreadEncoder(model_encoder, None, 2) as encoder:
        yield encoder


def collected(parts, dim, texts):
    """All parts' vectors in the order of the texts; every text once."""
    found = {text: vector for part, vectors in parts for text, vector in zip(part, vectors, strict=True)}
    assert found.keys() == set(texts)
    return np.array([found[text] for text in texts]).reshape(-1, dim)


def test_the_same_vectors_also_when_a_worker_is_killed(two_workers, model_encoder, texts):
    """Each text's vector is that of one process; a worker's death costs time only."""
    expected = model_encoder.encode_passages(texts)
    found = collected(two_workers.parts_of(texts), two_workers.dim, texts)
    assert np.abs(found - expected).max() < _SAME

    def killing(parts):
        for number, part in enumerate(parts):
            if number == 0:
                os.kill(two_workers.worker_ids()[0], signal.SIGKILL)
            yield part

    # Other texts, as Dask knows the answer to those that it was asked before.
    others = [f"{text} Nogmaals." for text in texts]
    found = collected(killing(two_workers.parts_of(others)), two_workers.dim, others)
    assert np.abs(found - model_encoder.encode_passages(others)).max() < _SAME


def test_a_worker_with_another_model_is_refused(two_workers, texts):
    """Vectors of two models never mix."""
    from index.spread_encoder import WorkersUnavailable

    two_workers.fingerprint = "another"
    with pytest.raises(WorkersUnavailable, match="another model"):
        list(two_workers.parts_of(texts[:3]))


def test_no_scheduler(model_encoder, monkeypatch):
    """What to start is told."""
    from index import spread_encoder

    monkeypatch.setattr(spread_encoder, "_CONNECT_S", 1)
    with pytest.raises(spread_encoder.WorkersUnavailable, match="start one with: dask scheduler"):
        spread_encoder.SpreadEncoder(model_encoder, None, 1, "tcp://127.0.0.1:9")


def test_the_command_copies_goes_on_where_it_was_and_gives_the_same_index(model_encoder, tmp_path):
    """Killed on its way it keeps what was encoded; the index is that of an ordinary build; a second start does nothing."""
    store = tmp_path / "store"
    store.mkdir()
    shutil.copy(LETTER, store)
    for seed in range(12):
        made = made_kamerstuk(seed)
        (store / f"{made.id}.xml").write_bytes(official_xml(made))
    environment = os.environ | {
        "VINDPLAATS_DATA": str(tmp_path / "var"),
        "VINDPLAATS_CORPUS": str(tmp_path / "documents"),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "scripts/bulk_build.py", "--workers", "2", "--from", store.as_uri()]
    first = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 120
    journal = tmp_path / "var" / "journal"
    while not any(path.stat().st_size for path in journal.glob("*.vectors")):
        assert time.monotonic() < deadline and first.poll() is None
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    kept = sum(path.stat().st_size for path in journal.glob("*.vectors")) // (32 + 4 * model_encoder.dim + 4)
    assert kept > 0
    second = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert second.returncode == 0, second.stderr
    assert "Copied 0 files" in second.stderr
    folder = SnapshotFolder(tmp_path / "var")
    snapshot = folder.open(folder.current_version())
    build(Library(tmp_path / "documents"), model_encoder, tmp_path / "reference")
    reference = SnapshotFolder(tmp_path / "reference")
    expected = reference.open(reference.current_version())
    assert snapshot.documents == expected.documents
    assert list(snapshot.passages) == list(expected.passages)
    assert np.abs(snapshot.dense.vectors() - expected.dense.vectors()).max() < _SAME
    encoded = int(second.stderr.split(" texts encoded")[0].rsplit(" ", 1)[1])
    assert encoded <= len({passage.text for passage in snapshot.passages}) - kept
    third = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert third.returncode == 0 and "up to date" in third.stderr
    record = json.loads(
        max((tmp_path / "var" / "builds").glob("*.json"), key=lambda path: path.stat().st_mtime).read_text()
    )
    assert record["status"] == "succeeded"
