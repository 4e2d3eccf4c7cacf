"""How a command that builds or serves begins: model and index are opened side by side."""

from collections.abc import Callable

from terminal import begin_encoder_visibly

from index.encoder import Encoder
from index.engine import Engine
from index.engines import engine_for
from service.config import Config


def begin_opening(config: Config) -> tuple[Engine, Callable[[], Encoder]]:
    """The engine, whose files are being checked on one core, and what gives the encoder, made ready on another."""
    finish_encoder = begin_encoder_visibly(config.model)
    engine = engine_for(config.engine, config.data)
    engine.open_ahead()
    return engine, finish_encoder
