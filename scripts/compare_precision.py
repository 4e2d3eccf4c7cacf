"""Measure what 8-bit arithmetic costs: the whole product with the packaged model in 32 bits and as it is.

    .venv/bin/python scripts/compare_precision.py
    .venv/bin/python scripts/compare_precision.py --passages P.jsonl --questions Q.jsonl

Without arguments: the cosine of both, and of sentence-transformers, on sentences of the letter. With them: nDCG@10 and
R@1 of both over the collection ({"id", "text"} a line) and its questions ({"question", "gold": [ids]}, or "passage":
id and "answerable"). The 8-bit model may be what is served while it keeps 99.5% of both.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from measures import ndcg
from terminal import failing_in_one_sentence

from corpus.library import Library
from corpus.readers import read_document
from index.adapter import adapted
from index.build import build
from index.encoder import Encoder, SentenceTransformersEncoder, load_plain_encoder
from index.onnx_encoder import OnnxEncoder, TextModel
from index.packaged_model import (
    DIM,
    MODEL_NAME,
    ONNX_EXACT,
    PASSAGE_PROMPT,
    QUERY_PROMPT,
    SOURCE_SHA256,
    find_packaged_weights,
    packaged_model_folder,
    prepare_model_folder,
)
from index.passages import split_into_sentences
from index.search import Searcher
from index.snapshot import SnapshotFolder

_LETTER = Path(__file__).resolve().parent.parent / "corpus" / "documents" / "kst-27925-681.txt"
_DEPTH = 10


def main() -> int:
    """Print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--most", type=int, help="at most this many passages and their questions")
    given = parser.parse_args()
    with failing_in_one_sentence(), tempfile.TemporaryDirectory() as folder:
        encoders = {"32 bits": exact_encoder(Path(folder)), "8 bits": load_plain_encoder(None)}
        if given.passages and given.questions:
            found: dict[str, Any] = compare_answers(given.passages, given.questions, given.most, encoders)
        else:
            found = compare_vectors(encoders)
        print(json.dumps(found, indent=2))
        return 0
    return 1


def exact_encoder(cache: Path) -> Encoder:
    """The packaged model in 32 bits, made in a folder that is not the user's."""
    folder = prepare_model_folder(cache, find_packaged_weights, SOURCE_SHA256, form=ONNX_EXACT)
    return OnnxEncoder(TextModel.in_folder(folder), MODEL_NAME, "exact", DIM, QUERY_PROMPT, PASSAGE_PROMPT)


def compare_vectors(encoders: dict[str, Encoder]) -> dict[str, Any]:
    """The least and the mean cosine of each to sentence-transformers' vectors of the letter's texts."""
    paragraphs = [paragraph.text for paragraph in read_document(_LETTER).paragraphs]
    texts = [*paragraphs, *(span.of(text) for text in paragraphs for span in split_into_sentences(text))]
    vectors = SentenceTransformersEncoder(packaged_model_folder(), MODEL_NAME).encode_passages(texts)
    found: dict[str, float] = {"texts": len(texts)}
    for name, encoder in encoders.items():
        cosines = np.sum(encoder.encode_passages(texts) * vectors, axis=1)
        found |= {f"{name}, least": round(float(cosines.min()), 6), f"{name}, mean": round(float(cosines.mean()), 6)}
    return found


def compare_answers(passages: Path, questions: Path, most: int | None, encoders: dict[str, Encoder]) -> dict[str, Any]:
    """nDCG@10 and R@1 of each, and the share that the second keeps of the first."""
    rows = _rows(passages)[:most]
    texts = {row["id"]: " ".join(row["text"].split()) for row in rows}
    asked = []
    for row in _rows(questions):
        ids = row.get("gold") or ([row["passage"]] if row.get("answerable") else [])
        gold = frozenset(texts[key] for key in ids if key in texts)
        if gold:
            asked.append((row["question"], gold))
    found: dict[str, Any] = {"passages": len(texts), "questions": len(asked)}
    for name, encoder in encoders.items():
        with tempfile.TemporaryDirectory() as folder:
            found[name] = _measured(Path(folder), list(dict.fromkeys(texts.values())), asked, adapted(encoder))
    first, second = (found[name] for name in encoders)
    found["kept"] = {measure: round(second[measure] / first[measure], 4) for measure in first}
    return found


def _measured(
    folder: Path, texts: Sequence[str], asked: Sequence[tuple[str, frozenset[str]]], encoder: Encoder
) -> dict[str, float]:
    corpus, data = folder / "documents", folder / "var"
    corpus.mkdir()
    (corpus / "passages.txt").write_text("\n\n".join(texts) + "\n", "utf-8")
    build(Library(corpus), encoder, data)
    snapshots = SnapshotFolder(data)
    snapshot = snapshots.open(snapshots.current_version())
    (document,) = snapshot.documents.values()
    searcher = Searcher(snapshot, encoder)
    gains, firsts = [], []
    for question, gold in asked:
        hits = searcher.ask(question, limit=_DEPTH).hits
        right = [" ".join(document.paragraph(hit.place.paragraph).text.split()) in gold for hit in hits]
        gains.append(ndcg(right, len(gold), _DEPTH))
        firsts.append(bool(right and right[0]))
    return {"nDCG@10": round(float(np.mean(gains)), 4), "R@1": round(float(np.mean(firsts)), 4)}


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    sys.exit(main())
