"""What an answer was sought in: counted once a snapshot, so that telling it costs nothing at question time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from corpus.citation import Place
from corpus.summary import Summary


@dataclass(frozen=True, slots=True)
class Searched:
    """How much was searched, and the first and last date among the documents; None when none of them has a date."""

    documents: int
    paragraphs: int
    since: date | None
    until: date | None


class Coverage:
    """Counts and dates of a snapshot's documents."""

    def __init__(self, documents: Iterable[Summary]) -> None:
        self._sizes: dict[str, int] = {}
        self._dates: dict[str, date] = {}
        for document in documents:
            self._sizes[document.id] = document.paragraphs
            if document.identity.date is not None:
                self._dates[document.id] = document.identity.date
        self.everything = self.of(self._sizes.keys())

    def of(self, document_ids: Collection[str]) -> Searched:
        """What is searched when these documents are."""
        dates = [self._dates[document_id] for document_id in document_ids if document_id in self._dates]
        return Searched(
            documents=len(document_ids),
            paragraphs=sum(self._sizes[document_id] for document_id in document_ids),
            since=min(dates, default=None),
            until=max(dates, default=None),
        )

    def of_places(self, places: Iterable[Place]) -> Searched:
        """What is searched when only these places are: their paragraphs count, not those around them."""
        paragraphs = {(place.document_id, place.paragraph) for place in places}
        whole = self.of({document_id for document_id, _ in paragraphs})
        return Searched(whole.documents, len(paragraphs), whole.since, whole.until)
