"""LlamaIndex: a vector index in its simple store, kept in a folder; its retriever answers."""

from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from protocol import PASSAGE, QUERY, Passages, speak


class LlamaIndex:
    """A passage is a node; no language model takes part."""

    def __init__(self, model: str) -> None:
        self._embed = HuggingFaceEmbedding(model, query_instruction=QUERY, text_instruction=PASSAGE, device="cpu")
        self._index: VectorStoreIndex | None = None

    def build(self, passages: Passages, folder: str) -> None:
        """See `protocol.Peer`."""
        nodes = [TextNode(id_=key, text=text) for key, text in passages]
        self._index = VectorStoreIndex(nodes, embed_model=self._embed)
        self._index.storage_context.persist(folder)

    def open(self, folder: str) -> None:
        """See `protocol.Peer`."""
        kept = StorageContext.from_defaults(persist_dir=folder)
        self._index = load_index_from_storage(kept, embed_model=self._embed)

    def ask(self, question: str, limit: int) -> list[str]:
        """See `protocol.Peer`."""
        assert self._index is not None
        return [found.node.node_id for found in self._index.as_retriever(similarity_top_k=limit).retrieve(question)]


if __name__ == "__main__":
    speak(LlamaIndex)
