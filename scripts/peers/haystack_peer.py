"""Haystack: a pipeline of an embedder and a retriever over its in-memory store, kept in a file between processes."""

from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from protocol import PASSAGE, QUERY, Passages, speak


class Haystack:
    """Two pipelines: one that writes documents, one that answers; each loads the model when it first runs."""

    def __init__(self, model: str) -> None:
        self._embedder = {"model": model, "normalize_embeddings": True, "progress_bar": False, "local_files_only": True}
        self._answering: Pipeline | None = None

    def build(self, passages: Passages, folder: str) -> None:
        """See `protocol.Peer`."""
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        writing = Pipeline()
        writing.add_component("embedder", SentenceTransformersDocumentEmbedder(prefix=PASSAGE, **self._embedder))
        writing.add_component("writer", DocumentWriter(store))
        writing.connect("embedder", "writer")
        writing.run({"embedder": {"documents": [Document(id=key, content=text) for key, text in passages]}})
        store.save_to_disk(str(Path(folder) / "store.json"))

    def open(self, folder: str) -> None:
        """See `protocol.Peer`."""
        store = InMemoryDocumentStore.load_from_disk(str(Path(folder) / "store.json"))
        self._answering = Pipeline()
        self._answering.add_component("embedder", SentenceTransformersTextEmbedder(prefix=QUERY, **self._embedder))
        self._answering.add_component("retriever", InMemoryEmbeddingRetriever(store))
        self._answering.connect("embedder.embedding", "retriever.query_embedding")

    def ask(self, question: str, limit: int) -> list[str]:
        """See `protocol.Peer`."""
        assert self._answering is not None
        found = self._answering.run({"embedder": {"text": question}, "retriever": {"top_k": limit}})
        return [document.id for document in found["retriever"]["documents"]]


if __name__ == "__main__":
    speak(Haystack)
