"""A learned map on an encoder's vectors, the same for questions and passages.

Vectors of E5 models lie in a narrow cone, and most of what differs between two Dutch government paragraphs lies in
few directions. A map x + xW, learned on development questions (scripts/train_ranking.py) and applied to both sides,
spreads those directions out. It is a small file in this package, and part of the index's recipe: another map, another
index.
"""

import hashlib
from collections.abc import Sequence
from importlib.resources import files

import numpy as np

from index.encoder import Encoder, OnEncoded, Vectors

_FOLDER = "learned"


class AdaptedEncoder:
    """An encoder whose vectors go through a learned map of shape (dim, dim) and stay of length 1."""

    def __init__(self, encoder: Encoder, change: Vectors) -> None:
        if change.shape != (encoder.dim, encoder.dim):
            raise ValueError(f"the map has shape {change.shape}, {encoder.name} makes vectors of {encoder.dim} numbers")
        self._encoder = encoder
        self._change = change.astype(np.float32)
        self.name = encoder.name
        self.dim = encoder.dim
        self.fingerprint = f"{encoder.fingerprint}+{hashlib.sha256(self._change.tobytes()).hexdigest()[:16]}"

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, shape (len(texts), dim)."""
        return self._adapt(self._encoder.encode_questions(texts))

    def encode_passages(self, texts: Sequence[str], on_encoded: OnEncoded | None = None) -> Vectors:
        """Encode passages, shape (len(texts), dim); `on_encoded` hears how many more are done."""
        return self._adapt(self._encoder.encode_passages(texts, on_encoded))

    def _adapt(self, vectors: Vectors) -> Vectors:
        mapped = vectors + vectors @ self._change
        return np.asarray(mapped / np.maximum(np.linalg.norm(mapped, axis=1, keepdims=True), 1e-12), np.float32)


def adapted(encoder: Encoder) -> Encoder:
    """The encoder with the map that was learned for its model; the encoder itself when there is none."""
    path = files("index").joinpath(_FOLDER).joinpath(f"{encoder.name.replace('/', '--')}.npy")
    if not path.is_file():
        return encoder
    with path.open("rb") as file:
        return AdaptedEncoder(encoder, np.load(file, allow_pickle=False))
