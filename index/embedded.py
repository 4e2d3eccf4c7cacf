"""Answers questions from a snapshot that is in this process: vectors, words and documents of all that is indexed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.coverage import Coverage, Searched
from index.encoder import Vectors
from index.engine import Found, Scope
from index.errors import UnknownFilterValue
from index.learned import RankingWeights
from index.lexical import QuestionWord
from index.narrowing import EVERYTHING, Narrowing, faults_of, is_sent_by
from index.ranking import Ranking
from index.references import Reference
from index.snapshot_contents import Snapshot


class EmbeddedReader:
    """Reads one snapshot."""

    def __init__(self, snapshot: Snapshot, weights: RankingWeights) -> None:
        self.snapshot = snapshot
        self.ranking = Ranking(snapshot.passages, snapshot.dense, snapshot.lexical, weights)
        self.coverage = Coverage(snapshot.documents.summaries())

    def understand(self, question: str) -> tuple[QuestionWord, ...]:
        """The content words of a question."""
        return self.snapshot.lexical.understand(question)

    def within(self, narrowing: Narrowing) -> Scope:
        """What a narrowing admits; UnknownFilterValue when it names what is not here."""
        if narrowing == EVERYTHING:
            return EmbeddedScope(self, None, self.coverage.everything)
        self._check(narrowing)
        admitted = {each.id for each in self.snapshot.documents.summaries() if narrowing.admits(each)}
        return EmbeddedScope(self, self.snapshot.passages.in_documents(admitted), self.coverage.of(admitted))

    def _check(self, narrowing: Narrowing) -> None:
        """UnknownFilterValue when the narrowing names what is not here: nothing is ever left out in silence."""
        known = self.snapshot.documents
        documents = list(known.summaries())
        sender = narrowing.sender
        faults = faults_of(
            narrowing,
            unknown=sorted((narrowing.documents or frozenset()) - known.keys()),
            has_dossier=any(
                narrowing.dossier == dossier.number for each in documents for dossier in each.identity.dossiers
            ),
            has_sender=sender is not None and any(is_sent_by(each.identity, sender) for each in documents),
            kinds={each.kind for each in documents if each.kind is not None},
        )
        if faults:
            raise UnknownFilterValue(faults)


@dataclass(frozen=True, slots=True)
class EmbeddedScope:
    """The rows of a snapshot that `allowed` marks, None for all."""

    reader: EmbeddedReader
    allowed: NDArray[np.bool_] | None
    searched: Searched

    def referred(self, references: Sequence[Reference]) -> tuple[Scope | None, str | None]:
        """What a question's references leave of it, None for all, and the name of the first that is unknown."""
        snapshot = self.reader.snapshot
        rows: NDArray[np.bool_] | None = None
        unknown: str | None = None
        for reference in references:
            known = snapshot.documents.meant_by(reference)
            cited = snapshot.lexical.places_with(reference.words)
            if not known and not (reference.resolution and len(cited)):
                unknown = unknown or reference.name
            if known or len(cited):
                found = snapshot.passages.in_documents(known) if known else snapshot.passages.in_places(cited)
                rows = found if rows is None else rows | found
        if rows is None:
            return None, unknown
        allowed = rows if self.allowed is None else self.allowed & rows
        searched = self.reader.coverage.of_places(snapshot.passages.places_of(allowed))
        return EmbeddedScope(self.reader, allowed, searched), unknown

    def find(self, words: Sequence[QuestionWord], query: Vectors, limit: int | None) -> Found:
        """Rank its places for a question's words and its vector."""
        snapshot = self.reader.snapshot
        ranked = self.reader.ranking.rank(words, query, self.allowed)
        return Found(ranked, snapshot.passages, snapshot.dense, snapshot.lexical)
