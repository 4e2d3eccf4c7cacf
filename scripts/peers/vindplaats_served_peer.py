"""Vindplaats from end to end: a server process, asked over HTTP."""

import contextlib
import http.client

from benchmarks.server import ask, is_ready, serving
from protocol import Passages, speak
from vindplaats_files import data, documents, ids_by_text


class Served:
    """A server over what the build made; it is stopped when `running` is closed."""

    def __init__(self, model: str, running: contextlib.ExitStack) -> None:
        self._model = model
        self._running = running
        self._connection: http.client.HTTPConnection | None = None
        self._ids: dict[str, str] = {}

    def build(self, passages: Passages, folder: str) -> None:
        """See `protocol.Peer`."""
        # Only here: who is asked over HTTP loads no model in this process.
        from vindplaats_peer import Vindplaats

        Vindplaats(self._model).build(passages, folder)

    def open(self, folder: str) -> None:
        """See `protocol.Peer`."""
        self._ids = ids_by_text(folder)
        served = self._running.enter_context(serving(data(folder), documents(folder), is_ready))
        self._connection = served.connect()

    def ask(self, question: str, limit: int) -> list[str]:
        """See `protocol.Peer`."""
        assert self._connection is not None
        answer = ask(self._connection, question, limit)
        if answer is None:
            raise OSError("the server gives no answer")
        return [self._ids[passage["text"]] for passage in answer["passages"]]


if __name__ == "__main__":
    with contextlib.ExitStack() as running:
        speak(lambda model: Served(model, running))
