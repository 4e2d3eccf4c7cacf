"""A question becomes hits: paragraphs and footnotes, ranked, with the sentence that answers best."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document
from index.conversation import understand
from index.encoder import Encoder, Vectors
from index.errors import SnapshotMismatch, UnknownFilterValue
from index.ranking import Hit, Ranking
from index.snapshot import HOW_TO_REBUILD, Background, Snapshot, recipe_of

# Logistic in the best score's distance to the background, counted in deviations. The middle is where, on the
# development questions, three of four answerable questions count as answered and three of four off-topic ones do not.
_CONFIDENCE_SLOPE = 1.0
_CONFIDENCE_MIDDLE = 1.5
_ANSWERED_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a question is narrowed to; None leaves a condition out. `since` and `until` are included."""

    documents: frozenset[str] | None = None
    dossier: str | None = None
    since: date | None = None
    until: date | None = None

    def admits(self, document: Document) -> bool:
        """Whether the document may answer. One without a date is not within any period."""
        identity = document.identity
        return (
            (self.documents is None or document.id in self.documents)
            and (self.dossier is None or self.dossier in {dossier.number for dossier in identity.dossiers})
            and (self.since is None or (identity.date is not None and identity.date >= self.since))
            and (self.until is None or (identity.date is not None and identity.date <= self.until))
        )


EVERYTHING = Narrowing()


@dataclass(frozen=True, slots=True)
class Answer:
    """Hits, best first, with the probability that they answer the question as it was understood."""

    question: str
    understood_as: str
    answered: bool
    confidence: float
    hits: tuple[Hit, ...]


class Searcher:
    """Asks one snapshot. It never changes, so any number of threads may share it."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        wanted, found = recipe_of(encoder), snapshot.manifest.recipe
        if wanted != found:
            raise SnapshotMismatch(
                f"snapshot {snapshot.manifest.version} was made by {found.model} ({found.dim} numbers, splitter "
                f"{found.splitter}), this program uses {wanted.model} ({wanted.dim} numbers, splitter "
                f"{wanted.splitter}); {HOW_TO_REBUILD}"
            )
        self.snapshot = snapshot
        self._encoder = encoder
        self._ranking = Ranking(snapshot.passages, snapshot.dense)

    def ask(
        self, question: str, history: Sequence[str] = (), limit: int = 5, narrowing: Narrowing = EVERYTHING
    ) -> Answer:
        """Answer one question; see `ask_all`."""
        return self.ask_all([(question, history)], limit, narrowing)[0]

    def ask_all(
        self, questions: Sequence[tuple[str, Sequence[str]]], limit: int = 5, narrowing: Narrowing = EVERYTHING
    ) -> list[Answer]:
        """Answer questions with their histories (earlier questions, oldest first), encoded together.

        Each answer has at most `limit` hits; equal scores are ordered by place. UnknownFilterValue when the
        narrowing names a document or dossier that is not here.
        """
        allowed = self._allowed(narrowing)
        meanings = [understand(question, history) for question, history in questions]
        queries = self._encoder.encode_questions(meanings)
        return [
            self._answer(question, meaning, query, limit, allowed)
            for (question, _), meaning, query in zip(questions, meanings, queries, strict=True)
        ]

    def _answer(
        self, question: str, meaning: str, query: Vectors, limit: int, allowed: NDArray[np.bool_] | None
    ) -> Answer:
        ranked = self._ranking.rank(query, allowed)
        confidence = _confidence(ranked[0].score, self.snapshot.manifest.background) if ranked else 0.0
        return Answer(question, meaning, confidence >= _ANSWERED_FROM, confidence, tuple(ranked[:limit]))

    def _allowed(self, narrowing: Narrowing) -> NDArray[np.bool_] | None:
        if narrowing == EVERYTHING:
            return None
        documents = self.snapshot.documents
        unknown = sorted((narrowing.documents or frozenset()) - documents.keys())
        if unknown:
            raise UnknownFilterValue(f"there is no document {', '.join(unknown)} here; see the list of documents")
        dossiers = {dossier.number for document in documents.values() for dossier in document.identity.dossiers}
        if narrowing.dossier is not None and narrowing.dossier not in dossiers:
            raise UnknownFilterValue(f"no document here belongs to dossier {narrowing.dossier}")
        admitted = {document.id for document in documents.values() if narrowing.admits(document)}
        return np.array([passage.place.document_id in admitted for passage in self.snapshot.passages], np.bool_)


def _confidence(best: float, background: Background | None) -> float:
    """The probability that the best hit answers, from how far its score stands out from the background."""
    if background is None:
        return 0.0
    distance = (best - background.mean) / background.deviation
    # The logistic function, in the form that cannot overflow.
    return (1 + math.tanh(_CONFIDENCE_SLOPE * (distance - _CONFIDENCE_MIDDLE) / 2)) / 2
