"""Serve the documents; builds the index first when it is missing or out of date."""

import argparse
import errno
import logging
import os
import socket
import tempfile

import waitress
from terminal import BuildProgress, failing_in_one_sentence, load_encoder_visibly, say, tell_build

from corpus.library import Library
from index.build import BuildReport, BuildRunning, build
from index.errors import IndexingError
from index.question_queue import ROOM
from index.snapshot import SnapshotFolder
from service import create_app
from service.builds import build_on_changes, process_builds
from service.config import BadSetting, Config
from service.serving import ServedIndex

# While as many questions wait as may, pages and probes are still answered.
_THREADS = ROOM + 8
_BUILD_PATIENCE_S = 3600.0
# Waitress answers what is larger itself; smaller bodies reach the application, which explains its own limit.
_MAX_BODY_BYTES = 128 * 1024 * 1024
# What is larger is kept on disk while it comes in, below the data folder.
_BODY_IN_MEMORY_BYTES = 1024 * 1024


class PortUnavailable(IndexingError):
    """The address to serve on cannot be had."""


def main() -> None:
    """Serve until Ctrl-C or SIGTERM."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with failing_in_one_sentence():
        config = Config.from_env()
        # Before the model is loaded: who forgot that it runs already should hear so at once.
        listener = _bind(config)
        logging.getLogger("waitress").setLevel(logging.ERROR)
        encoder = load_encoder_visibly(config.model)
        progress = BuildProgress()
        report: BuildReport | None = None
        library = Library(config.corpus)
        try:
            report = build(library, encoder, config.data, progress, kept=config.kept_snapshots)
        except BuildRunning:
            say("Another process is building the index.")
            if not SnapshotFolder(config.data).kept():
                # Nothing to serve before it has ended; what it leaves undone is done then.
                report = build(library, encoder, config.data, progress, patience_s=_BUILD_PATIENCE_S)
        progress.close()
        if report:
            tell_build(report)
        incoming = config.data / "incoming"
        incoming.mkdir(mode=0o700, exist_ok=True)
        tempfile.tempdir = str(incoming)
        served = ServedIndex(config.data, encoder)
        served.searcher().ask("warm")
        served.follow()
        builds = process_builds(config)
        if config.watch:
            build_on_changes(config.corpus, builds)
        say(f"Vindplaats answers on {_url(config)} (stop with Ctrl-C)")
        waitress.serve(
            create_app(config, served, builds),
            sockets=[listener],
            threads=_THREADS,
            ident=None,
            max_request_body_size=_MAX_BODY_BYTES,
            inbuf_overflow=_BODY_IN_MEMORY_BYTES,
            _quiet=True,
        )


def _bind(config: Config) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            config.host, config.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise BadSetting(
            f"VINDPLAATS_HOST={config.host} is no address of this machine; give one, or 127.0.0.1"
        ) from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortUnavailable(
                f"port {config.port} on {config.host} is in use; stop what uses it, or set VINDPLAATS_PORT"
            ) from error
        raise PortUnavailable(
            f"cannot serve on {config.host} port {config.port} ({os.strerror(error.errno or 0)}); "
            "set VINDPLAATS_HOST and VINDPLAATS_PORT"
        ) from error
    return listener


def _url(config: Config) -> str:
    host = f"[{config.host}]" if ":" in config.host else config.host
    return f"http://{host}:{config.port}"


if __name__ == "__main__":
    main()
