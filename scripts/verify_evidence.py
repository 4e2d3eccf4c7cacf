"""Check that every quotation of an evidence pack still stands in its source, word for word.

Exit status 0: all stand. 1: some do not, and which. 2: the file is no evidence pack.
"""

import argparse
import sys
from pathlib import Path

from terminal import EXIT_BAD_INPUT, failing_in_one_sentence, say

from corpus.library import Library
from service.config import Config
from service.evidence import NoEvidence, differences_from_sources, read_pack


def main() -> int:
    """Hold a pack against the documents folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=Path, metavar="FILE")
    given = parser.parse_args()
    with failing_in_one_sentence():
        try:
            pack = read_pack(given.pack)
        except NoEvidence as error:
            say(f"{error}.")
            return EXIT_BAD_INPUT
        differing = differences_from_sources(pack, Library(Config.from_env().corpus))
        for sentence in differing:
            say(f"{sentence}.")
        if not differing:
            say(f"All {len(pack.answer.passages)} quotations stand in their sources, word for word.")
        return 1 if differing else 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
