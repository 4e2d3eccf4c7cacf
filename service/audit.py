"""The audit log: who changed what, when, and what came of it. Never a question, never a token."""

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
                # One write of a short line: lines of two processes do not mix.
                os.write(descriptor, content)
                os.fsync(descriptor)
            except OSError as error:
                raise _unusable(self._path, error) from error
            finally:
                os.close(descriptor)

    def _open(self) -> int:
        try:
            return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unusable(self._path, error) from error


def init_app(app: Flask) -> None:
    """Record every request that changes the collection, or tried to."""
    config: Config = app.extensions["config"]
    app.extensions["audit"] = AuditLog(config.data)
    app.before_request(_check)
    app.after_request(_record_request)


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
        record(str(caller()), (request.endpoint or "").partition(".")[2], response.status_code, documents=named)
    return response


def _unusable(path: Path, error: OSError) -> DataFolderUnusable:
    return DataFolderUnusable(f"the audit log {path.name} cannot be written ({error.strerror}); nothing is changed")


def _log() -> AuditLog:
    log: AuditLog = current_app.extensions["audit"]
    return log
