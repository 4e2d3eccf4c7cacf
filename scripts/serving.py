"""The web server around the application: its limits, and a stop that lets who is being answered finish."""

import logging
import signal
import socket
import sys
import threading
import time
from types import FrameType

import waitress
from connections import channel_class
from flask import Flask
from waitress.server import BaseWSGIServer

from index.question_queue import ROOM
from service.config import Config

# While as many questions wait as may, pages and probes are still answered.
_THREADS = ROOM + 8
# To start them all takes 30 ms, for which who asks first need not wait.
_FIRST_THREADS = 4
# Of an upload by who may add documents; of others see `connections`.
_MAX_BODY_BYTES = 128 * 1024 * 1024
_MAX_HEADER_BYTES = 16 * 1024
# What is larger is kept on disk while it comes in, below the data folder: a thousand clients fill no memory.
_BODY_IN_MEMORY_BYTES = 128 * 1024
# Waiting connections cost a descriptor each and no thread.
_MOST_CONNECTIONS = 1000
_SILENCE_S = 30
# Who sends a byte now and then is not silent; a whole request must come in within this.
_REQUEST_S = 300
_LOOK_EVERY_S = 0.1
_FINISH_WITHIN_S = 25.0

_log = logging.getLogger(__name__)


def make_server(application: Flask, config: Config, listener: socket.socket) -> BaseWSGIServer:
    """The server, listening."""
    proxy: dict[str, object] = {"clear_untrusted_proxy_headers": False}
    if config.trusted_proxy is not None:
        proxy = {
            "trusted_proxy": config.trusted_proxy,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
            "clear_untrusted_proxy_headers": True,
        }
    server = waitress.create_server(
        application,
        sockets=[listener],
        threads=_FIRST_THREADS,
        ident=None,
        max_request_header_size=_MAX_HEADER_BYTES,
        max_request_body_size=_MAX_BODY_BYTES,
        inbuf_overflow=_BODY_IN_MEMORY_BYTES,
        connection_limit=_MOST_CONNECTIONS,
        channel_timeout=_SILENCE_S,
        cleanup_interval=_SILENCE_S // 3,
        asyncore_use_poll=True,
        **proxy,
    )
    server.channel_class = channel_class(application, config)
    return server


def run(server: BaseWSGIServer) -> None:
    """Serve until Ctrl-C, which stops at once, or SIGTERM, which lets those who are being answered finish."""
    stopping = threading.Event()

    def stop(signal_number: int, frame: FrameType | None) -> None:
        # The second time at once: from whoever is in a hurry, or from `_finish`.
        if stopping.is_set():
            sys.exit(0)
        stopping.set()
        server.accepting = False
        # Who comes now hears at once that nobody answers here; what was accepted is finished.
        server.socket.shutdown(socket.SHUT_RD)
        threading.Thread(target=_finish, args=(server,), name="finish", daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    # Tokens are read anew whenever they change; who asks for it need not end the service.
    signal.signal(signal.SIGHUP, lambda signal_number, frame: _log.info("tokens are read as they change"))
    threading.Thread(target=_tend, args=(server,), name="tend", daemon=True).start()
    server.run()
    # It stops: told so once more while it waits for its threads it would end with a traceback.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _finish(server: BaseWSGIServer) -> None:
    """Wait until no request is being answered, then stop the server."""
    deadline = time.monotonic() + _FINISH_WITHIN_S
    while time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_S)
        if not any(channel.requests or channel.total_outbufs_len for channel in list(server.active_channels.values())):
            break
    signal.raise_signal(signal.SIGTERM)


def _tend(server: BaseWSGIServer) -> None:
    """Give the server the rest of its threads, one by one, and then watch over its requests."""
    for count in range(_FIRST_THREADS, _THREADS):
        server.task_dispatcher.set_thread_count(count + 1)
    _end_slow_requests(server)


def _end_slow_requests(server: BaseWSGIServer) -> None:
    """Close connections whose request has been coming in for too long."""
    began: dict[int, tuple[object, float]] = {}
    while True:
        time.sleep(_SILENCE_S / 3)
        now = time.monotonic()
        coming = {id(c.request): c for c in list(server.active_channels.values()) if c.request is not None}
        began = {key: began.get(key, (channel.request, now)) for key, channel in coming.items()}
        for key, channel in coming.items():
            if now - began[key][1] > _REQUEST_S:
                channel.will_close = True
