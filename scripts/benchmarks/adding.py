"""The benchmarks `adding` and `asking`: a document comes in, and what that does to who asks."""

import tempfile
import threading
import time
from pathlib import Path

from terminal import load_encoder_visibly

from benchmarks.server import answers_first, ask_while, build_status, for_seconds, serving, start_build
from benchmarks.stand_in import StandIn
from benchmarks.table import Table, percentiles
from benchmarks.texts import LETTER, PARAGRAPHS, QUESTION, QUESTIONS, answers, made_letters
from corpus.library import Library
from corpus.readers import read_document
from index.build import build
from service.config import Config

_DOCUMENTS = 1000
_ADDED_WHILE_ASKING = 3
_AT_REST_S = 20.0
# A person's pace.
_PAUSE_S = 0.1
_LOOKS_EVERY_S = 0.5


def adding() -> Table:
    """Seconds to add one letter to the single letter and to 20,000 paragraphs, with the real model for what is new.

    The 20,000 paragraphs are shuffled sentences of the letter; their vectors are made, since only what is added is
    encoded in the step that is measured.
    """
    encoder = load_encoder_visibly(Config.from_env().model)
    stand_in = StandIn(encoder, encoder.encode_passages([each.text for each in read_document(LETTER).paragraphs]))
    table: Table = {}
    for name, documents in (("to 20 paragraphs", 1), (f"to {_DOCUMENTS * PARAGRAPHS} paragraphs", _DOCUMENTS)):
        with tempfile.TemporaryDirectory() as folder:
            corpus, data = Path(folder) / "documents", Path(folder) / "var"
            corpus.mkdir()
            for number, text in enumerate(made_letters(documents)):
                (corpus / f"brief-{number:05}.txt").write_text(text, "utf-8")
            build(Library(corpus), stand_in, data)
            (corpus / "nieuw.txt").write_text(next(iter(made_letters(1, seed=99))), "utf-8")
            started = time.perf_counter()
            report = build(Library(corpus), encoder, data)
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
        (corpus / LETTER.name).write_bytes(LETTER.read_bytes())
        with serving(data, corpus, answers_first(QUESTION, answers)) as served:
            at_rest, _ = ask_while(served, for_seconds(_AT_REST_S), QUESTIONS, pause_s=_PAUSE_S)
            for number, text in enumerate(made_letters(_ADDED_WHILE_ASKING, seed=5)):
                (corpus / f"brief-{number:05}.txt").write_text(text, "utf-8")
            address = start_build(served)
            status = "queued"

            def watch() -> None:
                nonlocal status
                while (status := build_status(served, address)) in ("queued", "running"):
                    time.sleep(_LOOKS_EVERY_S)

            watching = threading.Thread(target=watch)
            watching.start()
            building, errors = ask_while(served, watching.is_alive, QUESTIONS, pause_s=_PAUSE_S)
            watching.join()
    table: Table = {
        "at rest": {"answers": len(at_rest), **percentiles(at_rest)},
        "while building": {"answers": len(building), **percentiles(building), "errors": errors, "build": status},
    }
    for name in ("p50 ms", "p99 ms"):
        ratio = table["while building"][name] / table["at rest"][name]
        table["while building"][f"{name.split()[0]} ratio"] = round(ratio, 2)
    return table
