"""Encoders for measuring what comes after encoding: the real one's name and questions, made vectors for passages."""

import hashlib
from collections.abc import Sequence

import numpy as np

from index.encoder import Encoder, OnEncoded, Vectors

# How far a made vector lies from between the two real ones that it is made of.
_NOISE = 0.35


class StandIn:
    """Makes a passage's vector from two vectors of real texts, a mixture of both with some noise, always the same.

    So vectors lie where real ones do, in groups, and those of real questions have near and far neighbours among them.
    What it makes passes for the real encoder's work: whoever serves it encodes questions, and what is added, for real.
    """

    def __init__(self, encoder: Encoder, real: Vectors) -> None:
        self._encoder = encoder
        self._real = real
        self.name, self.fingerprint, self.dim = encoder.name, encoder.fingerprint, encoder.dim

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Encode questions for real, shape (len(texts), dim)."""
        return self._encoder.encode_questions(texts)

    def encode_passages(self, texts: Sequence[str], on_encoded: OnEncoded | None = None) -> Vectors:
        """Make vectors for passages, shape (len(texts), dim)."""
        vectors = np.empty((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "little")
            rng = np.random.default_rng(seed)
            one, other = self._real[rng.integers(0, len(self._real), 2)]
            share = rng.uniform(0.5, 1.0)
            noise = rng.standard_normal(self.dim, np.float32) * np.float32(_NOISE / np.sqrt(self.dim))
            vectors[row] = share * one + (1 - share) * other + noise
        if on_encoded and texts:
            on_encoded(len(texts))
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit
