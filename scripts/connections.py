"""One client's connection: what it may send, what the server itself answers, and how it ends when the service stops."""

import copy
import json
from http import HTTPStatus
from typing import Any

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import ChunkedReceiver, FixedStreamReceiver
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error as HTTPError
from waitress.utilities import RequestEntityTooLarge

from service.config import Config
from service.security import PROGRAM_HEADERS
from service.writing import is_allowed_upload, is_upload

_WORDS = {
    400: "what was sent is no HTTP request that this server reads",
    413: "the body is larger than anything that may be sent here",
    431: "the request's headers are larger than this server reads",
    500: "the fault is ours and has been logged",
    501: "this server does not read this transfer encoding",
}


def channel_class(application: Flask, config: Config) -> type[HTTPChannel]:
    """The class of an application's connections: a large body is taken from who may add documents only."""

    class Request(_Request):
        app = application
        most_of_a_question = config.max_request_bytes

    return type("Channel", (_Channel,), {"parser_class": Request})


class _Request(HTTPRequestParser):  # type: ignore[misc]
    """A request as it comes in. Bodies are kept until they are whole, so that strangers' large ones are not."""

    app: Flask
    most_of_a_question: int
    adj: Adjustments
    expect_continue: bool
    error: HTTPError | None
    _is_too_large = False

    def received(self, data: bytes) -> int:
        """Take in more of the request; gives how many bytes."""
        consumed: int = super().received(data)
        if self.completed and self._is_too_large and self.error is None:
            self.error = RequestEntityTooLarge("")
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the headers, and decide by them what becomes of the body."""
        super().parse_header(header_plus)
        is_large = self.content_length > self.most_of_a_question
        if not (is_large or self.chunked) or is_allowed_upload(self.app, self._environ()):
            return
        if is_upload(self.app, self._environ()):
            # The application says what is missing; it needs no body for that.
            self._pass_over_body()
        elif is_large and self.expect_continue:
            self._is_too_large = True
            self._pass_over_body()
        elif is_large:
            # The application sees how long it says to be and refuses it: on a page, where it was sent from a page.
            self.body_rcv = FixedStreamReceiver(self.content_length, _Nowhere(1))
        else:
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = self.most_of_a_question + 1

    def _pass_over_body(self) -> None:
        """Keep nothing of the body, yet wait for its end: most clients listen only once they have sent it."""
        if self.expect_continue:
            # This one asked first.
            self.chunked, self.content_length, self.body_rcv = False, 0, None
            self.expect_continue = False
            self.connection_close = True
            self.headers |= {"CONTENT_LENGTH": "0", "CONNECTION": "close"}
        elif self.chunked:
            self.body_rcv = ChunkedReceiver(_Nowhere(1))
        else:
            self.body_rcv = FixedStreamReceiver(self.content_length, _Nowhere(1))
            self.headers["CONTENT_LENGTH"] = "0"

    def _environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command, "PATH_INFO": self.path, "QUERY_STRING": "", "SERVER_NAME": "server",
            "SERVER_PORT": "0", "SERVER_PROTOCOL": f"HTTP/{self.version}", "wsgi.url_scheme": "http",
        }  # fmt: skip
        return environ | {f"HTTP_{name}": value for name, value in self.headers.items()}


class _Task(WSGITask):  # type: ignore[misc]
    """An answer of the application; while the service stops it is the last one of its connection."""

    def build_response_header(self) -> bytes:
        """The first lines of the answer."""
        if not self.channel.server.accepting:
            self.request.headers["CONNECTION"] = "close"
        header: bytes = super().build_response_header()
        return header


class _Refusal(ErrorTask):  # type: ignore[misc]
    """An answer of the server itself, to what never reached the application: like all others."""

    def execute(self) -> None:
        """Write the answer and close the connection."""
        status = HTTPStatus(self.request.error.code)
        told = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": _WORDS[int(status)]}
        body = json.dumps(told).encode()
        self.status = f"{int(status)} {status.phrase}"
        self.response_headers = [("Content-Type", "application/problem+json"), *PROGRAM_HEADERS.items()]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task
    error_task_class = _Refusal


class _Nowhere(OverflowableBuffer):  # type: ignore[misc]
    """A buffer that keeps nothing."""

    def append(self, s: bytes) -> None:
        """Forget these bytes."""
