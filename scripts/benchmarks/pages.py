"""The benchmark `pages`: what the server takes for each page."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from terminal import load_encoder_visibly
from werkzeug.test import TestResponse

from benchmarks.table import Table
from benchmarks.texts import LETTER
from benchmarks.turns import in_turn
from corpus.library import Library
from index.build import build
from service.app import create_app
from service.builds import Builds
from service.config import Config
from service.serving import ServedIndex


def pages() -> Table:
    """Milliseconds that the server takes for each page, and how many times what an answer as JSON takes."""
    encoder = load_encoder_visibly(Config.from_env().model)
    asked = {"question": "Wat is het GCTF?"}
    with tempfile.TemporaryDirectory() as folder:
        config = Config(data=Path(folder), corpus=LETTER.parent)
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
            "letter": lambda: client.get(f"/documents/{LETTER.stem}"),
            "export": lambda: client.post("/export", data={"history": asked["question"]}),
        }
        if failing := [name for name, action in actions.items() if action().status_code != 200]:
            raise OSError(f"no answer from {', '.join(failing)}")
        seconds = dict(zip(actions, in_turn(list(actions.values())), strict=True))
    return {
        name: {"ms": round(1000 * taken, 1), "times JSON": round(taken / seconds["answer as JSON"], 2)}
        for name, taken in seconds.items()
    }
