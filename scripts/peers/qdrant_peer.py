"""Qdrant's client in its local mode: a collection in a folder, without a server."""

from protocol import Passages, speak
from qdrant_client import QdrantClient
from qdrant_client.models import Distance, PointStruct, VectorParams
from sentence_transformers import SentenceTransformer

_NAME = "passages"


class Qdrant:
    """Points with the passages' ids and texts as their payload."""

    def __init__(self, model: str) -> None:
        self._model = SentenceTransformer(model, device="cpu", local_files_only=True)
        self._client: QdrantClient | None = None

    def build(self, passages: Passages, folder: str) -> None:
        """See `protocol.Peer`."""
        self.open(folder)
        assert self._client is not None
        dim = self._model.get_embedding_dimension()
        self._client.create_collection(_NAME, vectors_config=VectorParams(size=dim, distance=Distance.COSINE))
        vectors = self._model.encode_document([text for _, text in passages], normalize_embeddings=True)
        points = [
            PointStruct(id=row, vector=vector.tolist(), payload={"id": key, "text": text})
            for row, ((key, text), vector) in enumerate(zip(passages, vectors, strict=True))
        ]
        self._client.upsert(_NAME, points)

    def open(self, folder: str) -> None:
        """See `protocol.Peer`."""
        self._client = QdrantClient(path=folder)

    def ask(self, question: str, limit: int) -> list[str]:
        """See `protocol.Peer`."""
        assert self._client is not None
        query = self._model.encode_query(question, normalize_embeddings=True)
        found = self._client.query_points(_NAME, query=query.tolist(), limit=limit, with_payload=True).points
        return [point.payload["id"] for point in found]


if __name__ == "__main__":
    speak(Qdrant)
