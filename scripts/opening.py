"""How a command that builds or serves begins: model and index are opened side by side."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from terminal import begin_encoder_visibly

if TYPE_CHECKING:
    from index.encoder import Encoder
    from index.engine import Engine
    from service.config import Config

# Python's is 5 ms, by which each of many threads waits after each of its steps outside Python. With 2 ms 16 clients get
# a tenth more answers and 64 a twentieth; with 1 ms 64 clients sometimes get fewer.
_SWITCH_EVERY_S = 0.002


def begin_opening(config: Config) -> tuple[Engine, Callable[[], Encoder]]:
    """The engine, whose files are being checked on one core, and what gives the encoder, made ready on another.

    From then on the process is one of many threads.
    """
    sys.setswitchinterval(_SWITCH_EVERY_S)
    # What is imported and opened stays: to look through it for what may go takes a twentieth of a start.
    gc.disable()
    finish_encoder = begin_encoder_visibly(config.model)
    # What opens the index is imported while the model is being opened.
    from index.engines import engine_for

    engine = engine_for(config.engine, config.data)
    engine.open_ahead()

    def finish() -> Encoder:
        encoder = finish_encoder()
        gc.freeze()
        gc.enable()
        return encoder

    return engine, finish
