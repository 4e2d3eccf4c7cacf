"""Measure speed as ratios within one run: of reading, of building, of the model, of starting and of answering.

    .venv/bin/python scripts/benchmark.py formats
    .venv/bin/python scripts/benchmark.py adding
    .venv/bin/python scripts/benchmark.py asking
    .venv/bin/python scripts/benchmark.py encoding
    .venv/bin/python scripts/benchmark.py cold-start
    .venv/bin/python scripts/benchmark.py throughput
    .venv/bin/python scripts/benchmark.py pages

The formats need the test extra (scripts/test makes it): the letter is rendered by the tests' own renderers.
"""

import argparse
import importlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from benchmark_encoding import encoding
from benchmark_serving import cold_start, throughput
from terminal import failing_in_one_sentence, load_encoder_visibly, say
from werkzeug.test import TestResponse

from corpus.confined import ConfinedReader
from corpus.library import Library
from corpus.readers import read_document
from index.build import build
from index.encoder import Encoder, OnEncoded, Vectors
from index.passages import split_into_sentences
from service.app import create_app
from service.builds import Builds
from service.config import Config
from service.serving import ServedIndex

_ROOT = Path(__file__).resolve().parent.parent
_LETTER = _ROOT / "corpus" / "documents" / "kst-27925-681.txt"
_LETTER_PAGES = 5
_BUSY_LOAD = 1.0
_DOCUMENTS, _PARAGRAPHS = 1000, 20
_ADDED_WHILE_ASKING = 3
_PAUSE_S = 0.1

Table = dict[str, dict[str, Any]]


def main() -> int:
    """Run one benchmark and print a table, or JSON."""
    benchmarks: dict[str, Callable[[], Table]] = {"formats": formats, "adding": adding, "asking": asking}
    benchmarks |= {"encoding": encoding, "cold-start": cold_start, "throughput": throughput, "pages": pages}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=benchmarks)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--even-if-busy", action="store_true", help="measure although other programs are running")
    given = parser.parse_args()
    with failing_in_one_sentence():
        load = os.getloadavg()[0]
        if load > _BUSY_LOAD and not given.even_if_busy:
            say(f"The machine is busy (load {load:.1f}); wait, or measure anyway with --even-if-busy.")
            return 1
        table = benchmarks[given.what]()
        print(json.dumps(table, indent=2) if given.json else _as_text(table))
        return 0
    return 1


def formats() -> Table:
    """Pages a second for each format, and how many times slower than plain text; the confined reader beside them."""
    sys.path.append(str(_ROOT / "tests"))

    def rendered(module: str, function: str) -> bytes:
        made: bytes = getattr(importlib.import_module(module), function)(letter)
        return made

    letter = read_document(_LETTER)
    files: dict[str, bytes] = {
        "text": _LETTER.read_bytes(),
        "xml": rendered("rendering_xml", "official_xml"),
        "html": rendered("rendering_html", "new_page"),
        "docx": rendered("rendering_docx", "render_docx"),
        "odt": rendered("rendering_odt", "render_odt"),
        "markdown": rendered("rendering_markdown", "render_markdown"),
        "pdf": rendered("rendering_pdf", "render_pdf"),
    }
    table: Table = {}
    with tempfile.TemporaryDirectory() as folder, ConfinedReader() as confined:
        for name, data in files.items():
            path = Path(folder) / name
            path.write_bytes(data)
            in_process, apart = _in_turn([lambda p=path: read_document(p), lambda p=path: confined.read(p)])  # type: ignore[misc]
            table[name] = {
                "pages/s": round(_LETTER_PAGES / in_process, 1),
                "pages/s in a process apart": round(_LETTER_PAGES / apart, 1),
            }
    for row in table.values():
        row["times slower than text"] = round(table["text"]["pages/s"] / row["pages/s"], 2)
    return table


def adding() -> Table:
    """Seconds to add one letter to the single letter and to 20,000 paragraphs, with the real model for what is new.

    The 20,000 paragraphs are shuffled sentences of the letter; their vectors are random, since only what is added
    is encoded in the step that is measured.
    """
    encoder = load_encoder_visibly(Config.from_env().model)
    table: Table = {}
    for name, documents in (("to 20 paragraphs", 1), (f"to {_DOCUMENTS * _PARAGRAPHS} paragraphs", _DOCUMENTS)):
        with tempfile.TemporaryDirectory() as folder:
            corpus, data = Path(folder) / "documents", Path(folder) / "var"
            corpus.mkdir()
            for number, text in enumerate(_made_letters(documents)):
                (corpus / f"brief-{number:05}.txt").write_text(text, "utf-8")
            build(Library(corpus), _RandomFor(encoder), data)
            (corpus / "nieuw.txt").write_text(next(iter(_made_letters(1, seed=99))), "utf-8")
            started = time.perf_counter()
            report = build(Library(corpus), _RandomFor(encoder, is_real=True), data)
            seconds = time.perf_counter() - started
            table[name] = {"seconds to add one": round(seconds, 2), "texts encoded": report.encoded}
    first, second = table.values()
    second["ratio"] = round(second["seconds to add one"] / first["seconds to add one"], 2)
    return table


def asking() -> Table:
    """Answer time over HTTP at rest and while a build encodes, in milliseconds, from one client at a person's pace."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, data = Path(folder) / "documents", Path(folder) / "var"
        corpus.mkdir()
        (corpus / _LETTER.name).write_bytes(_LETTER.read_bytes())
        port = "8765"
        settings = {"VINDPLAATS_DATA": str(data), "VINDPLAATS_CORPUS": str(corpus), "VINDPLAATS_PORT": port}
        process = subprocess.Popen(  # noqa: S603 (our own interpreter, our own program)
            [sys.executable, str(_ROOT / "scripts" / "serve.py")], env=os.environ | settings, stderr=subprocess.DEVNULL
        )
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_ready(url)
            rest_ends = time.perf_counter() + 20
            at_rest = _ask_for(url, lambda: time.perf_counter() < rest_ends)
            for number, text in enumerate(_made_letters(_ADDED_WHILE_ASKING, seed=5)):
                (corpus / f"brief-{number:05}.txt").write_text(text, "utf-8")
            record = _post(f"{url}/v1/index-builds", b"")
            state = {"status": "queued"}

            def watch() -> None:
                while state["status"] in ("queued", "running"):
                    with urllib.request.urlopen(f"{url}/v1/index-builds/{record['id']}", timeout=60) as response:  # noqa: S310
                        state["status"] = json.load(response)["status"]
                    time.sleep(0.5)

            watching = threading.Thread(target=watch)
            watching.start()
            building = _ask_for(url, lambda: state["status"] in ("queued", "running"))
            watching.join()
        finally:
            process.terminate()
            process.wait(30)
    table = {"at rest": _percentiles(at_rest), "while building": _percentiles(building)}
    table["while building"]["build"] = state["status"]
    for name in ("p50 ms", "p99 ms"):
        table["while building"][f"{name.split()[0]} ratio"] = round(
            table["while building"][name] / table["at rest"][name], 2
        )
    return table


def pages() -> Table:
    """Milliseconds that the server takes for each page, and how many times what an answer as JSON takes."""
    encoder = load_encoder_visibly(Config.from_env().model)
    asked = {"question": "Wat is het GCTF?"}
    with tempfile.TemporaryDirectory() as folder:
        config = Config(data=Path(folder), corpus=_LETTER.parent)
        build(Library(config.corpus), encoder, config.data)
        builds = Builds(config.data, lambda build_id: None)
        client = create_app(config, ServedIndex(config.data, encoder), builds).test_client()
        actions: dict[str, Callable[[], TestResponse]] = {
            "answer as JSON": lambda: client.post("/v1/passages/_search", json=asked),
            "/": lambda: client.get("/"),
            "answer": lambda: client.post("/", data=asked),
            "sixth answer of a conversation": lambda: client.post("/", data={**asked, "history": 5 * ["Wie?"]}),
            "the same, five shown": lambda: client.post("/", data={**asked, "history": 5 * ["Wie?"], "shown": "5"}),
            "/documents": lambda: client.get("/documents"),
            "letter": lambda: client.get(f"/documents/{_LETTER.stem}"),
            "export": lambda: client.post("/export", data={"history": asked["question"]}),
        }
        if failing := [name for name, action in actions.items() if action().status_code != 200]:
            raise OSError(f"no answer from {', '.join(failing)}")
        seconds = dict(zip(actions, _in_turn(list(actions.values())), strict=True))
    return {
        name: {"ms": round(1000 * taken, 1), "times JSON": round(taken / seconds["answer as JSON"], 2)}
        for name, taken in seconds.items()
    }


class _RandomFor:
    """The real encoder's stand-in for texts whose vectors do not matter; `is_real` for those that are measured."""

    def __init__(self, encoder: Encoder, *, is_real: bool = False) -> None:
        self._encoder = encoder
        self._is_real = is_real
        self.name, self.fingerprint, self.dim = encoder.name, encoder.fingerprint, encoder.dim

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, shape (len(texts), dim)."""
        return self._encoder.encode_questions(texts)

    def encode_passages(self, texts: Sequence[str], on_encoded: OnEncoded | None = None) -> Vectors:
        """Encode passages, shape (len(texts), dim)."""
        if self._is_real:
            return self._encoder.encode_passages(texts, on_encoded)
        vectors = np.random.default_rng(len(texts)).standard_normal((len(texts), self.dim)).astype(np.float32)
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def _made_letters(count: int, seed: int = 1) -> Iterable[str]:
    """Texts of 20 paragraphs of four shuffled sentences of the letter, each with a number that makes it new."""
    chance = random.Random(seed)  # noqa: S311 (data for measuring)
    letter = read_document(_LETTER)
    sentences = [span.of(p.text) for p in letter.paragraphs for span in split_into_sentences(p.text)]
    for number in range(count):
        paragraphs = [
            " ".join(f"{sentence[:-1]} ({seed}-{number}-{place})." for sentence in chance.sample(sentences, 4))
            for place in range(_PARAGRAPHS)
        ]
        yield "\n\n".join(paragraphs) + "\n"


def _in_turn(actions: Sequence[Callable[[], object]], rounds: int = 7) -> list[float]:
    """The median seconds of each action, run in turn so that a change of the machine's speed hits all alike."""
    seconds: list[list[float]] = [[] for _ in actions]
    for _ in range(rounds + 1):
        for taken, action in zip(seconds, actions, strict=True):
            started = time.perf_counter()
            action()
            taken.append(time.perf_counter() - started)
    return [statistics.median(taken[1:]) for taken in seconds]


def _wait_until_ready(url: str) -> None:
    ends = time.perf_counter() + 120
    while time.perf_counter() < ends:
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=5):  # noqa: S310 (our own server)
                return
        except OSError:
            time.sleep(0.2)
    raise OSError(f"no server answers on {url}")


def _post(url: str, body: bytes) -> dict[str, Any]:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 (our own server)
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 (our own server)
        answer: dict[str, Any] = json.load(response)
        return answer


def _ask_for(url: str, goes_on: Callable[[], bool]) -> list[float]:
    """Ask one question after the other; seconds each took. Any failure ends the benchmark."""
    questions = ("Wat is het GCTF?", "Welke rol spelen burgemeesters?", "How many justice professionals were trained?")
    bodies = [json.dumps({"question": question}).encode() for question in questions]
    seconds: list[float] = []
    while goes_on():
        started = time.perf_counter()
        _post(f"{url}/v1/passages/_search", bodies[len(seconds) % len(bodies)])
        seconds.append(time.perf_counter() - started)
        time.sleep(_PAUSE_S)
    return seconds


def _percentiles(seconds: Sequence[float]) -> dict[str, Any]:
    return {
        "answers": len(seconds),
        "p50 ms": round(1000 * float(np.percentile(seconds, 50)), 1),
        "p99 ms": round(1000 * float(np.percentile(seconds, 99)), 1),
    }


def _as_text(table: Table) -> str:
    columns = list(dict.fromkeys(column for row in table.values() for column in row))
    width = max(map(len, table))
    lines = [f"{'':{width}}  " + "  ".join(columns)]
    for name, row in table.items():
        lines.append(f"{name:{width}}  " + "  ".join(f"{row.get(column, '')!s:>{len(column)}}" for column in columns))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
