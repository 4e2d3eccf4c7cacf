"""An encoder whose vectors can be worked out by hand: it counts known words."""

import re
from collections.abc import Sequence

import numpy as np

from index.encoder import OnEncoded, Vectors


class CountingEncoder:
    """One dimension a known word, and one, small and the same for all, so that no vector is zero."""

    def __init__(self, words: Sequence[str], name: str = "counting") -> None:
        self.words = list(words)
        self.name = name
        self.fingerprint = f"{name}:{' '.join(words)}"
        self.dim = len(words) + 1
        self.encoded: list[str] = []

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, shape (len(texts), dim)."""
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str], on_encoded: OnEncoded | None = None) -> Vectors:
        """Encode passages, shape (len(texts), dim), and remember them."""
        self.encoded += texts
        if on_encoded and texts:
            on_encoded(len(texts))
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            found = re.findall(r"\w+", text.lower())
            vectors[row] = [*(found.count(word) for word in self.words), 0.1]
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True) if len(texts) else vectors
