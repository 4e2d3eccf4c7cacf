"""Reading files in a process of its own, under limits: a library's crash or flood stops that file only."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from corpus import errors
from corpus.document import Document
from corpus.document_form import DOCUMENT_FORM
from corpus.errors import DocumentError, ReaderUnavailable, UnreadableDocument

TIME_LIMIT_S = 20.0
# Before it can read anything: a cold disk and a busy machine are no file's fault.
START_LIMIT_S = 120.0
MEMORY_LIMIT_BYTES = 512 * 1024 * 1024
OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024

_ROOT = Path(__file__).resolve().parents[1]
_CHUNK_BYTES = 1 << 20
# With a machine on which others have the processor or the disk, in time limits.
_MOST_PATIENCE = 10
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from corpus.confined_child import main; "
_PROGRAM += "main(int(sys.argv[2]), float(sys.argv[3]))"


class _Killed(Exception):
    """The child was killed, and not by us: for want of memory elsewhere, or by hand."""


class ConfinedReader:
    """Reads files one after the other in a child process, which is started at need and after every death.

    The time limit holds for one file. While others have the processor or the disk it is a limit on the child's work,
    so that a busy machine leaves no file out. Use it in a `with` statement, which ends the child.
    """

    def __init__(
        self,
        time_limit_s: float = TIME_LIMIT_S,
        memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
        start_limit_s: float = START_LIMIT_S,
    ) -> None:
        self._time_limit_s = time_limit_s
        self._memory_limit_bytes = memory_limit_bytes
        self._start_limit_s = start_limit_s
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> "ConfinedReader":
        return self

    def __exit__(self, *exception: object) -> None:
        self._end_child()

    def get_ready(self) -> None:
        """Start the child, when there is none, without reading; ReaderUnavailable when that cannot be done."""
        with self._lock:
            self._running_child()

    def read(self, path: Path, companion: Path | None = None, *, name: str | None = None) -> Document:
        """Read a file, with the metadata file that belongs to it, like `corpus.readers.read_document`.

        `name` is what it is called, when that is not its own name.

        DocumentError also when reading takes too long, needs too much memory, gives too much text, or crashes.
        ReaderUnavailable when there is no process to read it.
        """
        name = name or path.name
        with self._lock:
            try:
                answer = self._ask(path, companion, name)
            except _Killed:
                try:
                    answer = self._ask(path, companion, name)
                except _Killed as error:
                    raise _crashed(name, -signal.SIGKILL) from error
        try:
            found = json.loads(answer)
            if "document" in found:
                return DOCUMENT_FORM.validate_json(answer[len(b'{"document":') : -1])
            kind, message = str(found["fault"]["kind"]), str(found["fault"]["message"])
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            raise UnreadableDocument(f"{name} gave an answer that cannot be understood; leave it out") from error
        if kind == "OSError":
            raise OSError(None, message, str(path))
        if kind == "MemoryError":
            self._end_child()
            megabytes = self._memory_limit_bytes // 1024 // 1024
            raise UnreadableDocument(f"{name} needs more than {megabytes} MB to be read; split it, or leave it out")
        error_class = getattr(errors, kind, None)
        if isinstance(error_class, type) and issubclass(error_class, DocumentError):
            raise error_class(message)
        raise UnreadableDocument(message)

    def _ask(self, path: Path, companion: Path | None, name: str) -> bytes:
        child = self._running_child()
        assert child.stdin is not None
        companion_path = str(companion.absolute()) if companion else None
        request = {"path": str(path.absolute()), "companion": companion_path, "name": name}
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
            return self._answer(child, self._time_limit_s)
        except TimeoutError as error:
            self._end_child()
            raise UnreadableDocument(
                f"{name} could not be read within {self._time_limit_s:g} seconds; split it, or leave it out"
            ) from error
        except OverflowError as error:
            self._end_child()
            megabytes = OUTPUT_LIMIT_BYTES // 1024 // 1024
            raise UnreadableDocument(
                f"{name} holds more than {megabytes} MB of text; split it, or leave it out"
            ) from error
        except OSError as error:
            status = self._end_child()
            raise (_Killed() if status == -signal.SIGKILL else _crashed(name, status)) from error

    def _answer(self, child: subprocess.Popen[bytes], limit_s: float) -> bytes:
        """A line from the child; TimeoutError, OverflowError, or BrokenPipeError once it has ended."""
        assert child.stdout is not None
        began, worked_before_s = time.monotonic(), _state_of(child.pid).worked_s
        until, answer = began + limit_s, bytearray()
        while not answer.endswith(b"\n"):
            while not select.select([child.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
                now, state = time.monotonic(), _state_of(child.pid)
                left_s = limit_s - (state.worked_s - worked_before_s)
                if not state.is_kept_waiting or left_s <= 0 or now - began > _MOST_PATIENCE * limit_s:
                    raise TimeoutError
                until = now + left_s
            chunk = os.read(child.stdout.fileno(), _CHUNK_BYTES)
            if not chunk:
                child.wait()
                raise BrokenPipeError
            answer += chunk
            if len(answer) > OUTPUT_LIMIT_BYTES:
                raise OverflowError
        return bytes(answer[:-1])

    def _running_child(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end_child()
            limits = str(self._memory_limit_bytes), str(self._time_limit_s)
            command = [sys.executable, "-I", "-c", _PROGRAM, str(_ROOT), *limits]
            try:
                self._child = subprocess.Popen(  # noqa: S603 (our own interpreter, our own program)
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
                self._answer(self._child, self._start_limit_s)
            except OSError as error:
                self._end_child()
                raise ReaderUnavailable(
                    "the process that reads files cannot be started; try again when the machine is less busy"
                ) from error
        return self._child

    def _end_child(self) -> int:
        """End the child, whatever it does, and give its exit status; 0 when there is none."""
        child, self._child = self._child, None
        if child is None:
            return 0
        if child.poll() is None:
            child.kill()
        assert child.stdin and child.stdout
        # What was not sent yet cannot be sent to a process that has ended.
        with suppress(OSError):
            child.stdin.close()
        child.stdout.close()
        return child.wait()


class _State(NamedTuple):
    """A process: the seconds of a processor it has used, and whether it wants one, or the disk, and has to wait."""

    worked_s: float
    is_kept_waiting: bool


def _state_of(pid: int) -> _State:
    """The state of a process; where the system does not tell, it is taken to wait for nothing.

    https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: after the name in brackets the state, fields 14 and 15
    are user and system time in ticks.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(") ")[2].split()
        return _State((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), fields[0] in ("R", "D"))
    except (OSError, IndexError, ValueError):
        return _State(0.0, False)


def _crashed(name: str, status: int) -> UnreadableDocument:
    return UnreadableDocument(f"{name} made its reader stop (status {status}); leave it out, or convert it")
