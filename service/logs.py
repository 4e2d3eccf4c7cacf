"""Logs: a line of JSON for each event, with the request's id; never a question, an address's query or a token."""

import json
import logging
import re
import secrets
import time
import traceback
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context, request

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HEADER = "X-Request-Id"

_access = logging.getLogger("service.access")


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON; of an exception its kind and places only, as its text may hold a question."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "members", {}),
        }
        if has_request_context():
            line["requestId"] = request_id()
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["trace"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """A record for a person at a terminal; of an exception again only its kind and places."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatException(self, ei: object) -> str:
        """The kind of an exception and where it came from."""
        assert isinstance(ei, tuple)
        return "".join([*traceback.format_tb(ei[2]), ei[0].__name__])


def configure(form: str) -> None:
    """Write the process's logs to its standard error, in the form 'json' or 'text'; only JSON tells each request."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    logging.basicConfig(level=logging.INFO if form == "json" else logging.WARNING, handlers=[handler], force=True)
    # Each look at the folder would be a line.
    logging.getLogger("watchfiles").setLevel(logging.WARNING)


def init_app(app: Flask) -> None:
    """Give each request an id, and log each answer."""
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """The id of the request that runs: the client's or proxy's when it sent a usable one."""
    if "request_id" not in g:
        sent = request.headers.get(_HEADER, "")
        g.request_id = sent if _ID.fullmatch(sent) else secrets.token_hex(8)
    found: str = g.request_id
    return found


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers[_HEADER] = request_id()
    # The route, not the address: whatever a visitor typed there stays out.
    members = {
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else None,
        "status": response.status_code,
        "milliseconds": round(1000 * (time.perf_counter() - g.get("began", time.perf_counter())), 1),
    }
    _access.info("answered", extra={"members": members})
    return response
