"""txtai: an embeddings database that stores texts and answers by query."""

from protocol import Passages, speak
from txtai import Embeddings


class Txtai:
    """`Embeddings`; by this method it gives the model the prompts that its folder names."""

    def __init__(self, model: str) -> None:
        self._settings = {
            "path": model,
            "method": "sentence-transformers",
            "content": True,
            "gpu": False,
        }
        self._embeddings = Embeddings(self._settings)

    def build(self, passages: Passages, folder: str) -> None:
        """See `protocol.Peer`."""
        self._embeddings.index([(key, text, None) for key, text in passages])
        self._embeddings.save(folder)

    def open(self, folder: str) -> None:
        """See `protocol.Peer`."""
        self._embeddings.load(folder)

    def ask(self, question: str, limit: int) -> list[str]:
        """See `protocol.Peer`."""
        return [found["id"] for found in self._embeddings.search(question, limit)]


if __name__ == "__main__":
    speak(Txtai)
