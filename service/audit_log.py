"""The file of the audit log: who changed what, when, and what came of it. Never a question, never a token."""

import errno
import getpass
import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from index.errors import DataFolderUnusable


class AuditLog:
    """JSON lines that are only ever added to, each on disk before the answer goes out."""

    def __init__(self, data: Path) -> None:
        self._path = data / "audit.jsonl"
        self._writing = threading.Lock()

    def check(self) -> None:
        """DataFolderUnusable when nothing could be written now: what cannot be recorded is not done."""
        os.close(self._open())

    def write(self, **members: object) -> None:
        """Add a line; it is on disk when this returns. DataFolderUnusable when it cannot be."""
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **members}
        content = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        with self._writing:
            descriptor = self._open()
            try:
                if _ends_amid_a_line(descriptor):
                    content = b"\n" + content
                # One write of a short line: lines of two processes do not mix.
                if os.write(descriptor, content) < len(content):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(descriptor)
            except OSError as error:
                raise _unusable(self._path, error) from error
            finally:
                os.close(descriptor)

    def _open(self) -> int:
        try:
            return os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unusable(self._path, error) from error


def log_for_commands(data: Path) -> AuditLog:
    """The audit log of a data folder, made when it is not there; DataFolderUnusable when it cannot be written."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(data, error) from error
    log = AuditLog(data)
    log.check()
    return log


def who_runs_this() -> str:
    """Who runs a command, as its records name them."""
    return f"command of {getpass.getuser()}"


def _ends_amid_a_line(descriptor: int) -> bool:
    """Whether the last line was cut off, as by a full disk."""
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"


def _unusable(path: Path, error: OSError) -> DataFolderUnusable:
    return DataFolderUnusable(f"the audit log {path.name} cannot be written ({error.strerror}); nothing is changed")
