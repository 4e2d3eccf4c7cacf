"""The benchmark `sizes`: how each figure grows with the collection."""

import argparse
import math
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from question_files import read_questions
from terminal import say

from benchmarks.machine import peak_memory_mb
from benchmarks.paragraphs import Paragraphs, write_documents
from benchmarks.questions import LETTER_QUESTIONS
from benchmarks.server import Served, ask, ask_while, build_status, serving, start_build
from benchmarks.stand_in import StandIn
from benchmarks.table import Table, exponent, percentiles
from benchmarks.web_page import web_page
from corpus.library import Library
from index.build import Phase, build
from index.encoder import Vectors, load_encoder
from index.search import Searcher
from index.snapshot import SnapshotFolder
from index.snapshot_contents import Snapshot

_SIZES = (1_000, 20_000, 100_000)
# Real texts whose vectors made ones lie between.
_REAL_VECTORS = 500
_ASKED_TIMES = 8
_COMPARED, _ROWS_AT_ONCE = 10, 100_000
_PAUSE_S = 0.05
_ADDED_WITHIN_S = 900.0
_NEW_QUESTION, _NEW_ANSWER = (
    "Wat komt er langs het {name} kanaal?",
    "Langs het {name} kanaal komt in 2027 een fietspad van rood asfalt.",
)
_GROWTH = "grows with size to the power of"
# What is no cost that grows.
_NOT_FITTED = ("passages", "paragraphs", "real text", "recall@10")


def add_options(parser: argparse.ArgumentParser, usual: Sequence[int] = _SIZES) -> None:
    """What else may be said to a benchmark of sizes, `usual` when none is named."""
    shown = f"sizes ({' '.join(map(str, usual))})"
    parser.add_argument("sizes", nargs="*", type=int, default=usual, metavar="PASSAGES", help=shown)
    parser.add_argument(
        "--passages",
        type=Path,
        action="append",
        default=[],
        metavar="P.jsonl",
        help='take paragraphs ({"text"} a line, perhaps .gz) from here; else from the letter',
    )
    parser.add_argument("--questions", type=Path, default=LETTER_QUESTIONS, metavar="Q.jsonl", help="ask these")


def sizes(given: argparse.Namespace) -> Table:
    """Answers, build, adding one, memory, restart and disk at several sizes, and the exponent of growth of each.

    Texts are real as far as "real text" says; after that sentences are shuffled. Vectors of passages are made between
    those of 500 real texts, so a build is measured without encoding; questions, and what is added, are encoded for
    real. Each step has a process of its own.
    """
    questions = [question.question for question in read_questions(given.questions) if not question.history]
    paragraphs = Paragraphs.read(given.passages)
    real = vectors_of_real(paragraphs)
    table: Table = {}
    for size in sorted(given.sizes):
        say(f"{size} passages")
        with tempfile.TemporaryDirectory() as folder:
            table[str(size)] = _measure(size, paragraphs, real, questions, Path(folder))
    return with_growth(table)


def vectors_of_real(paragraphs: Paragraphs) -> Vectors:
    """The vectors of some real texts, between which those of others are made."""
    step = max(1, len(paragraphs.real) // _REAL_VECTORS)
    return load_encoder(None).encode_passages(paragraphs.real[::step][:_REAL_VECTORS])


def with_growth(table: Table) -> Table:
    """The table with a row of the exponents of its columns over "passages", where there are several sizes."""
    rows = list(table.values())
    counts = [row["passages"] for row in rows]
    fitted = {
        column: round(exponent(counts, [row[column] for row in rows]), 2)
        for column in rows[0]
        if column not in _NOT_FITTED
    }
    # What is not a number is no JSON either.
    grown = {column: value for column, value in fitted.items() if not math.isnan(value)}
    return table | ({_GROWTH: grown} if grown else {})


def _measure(
    size: int, paragraphs: Paragraphs, real: Vectors, questions: Sequence[str], folder: Path
) -> dict[str, Any]:
    corpus, data = folder / "documents", folder / "var"
    count = paragraphs.for_passages(size)
    write_documents(paragraphs.first(count), corpus)
    built = apart(_build, corpus, data, real)
    say(f"  built: {built}")
    asked = apart(_ask, data, questions)
    say(f"  asked: {asked}")
    counts = {"passages": asked.pop("passages"), "paragraphs": count}
    counts["real text"] = f"{min(1.0, len(paragraphs.real) / count):.0%}"
    served = _serve(corpus, data, questions)
    say(f"  served: {served}")
    return counts | asked | built | served


def apart(function: Callable[..., dict[str, Any]], *arguments: object) -> dict[str, Any]:
    """What a function gives in a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _build(corpus: Path, data: Path, real: Vectors) -> dict[str, Any]:
    """Seconds of a first build without its encoding."""
    began: dict[Phase, float] = {}

    def on_progress(phase: Phase, done: int, total: int) -> None:
        began.setdefault(phase, time.perf_counter())

    encoder = StandIn(load_encoder(None), real)
    started = time.perf_counter()
    build(Library(corpus), encoder, data, on_progress)
    seconds = time.perf_counter() - started - (began["verify"] - began["encode"])
    return {"build s": round(seconds, 2), "build memory MB": peak_memory_mb(os.getpid())}


def _ask(data: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Answers within one process; how many of the truly nearest ten passages the dense side finds; size on disk."""
    encoder = load_encoder(None)
    folder = SnapshotFolder(data)
    version = folder.current_version()
    snapshot = folder.open(version)
    searcher = Searcher(snapshot, encoder)
    searcher.ask(questions[0])
    seconds = []
    for question in [*questions] * _ASKED_TIMES:
        started = time.perf_counter()
        searcher.ask(question)
        seconds.append(time.perf_counter() - started)
    on_disk = sum(path.stat().st_size for path in (data / "snapshots" / version).iterdir())
    return {
        "passages": len(snapshot.passages),
        **percentiles(seconds),
        "recall@10": round(recall(snapshot, encoder.encode_questions(questions)), 4),
        "disk MB": round(on_disk / 2**20, 1),
    }


def recall(snapshot: Snapshot, queries: Vectors) -> float:
    """The share of the ten passages nearest to each query, by comparing all, that the snapshot's dense side finds."""
    scores = np.hstack(
        [
            queries @ snapshot.dense.vectors(np.arange(start, min(start + _ROWS_AT_ONCE, snapshot.dense.rows))).T
            for start in range(0, snapshot.dense.rows, _ROWS_AT_ONCE)
        ]
    )
    count = min(_COMPARED, snapshot.dense.rows)
    # By score, not by row: of passages with equal vectors one is as near as the other.
    worst = np.sort(scores, axis=1)[:, -count]
    found = snapshot.dense.nearest(queries, count)
    near = [np.sum(scores[number, rows] >= worst[number] - 1e-6) for number, rows in enumerate(found)]
    return float(np.mean(near) / count)


def _serve(corpus: Path, data: Path, questions: Sequence[str]) -> dict[str, Any]:
    """From starting a server to its first answer, answers over HTTP, memory, and what adding one document takes."""

    def answers_at_all(served: Served) -> bool:
        try:
            return bool(ask(served.connect(), questions[0]))
        except OSError:
            return False

    started = time.perf_counter()
    with serving(data, corpus, answers_at_all) as served:
        restart_s = time.perf_counter() - started
        ends = len(questions) * _ASKED_TIMES
        turns = iter(range(ends))
        seconds, _ = ask_while(served, lambda: next(turns, None) is not None, questions)
        memory_mb = peak_memory_mb(served.process.pid)
        first_s, _ = _add_one(served, corpus, questions, "eerste")
        later = [_add_one(served, corpus, questions, name) for name in ("tweede", "derde", "vierde")]
    return {
        **percentiles(seconds, "HTTP "),
        "restart s": round(restart_s, 2),
        "memory MB": memory_mb,
        "add first s": round(first_s, 2),
        "add one s": round(statistics.median(seconds for seconds, _ in later), 2),
        "p99 ms while adding": percentiles([each for _, meanwhile in later for each in meanwhile])["p99 ms"],
    }


def _add_one(served: Served, corpus: Path, questions: Sequence[str], name: str) -> tuple[float, list[float]]:
    """Seconds until a new document of 20 paragraphs is found, and what other answers took meanwhile.

    Two clients ask, one of them for what is new. Before the first document no process is ready to build.
    """
    question, answer = _NEW_QUESTION.format(name=name), _NEW_ANSWER.format(name=name)
    others = [f"Alinea {number} van het {name} stuk gaat over vak {number} van de weg." for number in range(19)]
    (corpus / f"{name}.html").write_text(web_page([answer, *others], f"Het {name} stuk"), "utf-8")
    found = threading.Event()
    took_s = 0.0

    def look() -> None:
        nonlocal took_s
        started = time.perf_counter()
        address = start_build(served)
        connection = served.connect()
        while time.perf_counter() - started < _ADDED_WITHIN_S:
            found_now = ask(connection, question)
            if found_now and found_now["passages"] and found_now["passages"][0]["text"] == answer:
                took_s = time.perf_counter() - started
                break
            time.sleep(_PAUSE_S)
        found.set()
        # It serves before its build has tidied up, and a build outlives its server.
        while build_status(served, address) in ("queued", "running"):
            time.sleep(_PAUSE_S)

    looking = threading.Thread(target=look)
    looking.start()
    meanwhile, _ = ask_while(served, lambda: not found.is_set(), questions, pause_s=_PAUSE_S)
    looking.join()
    if not took_s:
        raise OSError("the document that was added is not found")
    return took_s, meanwhile
