"""sentence-transformers and FAISS, as in their own examples: encode all, compare with all."""

import json
from pathlib import Path

import faiss
import numpy as np
from protocol import Passages, speak
from sentence_transformers import SentenceTransformer


class Plain:
    """A flat index of normalised embeddings, and the passages' ids in the same order."""

    def __init__(self, model: str) -> None:
        self._model = SentenceTransformer(model, device="cpu", local_files_only=True)
        self._index: faiss.Index | None = None
        self._ids: list[str] = []

    def build(self, passages: Passages, folder: str) -> None:
        """See `protocol.Peer`."""
        self._ids = [key for key, _ in passages]
        vectors = self._model.encode_document([text for _, text in passages], normalize_embeddings=True)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)
        faiss.write_index(self._index, str(Path(folder) / "index.faiss"))
        (Path(folder) / "ids.json").write_text(json.dumps(self._ids), "utf-8")

    def open(self, folder: str) -> None:
        """See `protocol.Peer`."""
        self._index = faiss.read_index(str(Path(folder) / "index.faiss"))
        self._ids = json.loads((Path(folder) / "ids.json").read_text("utf-8"))

    def ask(self, question: str, limit: int) -> list[str]:
        """See `protocol.Peer`."""
        assert self._index is not None
        query = self._model.encode_query([question], normalize_embeddings=True)
        _, rows = self._index.search(np.asarray(query, np.float32), limit)
        return [self._ids[row] for row in rows[0] if row >= 0]


if __name__ == "__main__":
    speak(Plain)
