"""How a command that builds or serves begins: model and index are opened side by side."""

import sys
from collections.abc import Callable

from terminal import begin_encoder_visibly

from index.encoder import Encoder
from index.engine import Engine
from index.engines import engine_for
from service.config import Config

# Python's is 5 ms, by which each of many threads waits after each of its steps outside Python. With 2 ms 16 clients get
# a tenth more answers and 64 a twentieth; with 1 ms 64 clients sometimes get fewer.
_SWITCH_EVERY_S = 0.002


def begin_opening(config: Config) -> tuple[Engine, Callable[[], Encoder]]:
    """The engine, whose files are being checked on one core, and what gives the encoder, made ready on another.

    From then on the process is one of many threads.
    """
    sys.setswitchinterval(_SWITCH_EVERY_S)
    finish_encoder = begin_encoder_visibly(config.model)
    engine = engine_for(config.engine, config.data)
    engine.open_ahead()
    return engine, finish_encoder
