"""Serve the documents; builds the index first when it is missing or out of date."""

import argparse

from opening import begin_opening
from terminal import failing_in_one_sentence

from service.config import Config


def main() -> None:
    """Serve until Ctrl-C or SIGTERM."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with failing_in_one_sentence():
        config = Config.from_env()
        engine, finish_encoder = begin_opening(config)
        # What serves is imported meanwhile.
        from starting import start

        start(config, engine, finish_encoder)


if __name__ == "__main__":
    main()
