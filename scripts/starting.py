"""From the settings to a service that answers: its address, who may reach it, its index, its pages and its builds."""

import errno
import logging
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from serving import make_server, run
from terminal import BuildProgress, say, tell_build, tell_in_logs

from corpus.library import Library
from index.build import BuildReport, build
from index.encoder import Encoder
from index.engine import Engine
from index.errors import BuildRunning, IndexingError
from service import logs
from service.app import create_app
from service.build_process import process_builds
from service.builds import build_on_changes
from service.config import BadSetting, Config
from service.serving import ServedIndex
from service.tokens import TokenError, Tokens

_BUILD_PATIENCE_S = 3600.0


class PortUnavailable(IndexingError):
    """The address to serve on cannot be had."""


def start(config: Config, engine: Engine, finish_encoder: Callable[[], Encoder]) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    logs.configure(config.log)
    tell_in_logs(config.log == "json")
    # Before the model is waited for: who forgot that it runs already should hear so at once.
    listener = _bind(config)
    _check_access(config)
    _make_private(config.data)
    logging.getLogger("waitress").setLevel(logging.ERROR)
    _serve(config, listener, engine, finish_encoder())


def _serve(config: Config, listener: socket.socket, engine: Engine, encoder: Encoder) -> None:
    """Bring the index up to date and answer from it."""
    library = Library(config.corpus)
    progress = BuildProgress()
    report: BuildReport | None = None
    try:
        report = build(library, encoder, config.data, progress, kept=config.kept_snapshots, engine=engine)
    except BuildRunning:
        say("Another process is building the index.")
        if not engine.kept():
            # Nothing to serve before it has ended; what it leaves undone is done then.
            report = build(library, encoder, config.data, progress, patience_s=_BUILD_PATIENCE_S, engine=engine)
    progress.close()
    if report:
        tell_build(report)
    incoming = config.data / "incoming"
    incoming.mkdir(mode=0o700, exist_ok=True)
    tempfile.tempdir = str(incoming)
    served = ServedIndex(config.data, encoder, engine)
    if report and report.opened:
        # A large index takes seconds to open: once is enough.
        served.serve(report.opened)
    served.searcher()
    # A model that was opened, but cannot be run, is told now instead of to who asks first.
    encoder.encode_questions(["warm"])
    served.follow()
    builds = process_builds(config)
    if config.watch:
        build_on_changes(config.corpus, builds)
    say(f"Vindplaats answers on {_url(config)} (stop with Ctrl-C)")
    run(make_server(create_app(config, served, builds), config, listener))


def _check_access(config: Config) -> None:
    """Refuse to serve others, or to hide what is read, before there is a token to let anybody in."""
    if (config.is_exposed or config.reading == "token") and not Tokens(config.data).all():
        why = "others can reach this service" if config.is_exposed else "VINDPLAATS_READING=token asks for a token"
        raise TokenError(f"{why}, and there is no token yet; make one first: scripts/make_token.py make NAME")


def _make_private(data: Path) -> None:
    """Keep what this process writes, and all that is in the data folder, from the machine's other users."""
    os.umask(0o077)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        data.chmod(0o700)
    except OSError as error:
        say(f"The data folder {data} is readable by others, and cannot be closed to them ({error.strerror}).")


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
