"""What a peer does, and how the benchmark talks to it: JSON lines over standard input and output.

    {"do": "build", "passages": [[id, text], ...], "folder": PATH}    {"seconds": S}
    {"do": "open", "folder": PATH}                                    {"seconds": S}
    {"do": "ask", "question": TEXT, "limit": N}                       {"seconds": S, "ids": [best first]}

Each is answered by one line, or by {"error": "why, in one line"}. A script is called with the folder of a
sentence-transformers model. It needs nothing of the product's: it runs in the peer's own environment.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any, Protocol

# What the model was trained with; without these it ranks worse, whoever runs it.
QUERY, PASSAGE = "query: ", "passage: "

Passages = list[tuple[str, str]]


class Peer(Protocol):
    """A way to search passages, kept in a folder."""

    def build(self, passages: Passages, folder: str) -> None:
        """Encode passages (id, text), index them, and keep all that answering needs in an empty folder."""
        ...

    def open(self, folder: str) -> None:
        """Get ready to answer from what `build` kept in the folder, in another process."""
        ...

    def ask(self, question: str, limit: int) -> list[str]:
        """The ids of the passages that answer, best first."""
        ...


def speak(make: Callable[[str], Peer]) -> None:
    """Answer commands until there are none; `make` is given the model's folder."""
    # What libraries print must not come between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    peer: Peer | None = None
    for line in sys.stdin:
        try:
            peer = peer or make(sys.argv[1])
            answer = _obey(peer, json.loads(line))
        except Exception as error:  # Told to whoever measures; nothing of a peer may end the benchmark.
            answer = {"error": " ".join(f"{type(error).__name__}: {error}".split())}
        print(json.dumps(answer), file=answers, flush=True)


def _obey(peer: Peer, command: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    started = time.perf_counter()
    if command["do"] == "build":
        peer.build([(key, text) for key, text in command["passages"]], command["folder"])
    elif command["do"] == "open":
        peer.open(command["folder"])
    elif command["do"] == "ask":
        answer["ids"] = peer.ask(command["question"], command["limit"])
    else:
        raise ValueError(f"a peer does not {command['do']}")
    return {"seconds": time.perf_counter() - started, **answer}
