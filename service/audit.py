"""Every request that changes the collection, or tried to, stands in the audit log."""

from flask import Flask, Response, current_app, request

from index.errors import DataFolderUnusable
from service.audit_log import AuditLog
from service.changes import changed
from service.config import Config
from service.logs import request_id
from service.writing import caller, needs_right_to_write

_OWN_RECORDS = frozenset({"sign_in.sign_in", "sign_in.sign_out"})
_TOO_MANY, _NO_ROOM = 429, 507
_NOT_DONE_FROM = 400


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


def _log() -> AuditLog:
    log: AuditLog = current_app.extensions["audit"]
    return log
