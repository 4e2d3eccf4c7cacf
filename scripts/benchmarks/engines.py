"""The benchmark `engines`: the folder on disk and a Milvus database, at the same sizes, with the same documents."""

import argparse
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from question_files import read_questions
from terminal import say

from benchmarks import sizes
from benchmarks.machine import peak_memory_mb
from benchmarks.paragraphs import Paragraphs, write_documents
from benchmarks.stand_in import StandIn
from benchmarks.table import Table, percentiles
from corpus.library import Library
from index.build import Phase, build
from index.encoder import Vectors, load_encoder
from index.engines import engine_for
from index.errors import IndexingError
from index.search import Searcher

_SIZES = (20_000,)
_DEPTH = 10
_START_S = 30.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """What else may be said to this benchmark."""
    sizes.add_options(parser, _SIZES)
    parser.add_argument("--milvus", metavar="URI", help="a Milvus server; else Milvus Lite, in a process of its own")


def engines(given: argparse.Namespace) -> Table:
    """Build, answers, memory and disk of both engines, and how many of the first ten hits are the same.

    Texts and vectors are as in the benchmark `sizes`. What a Milvus server needs of memory and disk is its own to tell.
    """
    questions = [question.question for question in read_questions(given.questions) if not question.history]
    paragraphs = Paragraphs.read(given.passages)
    real = sizes.vectors_of_real(paragraphs)
    table: Table = {}
    for size in sorted(given.sizes):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            corpus = folder / "documents"
            count = paragraphs.for_passages(size)
            write_documents(paragraphs.first(count), corpus)
            found: dict[str, list[list[str]]] = {}
            for kind in ("embedded", "milvus"):
                say(f"{size} passages, {kind}")
                with _engine(kind, folder, given.milvus) as (setting, process):
                    built = sizes.apart(_build, setting, corpus, folder / kind, real)
                    asked = sizes.apart(_ask, setting, folder / kind, questions)
                    found[kind] = asked.pop("hits")
                    row = {"paragraphs": count, **built, **asked}
                    if process is not None:
                        row["engine memory MB"] = peak_memory_mb(process.pid)
                    if given.milvus is None or kind == "embedded":
                        row["disk MB"] = round(_bytes_below(folder / kind) / 2**20, 1)
                    table[f"{kind}, {size}"] = row
            same = [len(set(a) & set(b)) / len(a) for a, b in zip(*found.values(), strict=True) if a]
            table[f"milvus, {size}"]["overlap@10"] = round(float(np.mean(same)), 4)
    return table


@contextlib.contextmanager
def _engine(kind: str, folder: Path, uri: str | None) -> Iterator[tuple[str, "subprocess.Popen[bytes] | None"]]:
    """The setting of an engine, and the process that was started for it, if one was."""
    if kind == "embedded" or uri is not None:
        yield ("embedded" if kind == "embedded" else f"milvus:{uri}"), None
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(folder / kind / "lite")]
    (folder / kind).mkdir()
    process = subprocess.Popen(  # noqa: S603 (our own interpreter)
        [*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield f"milvus:http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


def _build(setting: str, corpus: Path, data: Path, real: Vectors) -> dict[str, Any]:
    """Seconds of a first build without its encoding, and the builder's memory."""
    began: dict[Phase, float] = {}

    def on_progress(phase: Phase, done: int, total: int) -> None:
        began.setdefault(phase, time.perf_counter())

    encoder = StandIn(load_encoder(None), real)
    started = time.perf_counter()
    report = build(Library(corpus), encoder, data, on_progress, engine=engine_for(setting, data))
    seconds = time.perf_counter() - started - (began["verify"] - began["encode"])
    return {
        "passages": report.manifest.passages,
        "build s": round(seconds, 1),
        "builder MB": peak_memory_mb(os.getpid()),
    }


def _ask(setting: str, data: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Answers, what opening takes, and the memory of who answers."""
    encoder = load_encoder(None)
    engine = engine_for(setting, data)
    started = time.perf_counter()
    searcher = Searcher(engine.open(engine.current_version()), encoder)
    searcher.ask(questions[0])
    opened_s = time.perf_counter() - started
    seconds, hits = [], []
    for question in questions:
        started = time.perf_counter()
        answer = searcher.ask(question, limit=_DEPTH)
        seconds.append(time.perf_counter() - started)
        hits.append([hit.place.address for hit in answer.hits])
    with contextlib.suppress(IndexingError):
        version = engine.current_version()
        started = time.perf_counter()
        engine.activate(version)
    return {
        "open s": round(opened_s, 2),
        **percentiles(seconds),
        "switch ms": round(1000 * (time.perf_counter() - started), 1),
        "service MB": peak_memory_mb(os.getpid()),
        "hits": hits,
    }


def _bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
