"""The benchmark `encoding`: the packaged model as it serves, beside sentence-transformers on torch."""

import statistics
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.table import Table
from benchmarks.texts import LETTER
from corpus.readers import read_document
from index.background import QUESTIONS
from index.encoder import Encoder, SentenceTransformersEncoder, load_plain_encoder
from index.packaged_model import MODEL_NAME, packaged_model_folder

_ROUNDS = 5
_QUESTIONS = 20
# Each round encodes the letter's paragraphs so many times over, as one build would.
_COPIES = 3


def encoding() -> Table:
    """Milliseconds for one question, and passages a second; both encode the same texts in turn."""
    encoders: dict[str, Encoder] = {
        "sentence-transformers": SentenceTransformersEncoder(packaged_model_folder(), MODEL_NAME),
        "as served": load_plain_encoder(None),
    }
    questions = QUESTIONS[:_QUESTIONS]
    passages = [paragraph.text for paragraph in read_document(LETTER).paragraphs] * _COPIES
    asking: dict[str, list[float]] = {name: [] for name in encoders}
    building: dict[str, list[float]] = {name: [] for name in encoders}
    vectors = {
        name: encoder.encode_passages(passages[: len(passages) // _COPIES]) for name, encoder in encoders.items()
    }
    for _ in range(_ROUNDS):
        for name, encoder in encoders.items():
            asking[name] += [_seconds(encoder, [question]) for question in questions]
            started = time.perf_counter()
            encoder.encode_passages(passages)
            building[name].append(time.perf_counter() - started)
    table: Table = {
        name: {
            "question p50 ms": round(1000 * statistics.median(asking[name]), 2),
            "question p99 ms": round(1000 * float(np.percentile(asking[name], 99)), 2),
            "passages/s": round(len(passages) / statistics.median(building[name]), 1),
        }
        for name in encoders
    }
    first, second = table.values()
    second["times faster asking"] = round(first["question p50 ms"] / second["question p50 ms"], 2)
    second["times faster building"] = round(second["passages/s"] / first["passages/s"], 2)
    one, other = vectors.values()
    second["least cosine"] = round(float(np.sum(one * other, axis=1).min()), 5)
    return table


def _seconds(encoder: Encoder, texts: Sequence[str]) -> float:
    started = time.perf_counter()
    encoder.encode_questions(texts)
    return time.perf_counter() - started
