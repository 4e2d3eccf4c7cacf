import io
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import LETTER

from corpus import confined, confined_child, library
from corpus.confined import ConfinedReader
from corpus.errors import DocumentError, ReaderUnavailable, UnreadableDocument, UnsupportedFormat
from corpus.library import Library, read_sources
from corpus.readers import read_document


def test_a_confined_reader_reads_the_same(letter):
    """The document comes back through the pipe as it was read, many times over."""
    with ConfinedReader() as reader:
        for _ in range(3):
            assert reader.read(LETTER) == letter == read_document(LETTER)


def test_named_errors_come_back_as_they_were(tmp_path: Path):
    """Class and sentence; the next file is read all the same."""
    (tmp_path / "leeg.txt").write_text("")
    (tmp_path / "beeld.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with ConfinedReader() as reader:
        with pytest.raises(UnreadableDocument, match=r"^leeg\.txt is empty"):
            reader.read(tmp_path / "leeg.txt")
        with pytest.raises(UnsupportedFormat, match=r"^beeld\.png is image/png"):
            reader.read(tmp_path / "beeld.png")
        with pytest.raises(OSError, match="No such file"):
            reader.read(tmp_path / "weg.txt")
        assert reader.read(LETTER).id == "kst-27925-681"


def test_a_file_is_called_what_its_sender_called_it(tmp_path: Path):
    """An upload lies under a name of ours, but its id and errors speak of its own."""
    (tmp_path / "a1b2").write_text("Een alinea.\n")
    with ConfinedReader() as reader:
        assert reader.read(tmp_path / "a1b2", name="../Notitie.txt").id == "notitie"


def test_reading_that_takes_too_long_is_ended(tmp_path: Path):
    """A pipe without a writer stands for a reader that never comes back."""
    pipe = tmp_path / "pijp.txt"
    os.mkfifo(pipe)
    with ConfinedReader(time_limit_s=1.0) as reader:
        started = time.monotonic()
        with pytest.raises(UnreadableDocument, match=r"pijp\.txt could not be read within 1 seconds"):
            reader.read(pipe)
        assert time.monotonic() - started < 5
        reader._time_limit_s = 20
        assert reader.read(LETTER).id == "kst-27925-681"


def kill_at_every_start(monkeypatch: pytest.MonkeyPatch, times: int) -> list[subprocess.Popen]:
    """Let readers die while they read, as often as said, as if the system needed their memory; gives all that began."""
    began, real = [], ConfinedReader._running_child

    def running_child(self):
        child = real(self)
        if child not in began:
            began.append(child)
            if len(began) <= times:
                child.send_signal(signal.SIGSTOP)
                threading.Timer(0.3, child.kill).start()
        return child

    monkeypatch.setattr(ConfinedReader, "_running_child", running_child)
    return began


def test_a_reader_that_is_killed_is_started_again(monkeypatch):
    """Once may be the machine's doing."""
    began = kill_at_every_start(monkeypatch, 1)
    with ConfinedReader() as reader:
        assert reader.read(LETTER).id == "kst-27925-681"
    assert len(began) == 2


def test_a_reader_that_dies_before_it_was_asked_is_started_again(monkeypatch):
    """What was to be sent to it goes to the next one."""
    with ConfinedReader() as reader:
        reader.get_ready()
        child = reader._child
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        # As if it were still there when it is asked.
        monkeypatch.setattr(child, "poll", lambda: None)
        assert reader.read(LETTER).id == "kst-27925-681"
        assert reader._child is not child


def test_of_a_process_that_is_gone_nothing_is_known():
    """It waits for nothing, so its time goes on."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert confined._state_of(gone.pid) == (0.0, False)


def test_limits_hold_before_the_first_file_is_read(monkeypatch, tmp_path: Path):
    """Memory and files from the start, work from each request on; faults are told by their kind."""
    limits, output = [], io.TextIOWrapper(io.BytesIO())
    (tmp_path / "leeg.txt").write_text("")
    paths = [LETTER, tmp_path / "leeg.txt", tmp_path / "weg.txt"]
    requests = [json.dumps({"path": str(path), "companion": None, "name": path.name}) + "\n" for path in paths]
    monkeypatch.setattr(confined_child.resource, "setrlimit", lambda what, limit: limits.append((what, limit[0])))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("".join(requests).encode())))
    monkeypatch.setattr(sys, "stdout", output)
    confined_child.main(1 << 29, 20.0)
    ready, *answers = output.buffer.getvalue().splitlines()
    assert ready == b"ready"
    assert json.loads(answers[0])["document"]["identity"]["number"] == "681"
    assert [json.loads(answer)["fault"]["kind"] for answer in answers[1:]] == ["UnreadableDocument", "OSError"]
    whole = [(resource.RLIMIT_AS, 1 << 29), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)]
    assert limits[:3] == whole and [what for what, _ in limits[3:]] == [resource.RLIMIT_CPU] * 3


def test_want_of_memory_is_told(monkeypatch):
    """By its name, since what it says may need memory, too."""

    def full(path, companion, name):
        raise MemoryError

    monkeypatch.setattr(confined_child, "read_document", full)
    answer = confined_child._answer({"path": str(LETTER), "companion": None, "name": "brief.txt"})
    assert json.loads(answer) == {"fault": {"kind": "MemoryError", "message": ""}}


def test_a_file_whose_reader_dies_every_time_is_refused(monkeypatch):
    """It stops that file only."""
    began = kill_at_every_start(monkeypatch, 2)
    with ConfinedReader() as reader:
        with pytest.raises(UnreadableDocument, match=r"made its reader stop \(status -9\)"):
            reader.read(LETTER)
        assert reader.read(LETTER).id == "kst-27925-681"
    assert len(began) == 3


def test_a_busy_machine_leaves_no_file_out():
    """The reader has to wait for a processor longer than a file may take, and the file is read all the same."""
    processor = {min(os.sched_getaffinity(0))}
    with ConfinedReader(time_limit_s=1.0) as reader:
        reader.read(LETTER)
        os.sched_setaffinity(reader._child.pid, processor)
        os.sched_setscheduler(reader._child.pid, os.SCHED_IDLE, os.sched_param(0))
        busy = "import os, time; ends = time.monotonic() + 2\nwhile time.monotonic() < ends: pass"
        others = [subprocess.Popen([sys.executable, "-c", busy]) for _ in range(3)]
        for other in others:
            os.sched_setaffinity(other.pid, processor)
        time.sleep(0.3)
        assert reader.read(LETTER).id == "kst-27925-681"
        for other in others:
            assert other.wait() == 0


def test_no_process_to_read_with_is_no_fault_of_a_file(monkeypatch, tmp_path: Path):
    """A build stops instead of leaving out what it could not even begin to read; the next one reads it."""
    monkeypatch.setattr(library, "ConfinedReader", ConfinedReader)
    with ConfinedReader(start_limit_s=0.01) as reader, pytest.raises(ReaderUnavailable, match="cannot be started"):
        reader.read(LETTER)
    (tmp_path / "brief.txt").write_text("Een alinea.\n")
    sources = Library(tmp_path).sources()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", "/geen/python")
        with pytest.raises(ReaderUnavailable, match="try again"):
            read_sources(sources)
    assert [document.id for document in read_sources(sources).documents] == ["brief"]


def test_a_reader_whose_keeper_was_killed_ends_by_itself(tmp_path: Path):
    """Also when it works on a file that keeps it busy: nobody else would stop it."""
    path = tmp_path / "lang.txt"
    path.write_text("Een zin van een lange brief.\n\n" * 400_000)
    keeper = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, pathlib; from corpus.confined import ConfinedReader; reader = ConfinedReader(0.3); "
            "print(reader._running_child().pid, flush=True); reader._time_limit_s = 60; "
            "reader.read(pathlib.Path(sys.argv[1]))",
            str(path),
        ],
        stdout=subprocess.PIPE,
    )
    with keeper:
        reader = Path("/proc") / keeper.stdout.readline().decode().strip()
        time.sleep(0.3)
        keeper.kill()
        keeper.wait()
    assert reader.exists()
    ends = time.monotonic() + 30
    while reader.exists() and "\nState:\tZ" not in (reader / "status").read_text():
        assert time.monotonic() < ends
        time.sleep(0.1)


def test_reading_that_needs_too_much_memory_is_refused(tmp_path: Path):
    """A limit below what the file needs: a named error, and the next file is read."""
    path = tmp_path / "groot.txt"
    path.write_text("Een zin van een lange brief.\n\n" * 3_000_000)
    with ConfinedReader() as reader:
        with pytest.raises(DocumentError, match=r"groot\.txt"):
            reader.read(path)
        assert reader.read(LETTER).id == "kst-27925-681"


def test_the_child_ends_with_its_reader():
    """No process is left behind."""
    with ConfinedReader() as reader:
        reader.read(LETTER)
        child = reader._child
    assert child is not None and child.poll() is not None


def test_a_file_with_more_text_than_may_be_is_refused(monkeypatch):
    """However little it is itself; the next file is read by a new process."""
    with ConfinedReader() as reader:
        with monkeypatch.context() as patched:
            patched.setattr(confined, "OUTPUT_LIMIT_BYTES", 1000)
            with pytest.raises(UnreadableDocument, match=r"holds more than 0 MB of text"):
                reader.read(LETTER)
        assert reader.read(LETTER).id == "kst-27925-681"


@pytest.mark.parametrize("answer", ["no json", "{}", "5", '{"document": {}}', '{"fault": []}'])
def test_a_reader_that_talks_nonsense_is_not_believed(monkeypatch, answer):
    """As one would that a file has taken over."""
    said = f"import sys; print('ready', flush=True); sys.stdin.readline(); print({answer!r}, flush=True)"
    monkeypatch.setattr(confined, "_PROGRAM", said)
    with ConfinedReader() as reader, pytest.raises(UnreadableDocument, match="cannot be understood"):
        reader.read(LETTER)


def test_a_fault_of_an_unknown_kind_is_one_of_the_file(monkeypatch):
    """No answer of a reader makes anything else of it."""
    for kind in ("SystemExit", "__doc__", "ReaderUnavailable"):
        fault = json.dumps({"fault": {"kind": kind, "message": "x"}})
        said = f"import sys; print('ready', flush=True); sys.stdin.readline(); print({fault!r}, flush=True)"
        monkeypatch.setattr(confined, "_PROGRAM", said)
        with ConfinedReader() as reader, pytest.raises(UnreadableDocument, match=r"^x$"):
            reader.read(LETTER)
