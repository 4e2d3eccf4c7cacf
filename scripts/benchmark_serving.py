"""The benchmarks `cold-start` and `throughput`: a real server process, asked over HTTP."""

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from index.packaged_model import packaged_model_folder

_ROOT = Path(__file__).resolve().parent.parent
_PORT = 8766
_PATIENCE_S = 180.0
_ROUNDS = 3
_CLIENTS = (1, 4, 16, 64)
_MEASURED_S = 6.0
_QUESTION, _PARAGRAPH = "Hoeveel rechters en andere professionals trainde het IIJ?", 17
_QUESTIONS = (
    _QUESTION, "Wat is het GCTF?", "Welke rol spelen burgemeesters?", "How many justice professionals were trained?",
    "Wie zit het forum voor?", "Wat doet Nederland tegen drones?", "Wie betaalt dat?",
    "Wanneer begon het voorzitterschap?",
)  # fmt: skip

Table = dict[str, dict[str, Any]]


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
                with _serving(Path(folder) / name, VINDPLAATS_MODEL=model) as process:
                    seconds = time.perf_counter() - started
                    memory[name] = _resident_mb(process.pid)
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
    """Answers a second for 1, 4, 16 and 64 clients that each ask again as soon as they have their answer."""
    table: Table = {}
    with tempfile.TemporaryDirectory() as folder, _serving(Path(folder) / "var"):
        _ask_for(4, 1.0)
        for clients in _CLIENTS:
            seconds, errors = _ask_for(clients, _MEASURED_S)
            table[f"{clients} clients" if clients > 1 else "1 client"] = {
                "answers/s": round(len(seconds) / _MEASURED_S, 1),
                "errors": errors,
                "p50 ms": round(1000 * float(np.percentile(seconds, 50)), 1),
                "p99 ms": round(1000 * float(np.percentile(seconds, 99)), 1),
            }
    alone = table["1 client"]["answers/s"]
    for row in table.values():
        row["times one client"] = round(row["answers/s"] / alone, 2)
    return table


@contextmanager
def _serving(data: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server over the letter that has given its first right answer."""
    environment = os.environ | {
        "VINDPLAATS_DATA": str(data),
        "VINDPLAATS_CORPUS": str(_ROOT / "corpus" / "documents"),
        "VINDPLAATS_PORT": str(_PORT),
        **settings,
    }
    process = subprocess.Popen(  # noqa: S603 (our own interpreter, our own program)
        [sys.executable, str(_ROOT / "scripts" / "serve.py")], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        ends = time.perf_counter() + _PATIENCE_S
        while not _answers_right():
            if time.perf_counter() > ends or process.poll() is not None:
                raise OSError("the server gives no right answer")
            time.sleep(0.01)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _answers_right() -> bool:
    try:
        answer = _ask(http.client.HTTPConnection("127.0.0.1", _PORT, timeout=60), _QUESTION)
    except OSError:
        return False
    return bool(answer and answer["passages"][0]["source"]["paragraph"] == _PARAGRAPH)


def _ask(connection: http.client.HTTPConnection, question: str) -> dict[str, Any] | None:
    """The answer; None when there is an error instead."""
    body = json.dumps({"question": question}).encode()
    connection.request("POST", "/v1/passages/_search", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    content = response.read()
    answer: dict[str, Any] | None = json.loads(content) if response.status == 200 else None
    return answer


def _ask_for(clients: int, measured_s: float) -> tuple[list[float], int]:
    """What each answer took, in seconds, and how many questions got none."""
    ends = time.perf_counter() + measured_s
    seconds: list[float] = []
    errors: list[int] = []

    def ask(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", _PORT, timeout=60)
        turn = client
        while (started := time.perf_counter()) < ends:
            answer = _ask(connection, _QUESTIONS[turn % len(_QUESTIONS)])
            turn += 1
            if answer is None:
                errors.append(client)
            else:
                seconds.append(time.perf_counter() - started)
        connection.close()

    threads = [threading.Thread(target=ask, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds, len(errors)


def _resident_mb(process_id: int) -> int:
    status = Path(f"/proc/{process_id}/status").read_text("utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) // 1024
