"""Measure how large the packaged model's activations become, for its 8-bit form; write index/learned.

PASSAGES.jsonl and QUESTIONS.jsonl as in shared/eval/train. Takes a minute. The ranges are part of the model: when
they change, raise the version of `ONNX` in index/packaged_model.py, and every index is built anew.
"""

import argparse
import json
import random
import sys
from pathlib import Path

from terminal import failing_in_one_sentence, say

from index.onnx_model import measure_ranges, write_ranges
from index.packaged_model import (
    MODEL_NAME,
    PASSAGE_PROMPT,
    QUERY_PROMPT,
    find_packaged_weights,
    truncating_tokenizer,
)
from index.q4_weights import parse_q4_weights
from index.token_ids import tokens_by

_TEXTS = 400
# Texts like none of those make activations of their own kind.
_ODD = ("", "1", "a", "?", "-", "2019", "€", "die", "x" * 100, "." * 15, "|---|---|", "| 12 | 34 |", "ALLES", "Что?")


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("passages", type=Path, metavar="PASSAGES.jsonl")
    parser.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    parser.add_argument("--out", type=Path, default=Path("index/learned"))
    given = parser.parse_args()
    with failing_in_one_sentence():
        chance = random.Random(1)  # noqa: S311 (reproducible, guards nothing)
        texts = [PASSAGE_PROMPT + text for text in _some(given.passages, "text", chance)]
        texts += [QUERY_PROMPT + text for text in _some(given.questions, "question", chance)]
        texts += [prompt + text for prompt in (PASSAGE_PROMPT, QUERY_PROMPT) for text in _ODD]
        weights = parse_q4_weights(find_packaged_weights().read_bytes())
        write_ranges(given.out, MODEL_NAME, measure_ranges(weights, tokens_by(truncating_tokenizer(weights)), texts))
        say(f"Measured on {len(texts)} texts.")
        return 0
    return 1


def _some(path: Path, field: str, chance: random.Random) -> list[str]:
    texts = [json.loads(line)[field] for line in path.read_text("utf-8").splitlines() if line.strip()]
    return chance.sample(texts, min(_TEXTS, len(texts)))


if __name__ == "__main__":
    sys.exit(main())
