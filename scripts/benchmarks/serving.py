"""The benchmarks `cold-start` and `throughput`: a real server process, asked over HTTP."""

import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.machine import memory_mb
from benchmarks.server import Served, answers_first, ask, ask_while, for_seconds, serving
from benchmarks.table import Table, percentiles
from benchmarks.texts import LETTER, QUESTION, QUESTIONS, answers
from index.encoder import load_plain_encoder
from index.packaged_model import packaged_model_folder

_ROUNDS = 3
_CLIENTS = (1, 4, 16, 64)
_MEASURED_S = 6.0
_BY_TURNS = 400
_IS_UP = answers_first(QUESTION, answers)


def cold_start() -> Table:
    """Seconds from starting the process to the first right answer, with an index that is up to date.

    Beside it the same server with the same weights in sentence-transformers on torch.
    """
    models = {"sentence-transformers": str(packaged_model_folder()), "as served": ""}
    taken: dict[str, list[float]] = {name: [] for name in models}
    memory: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(_ROUNDS + 1):
            for name, model in models.items():
                started = time.perf_counter()
                with serving(Path(folder) / name, LETTER.parent, _IS_UP, VINDPLAATS_MODEL=model) as served:
                    seconds = time.perf_counter() - started
                    memory[name] = memory_mb(served.process.pid)
                # The first time the index is built.
                if number:
                    taken[name].append(seconds)
    table: Table = {
        name: {"seconds to the first answer": round(statistics.median(taken[name]), 2), "memory MB": memory[name]}
        for name in models
    }
    first, second = (row["seconds to the first answer"] for row in table.values())
    table["as served"]["times faster"] = round(first / second, 2)
    return table


def throughput() -> Table:
    """Answers a second for 1, 4, 16 and 64 clients that each ask again as soon as they have their answer.

    Besides, what a question takes and what the model alone takes for it, by turns.
    """
    table: Table = {}
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "var", LETTER.parent, _IS_UP) as served:
        ask_while(served, for_seconds(1.0), QUESTIONS, clients=4)
        by_turns = _beside_the_model(served)
        for clients in _CLIENTS:
            seconds, errors = ask_while(served, for_seconds(_MEASURED_S), QUESTIONS, clients)
            table[f"{clients} clients" if clients > 1 else "1 client"] = {
                "answers/s": round(len(seconds) / _MEASURED_S, 1),
                "errors": errors,
                **percentiles(seconds),
            }
    alone = table["1 client"]["answers/s"]
    for row in table.values():
        row["times one client"] = round(row["answers/s"] / alone, 2)
    return by_turns | table


def _beside_the_model(served: Served) -> Table:
    """What a question takes over HTTP, and what the model alone takes for it in this process, by turns.

    By turns, since the model is a quarter faster when it does nothing else again and again.
    """
    encoder, connection = load_plain_encoder(None), served.connect()
    taken: dict[str, list[float]] = {"the model alone": [], "over HTTP": []}
    for question in QUESTIONS * (_BY_TURNS // len(QUESTIONS)):
        started = time.perf_counter()
        encoder.encode_questions([question])
        encoded = time.perf_counter()
        ask(connection, question)
        taken["the model alone"].append(encoded - started)
        taken["over HTTP"].append(time.perf_counter() - encoded)
    table: Table = {name: dict(percentiles(seconds)) for name, seconds in taken.items()}
    alone, whole = table.values()
    whole["times the model alone"] = round(whole["p50 ms"] / alone["p50 ms"], 2)
    return table
