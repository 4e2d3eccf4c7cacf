"""The process that builds for a service: real, with the real model."""

import os
import signal
import threading
import time
import urllib.request
from pathlib import Path

import filelock
import pytest
from conftest import start_server

from index.build_record import BuildRecords, new_build_id
from service.build_process import BuildFailed, BuildProcess, process_builds
from service.config import Config

pytestmark = pytest.mark.model


@pytest.fixture
def process(data, corpus):
    """A process that builds an index of the letter, not started yet."""
    made = BuildProcess(Config(data=data, corpus=corpus))
    yield made
    made.end()


def ask_to_end(process: BuildProcess) -> None:
    """Let the process end by itself, as it does when nothing came for long."""
    process._process.stdin.write(b"\n")
    process._process.stdin.flush()
    assert process._process.wait(60) == 0


def children_of(process_id: int) -> list[int]:
    """The processes that a process has started, whichever of its threads did so."""
    found = [children.read_text() for children in Path(f"/proc/{process_id}/task").glob("*/children")]
    return [int(child) for children in found for child in children.split()]


def build(process: BuildProcess, data) -> str:
    """Build once; the version that was made."""
    build_id = new_build_id()
    process.run(build_id)
    record = BuildRecords(data).read(build_id)
    assert record.status == "succeeded"
    return record.snapshot


def test_one_process_builds_again_and_again(process, data, corpus):
    """Each build under its own id, the second without a start, below all else in priority."""
    first = build(process, data)
    started = process._process.pid
    assert os.getpriority(os.PRIO_PROCESS, started) == 15
    (corpus / "nieuw.txt").write_text("Een alinea over drones.\n")
    assert build(process, data) != first and process._process.pid == started
    ended = process._process
    process.end()
    assert ended.returncode == 0


def test_it_gets_ready_before_it_is_asked(process, data):
    """The model is in memory and the reader runs; asked twice it starts once."""
    process.get_ready()
    started = process._process.pid
    process.get_ready()
    assert process._process.pid == started
    deadline = time.monotonic() + 60
    # Its reader is a child of its own.
    while not children_of(started):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert not (data / "current").exists()
    build(process, data)


def test_one_that_ended_is_started_anew(process, data):
    """By itself, since nothing came for long, or killed: whoever builds next does not notice."""
    process.get_ready()
    ask_to_end(process)
    first = build(process, data)
    process._process.send_signal(signal.SIGKILL)
    process._process.wait(10)
    assert build(process, data) == first


def test_one_that_ends_just_as_it_is_asked(process, data, monkeypatch):
    """It has seen nothing of the build, which another one makes."""
    process.get_ready()
    first = process._process
    ask_to_end(process)
    answers = iter([None])
    # At the first look it is still there.
    monkeypatch.setattr(first, "poll", lambda: next(answers, 0))
    build(process, data)
    assert process._process is not first


def test_a_process_that_ends_at_every_start_fails_the_build(process, monkeypatch):
    """Once may be by chance; the second time it is told."""
    asked = []
    monkeypatch.setattr(process, "_ask", lambda build_id: asked.append(build_id))
    with pytest.raises(BuildFailed, match="did not begin"):
        process.run("a" * 16)
    assert asked == ["a" * 16] * 2


def test_a_build_that_fails_says_why(process, data, corpus):
    """In the sentence that the command says last; the next one is tried all the same."""
    data.mkdir()
    with (
        filelock.FileLock(data / "build.lock"),
        pytest.raises(BuildFailed, match="another build is running"),
    ):
        process.run(new_build_id())
    build(process, data)


def test_a_build_that_is_killed_fails(process, data, corpus):
    """With the signal in place of a sentence."""
    for number in range(40):
        (corpus / f"{number}.txt").write_text("\n\n".join(f"Alinea {n} van stuk {number}." for n in range(40)))
    process.get_ready()
    latest = process_builds(Config(data=data, corpus=corpus)).latest

    def kill_while_it_encodes() -> None:
        while (record := latest()) is None or record.phase != "encode":
            time.sleep(0.02)
        process._process.kill()

    killing = threading.Thread(target=kill_while_it_encodes)
    killing.start()
    with pytest.raises(BuildFailed, match=r"stopped \(status -9\)"):
        process.run(new_build_id())
    killing.join()
    assert latest().status == "failed"


def test_a_stopped_service_leaves_no_process_behind(data, corpus):
    """One that is ready ends with it."""
    server = start_server(data, corpus)
    with urllib.request.urlopen(f"{server.url}/documents"):
        ready = children_of(server.process.pid)
    assert ready
    assert server.stop() == 0
    assert not any(Path(f"/proc/{child}").exists() for child in ready)
