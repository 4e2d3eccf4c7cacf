"""Serve the documents; builds the index first when it is missing or out of date."""

import argparse

from terminal import begin_encoder_visibly, failing_in_one_sentence

from index.engines import engine_for
from service.config import Config


def main() -> None:
    """Serve until Ctrl-C or SIGTERM."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with failing_in_one_sentence():
        config = Config.from_env()
        encoder = begin_encoder_visibly(config.model)
        engine = engine_for(config.engine, config.data)
        engine.open_ahead()
        # Its files are checked and its graph is opened on one core, while on another what serves is imported.
        from starting import start

        start(config, engine, encoder)


if __name__ == "__main__":
    main()
