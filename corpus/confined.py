"""Reading files in a process of its own, under limits: a library's crash or flood stops that file only."""

import json
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus import errors
from corpus.document import Document
from corpus.errors import DocumentError, UnreadableDocument

TIME_LIMIT_S = 20.0
MEMORY_LIMIT_BYTES = 512 * 1024 * 1024
OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024

_ROOT = Path(__file__).resolve().parents[1]
_CHUNK_BYTES = 1 << 20
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from corpus.confined_child import main; "
_PROGRAM += "main(int(sys.argv[2]))"

_document_form = TypeAdapter(Document)


class ConfinedReader:
    """Reads files one after the other in a child process, which is started at need and after every death.

    Use it in a `with` statement, which ends the child.
    """

    def __init__(self, time_limit_s: float = TIME_LIMIT_S, memory_limit_bytes: int = MEMORY_LIMIT_BYTES) -> None:
        self._time_limit_s = time_limit_s
        self._memory_limit_bytes = memory_limit_bytes
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> "ConfinedReader":
        return self

    def __exit__(self, *exception: object) -> None:
        self._end_child()

    def read(self, path: Path, companion: Path | None = None, *, name: str | None = None) -> Document:
        """Read a file, with the metadata file that belongs to it, like `corpus.readers.read_document`.

        `name` is what it is called, when that is not its own name.

        DocumentError also when reading takes too long, needs too much memory, gives too much text, or crashes.
        """
        name = name or path.name
        with self._lock:
            answer = self._ask(path, companion, name)
        try:
            found = json.loads(answer)
            if "document" in found:
                return _document_form.validate_json(answer[len(b'{"document":') : -1])
            kind, message = found["fault"]["kind"], found["fault"]["message"]
        except (ValueError, KeyError, ValidationError) as error:
            raise UnreadableDocument(f"{name} gave an answer that cannot be understood; leave it out") from error
        if kind == "OSError":
            raise OSError(None, message, str(path))
        if kind == "MemoryError":
            self._end_child()
            megabytes = self._memory_limit_bytes // 1024 // 1024
            raise UnreadableDocument(f"{name} needs more than {megabytes} MB to be read; split it, or leave it out")
        error_class: type[DocumentError] = getattr(errors, kind, UnreadableDocument)
        raise error_class(message)

    def _ask(self, path: Path, companion: Path | None, name: str) -> bytes:
        child = self._running_child()
        assert child.stdin is not None
        companion_path = str(companion.absolute()) if companion else None
        request = {"path": str(path.absolute()), "companion": companion_path, "name": name}
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
            return self._answer(child, name)
        except (OSError, UnreadableDocument) as error:
            status = self._end_child()
            if isinstance(error, UnreadableDocument):
                raise
            raise _crashed(name, status) from error

    def _answer(self, child: subprocess.Popen[bytes], name: str) -> bytes:
        assert child.stdout is not None
        deadline = time.monotonic() + self._time_limit_s
        answer = bytearray()
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([child.stdout], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise UnreadableDocument(
                    f"{name} could not be read within {self._time_limit_s:g} seconds; split it, or leave it out"
                )
            chunk = os.read(child.stdout.fileno(), _CHUNK_BYTES)
            if not chunk:
                child.wait()
                raise _crashed(name, child.returncode)
            answer += chunk
            if len(answer) > OUTPUT_LIMIT_BYTES:
                megabytes = OUTPUT_LIMIT_BYTES // 1024 // 1024
                raise UnreadableDocument(f"{name} holds more than {megabytes} MB of text; split it, or leave it out")
        return bytes(answer[:-1])

    def _running_child(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end_child()
            command = [sys.executable, "-I", "-c", _PROGRAM, str(_ROOT), str(self._memory_limit_bytes)]
            self._child = subprocess.Popen(  # noqa: S603 (our own interpreter, our own program)
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._child

    def _end_child(self) -> int:
        """End the child, whatever it does, and give its exit status; 0 when there is none."""
        child, self._child = self._child, None
        if child is None:
            return 0
        if child.poll() is None:
            child.kill()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    # What was not sent yet cannot be sent to a process that has ended.
                    continue
        return child.wait()


def _crashed(name: str, status: int) -> UnreadableDocument:
    return UnreadableDocument(f"{name} made its reader stop (status {status}); leave it out, or convert it")
