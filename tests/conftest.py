"""What the tests share: the letter, a small index with a fake encoder, the real model, a real server, a browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from waitress.server import create_server

# Before anything imports the hub's client: the tests, like the product, never ask a hub.
os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"

from fake_encoder import CountingEncoder

from corpus import library
from corpus.confined import ConfinedReader
from corpus.document import Document
from corpus.library import Library
from corpus.readers import read_document
from index.adapter import adapted
from index.build import build
from index.encoder import Encoder, load_plain_encoder
from index.search import Searcher
from index.snapshot import SnapshotFolder
from service.app import create_app
from service.builds import Builds
from service.config import Config
from service.serving import ServedIndex

ROOT = Path(__file__).resolve().parent.parent
LETTER = ROOT / "corpus" / "documents" / "kst-27925-681.txt"
SHARED = ROOT.parent / "shared"
WORDS = ("gctf", "burgemeesters", "rechters", "drones", "software", "canada", "nederland", "ijj", "iij", "het", "de")


@pytest.fixture(scope="session")
def letter() -> Document:
    """The letter as the plain-text reader reads it."""
    return read_document(LETTER)


@pytest.fixture(scope="session", autouse=True)
def one_reader() -> Iterator[None]:
    """Let builds in this process share the process that reads: hundreds of tests build, and each would start one."""
    with ConfinedReader() as reader, pytest.MonkeyPatch.context() as patched:
        patched.setattr(library, "ConfinedReader", lambda: nullcontext(reader))
        yield


@pytest.fixture
def encoder() -> CountingEncoder:
    """A fake encoder that knows some words of the letter."""
    return CountingEncoder(WORDS)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A documents folder with the letter in it."""
    folder = tmp_path / "documents"
    folder.mkdir()
    shutil.copy(LETTER, folder)
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "var"


@pytest.fixture
def searcher(corpus: Path, data: Path, encoder: CountingEncoder) -> Searcher:
    """A searcher over the letter, with the fake encoder."""
    build(Library(corpus), encoder, data)
    folder = SnapshotFolder(data)
    return Searcher(folder.open(folder.current_version()), encoder)


def make_app(data: Path, corpus: Path, encoder: CountingEncoder, **settings: object) -> Flask:
    """The application, with builds that run in this process with the fake encoder."""
    builds = Builds(data, lambda build_id: build(Library(corpus), encoder, data, build_id=build_id) and None)
    return create_app(Config(data=data, corpus=corpus, **settings), ServedIndex(data, encoder), builds)


@pytest.fixture
def client(corpus: Path, data: Path, encoder: CountingEncoder):
    """A Flask client of the service over the letter, with the fake encoder."""
    build(Library(corpus), encoder, data)
    return make_app(data, corpus, encoder).test_client()


@pytest.fixture(scope="session")
def plain_encoder() -> Encoder:
    """The real model, as it is."""
    return load_plain_encoder(None)


@pytest.fixture(scope="session")
def model_encoder(plain_encoder: Encoder) -> Encoder:
    """The real model, with what was learned for it."""
    return adapted(plain_encoder)


@pytest.fixture(scope="session")
def model_searcher(model_encoder: Encoder, tmp_path_factory) -> Searcher:
    """The letter, indexed by the real model."""
    data = tmp_path_factory.mktemp("model") / "var"
    build(Library(LETTER.parent), model_encoder, data)
    folder = SnapshotFolder(data)
    return Searcher(folder.open(folder.current_version()), model_encoder)


@dataclass
class Server:
    """A server process and where it answers."""

    url: str
    process: subprocess.Popen[bytes]
    data: Path
    log: Path

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Stop the process and give its exit status."""
        self.process.send_signal(with_signal)
        return self.process.wait(20)


def free_port() -> int:
    """A port that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which a thread of this process serves an application, until the context ends."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    over = threading.Event()

    def serve() -> None:
        # In turns of one look: closed from outside, the sockets would go while the server waits for them.
        while not over.is_set():
            server.asyncore.loop(timeout=1, map=server._map, count=1)

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        over.set()
        server.pull_trigger()
        serving.join()
        server.task_dispatcher.shutdown()
        server.asyncore.close_all(server._map)


def start_server(data: Path, corpus: Path, **settings: str) -> Server:
    """Start the service as its own process, with the real model, and wait until it answers."""
    port = free_port()
    data.parent.mkdir(parents=True, exist_ok=True)
    log = data.parent / "server.log"
    environment = os.environ | {
        "VINDPLAATS_PORT": str(port),
        "VINDPLAATS_DATA": str(data),
        "VINDPLAATS_CORPUS": str(corpus),
        **settings,
    }
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "scripts/serve.py"], cwd=ROOT, env=environment, stderr=output)
    server = Server(f"http://127.0.0.1:{port}", process, data, log)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/health/ready", timeout=5):
                return server
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    process.kill()
    process.wait()
    raise AssertionError(f"the server did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Server]:
    """A real server process over the letter, with the real model."""
    folder = tmp_path_factory.mktemp("server")
    started = start_server(folder / "var", LETTER.parent)
    yield started
    if started.process.poll() is None:
        started.stop()


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium; skipped where there is none, which is a failure when CI is set."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if not chromium:
        message = "the browser tests need Debian's chromium: apt-get install chromium"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield started
        started.close()
