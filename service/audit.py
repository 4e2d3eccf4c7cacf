"""The audit log: who changed what, when, and what came of it. Never a question, never a token."""

import errno
import getpass
import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, current_app, request

from index.errors import DataFolderUnusable
from service.changes import changed
from service.config import Config
from service.logs import request_id
from service.writing import caller, needs_right_to_write

_OWN_RECORDS = frozenset({"sign_in.sign_in", "sign_in.sign_out"})
_TOO_MANY, _NO_ROOM = 429, 507
_NOT_DONE_FROM = 400


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


def init_app(app: Flask) -> None:
    """Record every request that changes the collection, or tried to."""
    config: Config = app.extensions["config"]
    app.extensions["audit"] = AuditLog(config.data)
    app.before_request(_check)
    app.after_request(_record_request)


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


def record(who: str, what: str, status: int, **members: object) -> None:
    """Record what the request that runs did."""
    _log().write(who=who, client=request.remote_addr, what=what, result=status, **members, requestId=request_id())


def _check() -> None:
    if needs_right_to_write():
        _log().check()


def _record_request(response: Response) -> Response:
    # Who sends too much is counted in the metrics; a flood must not fill the disk.
    is_write = needs_right_to_write() and request.endpoint not in _OWN_RECORDS
    if is_write and response.status_code not in (_TOO_MANY, _NO_ROOM):
        named = [*changed(), *(request.view_args or {}).values()]
        what = (request.endpoint or "").partition(".")[2]
        try:
            record(str(caller()), what, response.status_code, documents=named)
        except DataFolderUnusable as error:
            return _tell_unrecorded(error, response.status_code)
    return response


def _tell_unrecorded(error: DataFolderUnusable, status: int) -> Response:
    """The answer to a request that was answered with `status`, but of which nothing is recorded."""
    done = "this was done" if status < _NOT_DONE_FROM else "nothing is changed"
    told = DataFolderUnusable(f"{str(error).partition(';')[0]}; {done}, and stands in no record")
    # An error that leaves an after-request function would leave without the headers that every answer has.
    return current_app.make_response(current_app.handle_user_exception(told))


def _ends_amid_a_line(descriptor: int) -> bool:
    """Whether the last line was cut off, as by a full disk."""
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"


def _unusable(path: Path, error: OSError) -> DataFolderUnusable:
    return DataFolderUnusable(f"the audit log {path.name} cannot be written ({error.strerror}); nothing is changed")


def _log() -> AuditLog:
    log: AuditLog = current_app.extensions["audit"]
    return log
