"""A learned map on an encoder's vectors, the same for questions and passages.

The vectors of E5 models lie in a narrow cone, and what tells two government paragraphs apart lies in few directions.
A map x + xW, learned on questions and paragraphs of other documents and applied to both sides, spreads those out. It
is part of the index's recipe: another map, another index.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from index.encoder import Encoder, OnEncoded, Vectors
from index.learned import learned_for


class AdaptedEncoder:
    """An encoder whose vectors x become x + xW, of length 1 again; W has shape (dim, dim)."""

    def __init__(self, encoder: Encoder, change: Vectors) -> None:
        if change.shape != (encoder.dim, encoder.dim):
            raise ValueError(f"the map has shape {change.shape}, {encoder.name} makes vectors of {encoder.dim} numbers")
        self._encoder = encoder
        self._change = change
        self.name = encoder.name
        self.dim = encoder.dim
        self.fingerprint = f"{encoder.fingerprint}+{hashlib.sha256(change.tobytes()).hexdigest()[:16]}"

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, shape (len(texts), dim)."""
        return change_vectors(self._encoder.encode_questions(texts), self._change)

    def encode_passages(self, texts: Sequence[str], on_encoded: OnEncoded | None = None) -> Vectors:
        """Encode passages, shape (len(texts), dim); `on_encoded` hears how many more are done."""
        return change_vectors(self._encoder.encode_passages(texts, on_encoded), self._change)


def change_vectors(vectors: Vectors, change: Vectors) -> Vectors:
    """X + xW for each row x, scaled to length 1."""
    changed = vectors + vectors @ change
    return np.asarray(changed / np.maximum(np.linalg.norm(changed, axis=-1, keepdims=True), 1e-12), np.float32)


def adapted(encoder: Encoder) -> Encoder:
    """The encoder with the map that was learned for it; the encoder itself when there is none."""
    change = learned_for(encoder.name).change
    return encoder if change is None else AdaptedEncoder(encoder, change)
