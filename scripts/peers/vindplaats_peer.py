"""Vindplaats within one process, as scripts/ask.py uses it; its passages stand in a web page, a paragraph each."""

from protocol import Passages, speak
from vindplaats_files import data, documents, ids_by_text, write_document

from corpus.library import Library
from index.build import build
from index.encoder import load_encoder
from index.search import Searcher
from index.snapshot import SnapshotFolder


class Vindplaats:
    """A searcher over the snapshot that the build made."""

    def __init__(self, model: str) -> None:
        # The packaged model: the same weights as in that folder, in the form that serves.
        self._encoder = load_encoder(None)
        self._searcher: Searcher | None = None
        self._ids: dict[str, str] = {}

    def build(self, passages: Passages, folder: str) -> None:
        """See `protocol.Peer`."""
        write_document(passages, folder)
        build(Library(documents(folder)), self._encoder, data(folder))

    def open(self, folder: str) -> None:
        """See `protocol.Peer`."""
        snapshots = SnapshotFolder(data(folder))
        self._searcher = Searcher(snapshots.open(snapshots.current_version()), self._encoder)
        self._ids = ids_by_text(folder)

    def ask(self, question: str, limit: int) -> list[str]:
        """See `protocol.Peer`."""
        assert self._searcher is not None
        here = self._searcher.snapshot.documents
        places = [hit.place for hit in self._searcher.ask(question, limit=limit).hits]
        return [self._ids[here[place.document_id].paragraph(place.paragraph).text] for place in places]


if __name__ == "__main__":
    speak(Vindplaats)
