"""Chroma: a collection in a folder, searched by embeddings that its own embedding function makes."""

from typing import Any

import chromadb
from chromadb.api.types import Documents, EmbeddingFunction, Embeddings
from chromadb.utils.embedding_functions import register_embedding_function
from protocol import PASSAGE, QUERY, Passages, speak
from sentence_transformers import SentenceTransformer

_AT_ONCE = 5000


@register_embedding_function
class Prompted(EmbeddingFunction[Documents]):  # type: ignore[misc]
    """By Chroma's rules for own functions; the one that it has for sentence-transformers knows no prompts."""

    def __init__(self, model: str) -> None:
        self._folder = model
        self._model = SentenceTransformer(model, device="cpu", local_files_only=True)

    def __call__(self, input: Documents) -> Embeddings:
        """Encode passages."""
        return list(self._model.encode(list(input), prompt=PASSAGE, normalize_embeddings=True))

    def embed_query(self, input: Documents) -> Embeddings:
        """Encode questions."""
        return list(self._model.encode(list(input), prompt=QUERY, normalize_embeddings=True))

    @staticmethod
    def name() -> str:
        """What the collection files this function under."""
        return "prompted"

    def get_config(self) -> dict[str, Any]:
        """What is kept to make the function again."""
        return {"model": self._folder}

    @staticmethod
    def build_from_config(config: dict[str, Any]) -> "Prompted":
        """Make the function again."""
        return Prompted(config["model"])


class Chroma:
    """A persistent client with one collection."""

    def __init__(self, model: str) -> None:
        self._embed = Prompted(model)
        self._collection: chromadb.Collection | None = None

    def build(self, passages: Passages, folder: str) -> None:
        """See `protocol.Peer`."""
        client = chromadb.PersistentClient(folder, chromadb.Settings(anonymized_telemetry=False))
        self._collection = client.create_collection(
            "passages", embedding_function=self._embed, configuration={"hnsw": {"space": "cosine"}}
        )
        for start in range(0, len(passages), _AT_ONCE):
            some = passages[start : start + _AT_ONCE]
            self._collection.add(ids=[key for key, _ in some], documents=[text for _, text in some])

    def open(self, folder: str) -> None:
        """See `protocol.Peer`."""
        client = chromadb.PersistentClient(folder, chromadb.Settings(anonymized_telemetry=False))
        self._collection = client.get_collection("passages", embedding_function=self._embed)

    def ask(self, question: str, limit: int) -> list[str]:
        """See `protocol.Peer`."""
        assert self._collection is not None
        ids: list[str] = self._collection.query(query_texts=[question], n_results=limit)["ids"][0]
        return ids


if __name__ == "__main__":
    speak(Chroma)
