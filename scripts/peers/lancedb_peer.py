"""LanceDB: a table in a folder, its vectors made by sentence-transformers and compared with the query's one by one.

Its registry's own sentence-transformers function knows no prompts, so vectors are made beside it, as its guide does.
"""

import lancedb
from protocol import Passages, speak
from sentence_transformers import SentenceTransformer


class Lance:
    """A table without an index, which is what LanceDB advises below some 100,000 rows."""

    def __init__(self, model: str) -> None:
        self._model = SentenceTransformer(model, device="cpu", local_files_only=True)
        self._table: lancedb.table.Table | None = None

    def build(self, passages: Passages, folder: str) -> None:
        """See `protocol.Peer`."""
        vectors = self._model.encode_document([text for _, text in passages], normalize_embeddings=True)
        rows = [
            {"id": key, "text": text, "vector": vector} for (key, text), vector in zip(passages, vectors, strict=True)
        ]
        self._table = lancedb.connect(folder).create_table("passages", rows)

    def open(self, folder: str) -> None:
        """See `protocol.Peer`."""
        self._table = lancedb.connect(folder).open_table("passages")

    def ask(self, question: str, limit: int) -> list[str]:
        """See `protocol.Peer`."""
        assert self._table is not None
        query = self._model.encode_query(question, normalize_embeddings=True)
        found = self._table.search(query).distance_type("cosine").limit(limit).select(["id", "text"]).to_list()
        return [row["id"] for row in found]


if __name__ == "__main__":
    speak(Lance)
