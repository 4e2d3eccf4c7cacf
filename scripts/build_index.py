"""Bring the index up to date with the documents folder."""

import argparse

from terminal import BuildProgress, failing_in_one_sentence, load_encoder_visibly, tell_build

from corpus.library import Library
from index.build import build
from service.config import Config


def main() -> None:
    """Build what is missing; nothing when the index is up to date."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with failing_in_one_sentence():
        config = Config.from_env()
        encoder = load_encoder_visibly(config.model)
        progress = BuildProgress()
        report = build(Library(config.corpus), encoder, config.data, progress)
        progress.close()
        tell_build(report)


if __name__ == "__main__":
    main()
