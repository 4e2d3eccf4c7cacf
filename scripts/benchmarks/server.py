"""A real server process to measure, and questions to it over HTTP."""

import http
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SERVE = Path(__file__).resolve().parent.parent / "serve.py"
_LOOKS_EVERY_S = 0.01
_PATIENCE_S = 600.0

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Served:
    """A server process and the port of this machine on which it answers."""

    process: subprocess.Popen[bytes]
    port: int

    def connect(self) -> http.client.HTTPConnection:
        """A connection that is kept between questions."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)


@contextmanager
def serving(data: Path, corpus: Path, is_right: Callable[[Served], bool], **settings: str) -> Iterator[Served]:
    """Start the service, wait until it is right, stop it; OSError when it stops by itself or takes too long."""
    port = free_port()
    environment = os.environ | {
        "VINDPLAATS_DATA": str(data),
        "VINDPLAATS_CORPUS": str(corpus),
        "VINDPLAATS_PORT": str(port),
        **settings,
    }
    process = subprocess.Popen(  # noqa: S603 (our own interpreter, our own program)
        [sys.executable, str(_SERVE)], env=environment, stderr=subprocess.DEVNULL
    )
    served = Served(process, port)
    try:
        ends = time.perf_counter() + _PATIENCE_S
        while not is_right(served):
            if time.perf_counter() > ends or process.poll() is not None:
                raise OSError("the server gives no right answer")
            time.sleep(_LOOKS_EVERY_S)
        yield served
    finally:
        process.terminate()
        process.wait(60)


def answers_first(question: str, is_right: Callable[[str], bool]) -> Callable[[Served], bool]:
    """Whether a server that may not be up yet answers a question with the right text first."""

    def is_up(served: Served) -> bool:
        try:
            answer = ask(served.connect(), question)
        except OSError:
            return False
        return bool(answer and answer["passages"] and is_right(answer["passages"][0]["text"]))

    return is_up


def is_ready(served: Served) -> bool:
    """Whether a server says that it is ready."""
    try:
        connection = served.connect()
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False


def ask(connection: http.client.HTTPConnection, question: str, limit: int = 5) -> Answer | None:
    """The answer; None when there is an error instead."""
    body = json.dumps({"question": question, "limit": limit}).encode()
    connection.request("POST", "/v1/passages/_search", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    content = response.read()
    answer: Answer | None = json.loads(content) if response.status == 200 else None
    return answer


def ask_while(
    served: Served, goes_on: Callable[[], bool], questions: Sequence[str], clients: int = 1, pause_s: float = 0.0
) -> tuple[list[float], int]:
    """What each answer took, in seconds, and how many questions got none.

    Each client asks again `pause_s` after its answer.
    """
    seconds: list[float] = []
    errors: list[int] = []

    def ask_on(client: int) -> None:
        connection = served.connect()
        turn = client
        while goes_on():
            started = time.perf_counter()
            answer = ask(connection, questions[turn % len(questions)])
            turn += 1
            if answer is None:
                errors.append(client)
            else:
                seconds.append(time.perf_counter() - started)
            time.sleep(pause_s)
        connection.close()

    threads = [threading.Thread(target=ask_on, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds, len(errors)


def for_seconds(seconds: float) -> Callable[[], bool]:
    """True until so many seconds have gone by."""
    ends = time.perf_counter() + seconds
    return lambda: time.perf_counter() < ends


def start_build(served: Served) -> str:
    """Start a build; gives its address."""
    connection = served.connect()
    connection.request("POST", "/v1/index-builds", b"", {"Content-Type": "application/json"})
    response = connection.getresponse()
    record = json.load(response)
    if response.status != 202:
        raise OSError(f"the server starts no build ({response.status})")
    return f"/v1/index-builds/{record['id']}"


def build_status(served: Served, address: str) -> str:
    """How a build is getting on: queued, running, succeeded or failed."""
    connection = served.connect()
    connection.request("GET", address)
    status: str = json.load(connection.getresponse())["status"]
    return status


def free_port() -> int:
    """A port of this machine that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
