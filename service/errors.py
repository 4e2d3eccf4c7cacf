"""Every error becomes one answer: problem+json (RFC 9457) for the API, a page for a visitor."""

import logging
from typing import Any

from flask import Flask, Response, current_app, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from corpus.errors import DocumentError, ReaderUnavailable
from index.errors import (
    DataFolderUnusable,
    EngineAway,
    IndexingError,
    IndexNotBuilt,
    SnapshotDamaged,
    SnapshotMismatch,
    UnknownFilterValue,
)
from index.question_queue import QueueFull
from service.limits import TooManyRequests
from service.negotiation import NotAcceptable
from service.requests import BadRequest
from service.serving import UnknownSnapshot
from service.texts import visitor_language
from service.tokens import TokenError
from service.uploads import UploadsBusy
from service.writing import NotAllowed, NotSignedIn

_log = logging.getLogger(__name__)


class NotFound(Exception):
    """Read by client and visitor: what is not here, and where to look."""


class UnsupportedMediaType(Exception):
    """Read by the client's developer: the body is of another kind than the operation takes."""


_STATUS: dict[type[Exception], int] = {
    BadRequest: 400,
    UnknownFilterValue: 400,
    UnknownSnapshot: 400,
    NotFound: 404,
    UnsupportedMediaType: 415,
    NotAcceptable: 406,
    NotSignedIn: 401,
    NotAllowed: 403,
    TooManyRequests: 429,
    TokenError: 503,
    DocumentError: 400,
    FileExistsError: 409,
    DataFolderUnusable: 507,
    IndexNotBuilt: 503,
    EngineAway: 503,
    SnapshotDamaged: 503,
    SnapshotMismatch: 503,
    QueueFull: 503,
    UploadsBusy: 503,
    ReaderUnavailable: 503,
}
_BUSY_TITLES: dict[type[Exception], str] = {
    QueueFull: "Too many questions at once",
    UploadsBusy: "Too many files at once",
    ReaderUnavailable: "Too busy to read files",
}
_TITLES = {
    400: "The request is not valid",
    401: "This needs a token",
    403: "This is not allowed",
    404: "Not found",
    405: "The method is not allowed here",
    406: "There is no such form of this",
    409: "Something else is in the way",
    413: "The request is too large",
    415: "The content type is not supported",
    429: "Too many requests",
    500: "Something went wrong",
    503: "There is no index to answer from",
    507: "There is no room",
}
_DETAILS = {
    404: "There is nothing at {path}; see /v1/documents for the documents and /v1/passages/_search for questions.",
    405: "{method} is not possible at {path}.",
    413: "The body is larger than {limit} bytes; send less at once.",
    500: "The fault is ours and has been logged; please try again later.",
}
_API_PREFIXES = ("/v1", "/health", "/metrics")


def init_app(app: Flask) -> None:
    """Let every exception that leaves a route become an answer."""
    app.register_error_handler(Exception, _answer)


def is_for_program() -> bool:
    """Whether the request is for the API, not for a visitor's page."""
    return request.path.startswith(_API_PREFIXES)


def problem(status: int, detail: str, **members: Any) -> Response:  # noqa: ANN401 (extension members: any JSON)
    """A problem+json response; `members` extend it."""
    title = _TITLES.get(status, "The request cannot be answered")
    response = jsonify({"type": "about:blank", "title": title, "status": status, "detail": detail, **members})
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _answer(error: Exception) -> Response:
    status, detail = _describe(error)
    is_busy = type(error) in _BUSY_TITLES
    if status >= 500 and not is_busy:
        # What an unexpected fault says may hold what was asked; the log gives its kind and where it came from.
        told = type(error).__name__ if status == 500 else error
        route = request.url_rule.rule if request.url_rule else "an unknown address"
        _log.error("%s %s: %s", request.method, route, told, exc_info=error if status == 500 else None)
    faults = _faults(error)
    members: dict[str, Any] = {"errors": faults} if faults else {}
    if is_busy:
        members["title"] = _BUSY_TITLES[type(error)]
    if is_for_program():
        response = problem(status, detail, **members)
    else:
        response = Response(
            render_template(
                "error.html",
                status=status,
                is_busy=is_busy,
                max_upload_megabytes=current_app.extensions["config"].max_upload_bytes // 2**20,
                language=visitor_language(),
            ),
            status,
        )
    if isinstance(error, HTTPException) and status == 405:
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    if isinstance(error, NotSignedIn):
        response.headers["WWW-Authenticate"] = 'Bearer realm="Vindplaats"'
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after_s)
    if status == 503:
        response.headers["Retry-After"] = "1" if isinstance(error, QueueFull) else "5"
    return response


def _faults(error: Exception) -> list[dict[str, str]]:
    """What is wrong at which places of the request's body, where that is known."""
    if isinstance(error, BadRequest):
        return error.faults
    if isinstance(error, UnknownFilterValue):
        return [{"pointer": f"/filter/{name}", "detail": detail} for name, detail in error.faults.items()]
    if isinstance(error, UnknownSnapshot):
        return [{"pointer": "/index", "detail": str(error)}]
    return []


def _describe(error: Exception) -> tuple[int, str]:
    for kind, status in _STATUS.items():
        if isinstance(error, kind):
            return status, f"{error}." if not str(error).endswith(".") else str(error)
    if isinstance(error, HTTPException) and error.code:
        template = _DETAILS.get(error.code, error.description or "")
        limit = request.max_content_length
        return error.code, template.format(path=request.path, method=request.method, limit=limit)
    if isinstance(error, IndexingError):
        return 503, str(error)
    return 500, _DETAILS[500]
