"""A question becomes hits: paragraphs and footnotes, ranked, with the sentence that answers best."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document, Identity
from corpus.kind import kind_of
from index.answerable import pair_score, probability, signs, talk_score
from index.conversation import understand
from index.coverage import Coverage, Searched
from index.encoder import Encoder, Vectors
from index.errors import SnapshotMismatch, UnknownFilterValue
from index.highlight import best_spans
from index.learned import learned_for
from index.lexical import QuestionWord
from index.manifest import HOW_TO_REBUILD, recipe_of
from index.passages import Grain
from index.ranking import Candidate, Hit, Ranking
from index.references import known_documents, references_in
from index.snapshot_contents import Snapshot
from index.words import fold

# Refusing a question that is answered here costs more than showing a near miss: of the letter's development questions
# this lets 89 of 100 pass, of 179 questions on other subjects 7 of 100 (0.5: 81 and 3).
_ANSWERED_FROM = 0.38
_HIGHLIGHTED_FROM = 0.15


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a question is narrowed to; None leaves a condition out. `since` and `until` are included."""

    documents: frozenset[str] | None = None
    dossier: str | None = None
    since: date | None = None
    until: date | None = None
    sender: str | None = None
    kind: str | None = None

    def admits(self, document: Document, kind: str | None) -> bool:
        """Whether the document, of this kind, may answer. One without a date is not within any period.

        `sender` is part of the sender's name; case and accents make no difference.
        """
        identity = document.identity
        return (
            (self.documents is None or document.id in self.documents)
            and (self.dossier is None or self.dossier in {dossier.number for dossier in identity.dossiers})
            and (self.since is None or (identity.date is not None and identity.date >= self.since))
            and (self.until is None or (identity.date is not None and identity.date <= self.until))
            and (self.sender is None or is_sent_by(identity, self.sender))
            and (self.kind is None or self.kind == kind)
        )


EVERYTHING = Narrowing()


def is_sent_by(identity: Identity, name: str) -> bool:
    """Whether a document's sender is called so, in part or whole; case and accents make no difference."""
    return identity.sender is not None and fold(name) in fold(identity.sender)


@dataclass(frozen=True, slots=True)
class Answer:
    """Hits, best first, with the probability that they answer the question as it was understood.

    `unknown_reference` is the first document or resolution that the question names and that is not here; the hits
    then are what cites it, if anything does.
    """

    question: str
    understood_as: str
    answered: bool
    confidence: float
    hits: tuple[Hit, ...]
    searched: Searched
    unknown_reference: str | None = None


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
        self._learned = learned_for(encoder.name)
        self._ranking = Ranking(snapshot.passages, snapshot.dense, snapshot.lexical, self._learned.ranking)
        self._coverage = Coverage(snapshot.documents.values())
        self._kinds = {document.id: kind_of(document) for document in snapshot.documents.values()}

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        limit: int = 5,
        narrowing: Narrowing = EVERYTHING,
        per_document: int | None = None,
    ) -> Answer:
        """Answer one question; see `ask_all`."""
        return self.ask_all([(question, history)], limit, narrowing, per_document)[0]

    def ask_all(
        self,
        questions: Sequence[tuple[str, Sequence[str]]],
        limit: int = 5,
        narrowing: Narrowing = EVERYTHING,
        per_document: int | None = None,
    ) -> list[Answer]:
        """Answer questions with their histories (earlier questions, oldest first), encoded together.

        Each answer has at most `limit` hits, `per_document` of them from one document; equal scores are ordered by
        place. UnknownFilterValue when the narrowing names a document, dossier, sender or kind that is not here.
        """
        allowed, searched = self._allowed(narrowing)
        meanings = [understand(question, history) for question, history in questions]
        # Earlier questions help to find the paragraph, but in it they draw to the sentence that answered them.
        texts = list(dict.fromkeys([*meanings, *(question for question, _ in questions)]))
        vectors = dict(zip(texts, self._encoder.encode_questions(texts), strict=True))
        return [
            self._answer(question, meaning, vectors[meaning], vectors[question], limit, allowed, searched, per_document)
            for (question, _), meaning in zip(questions, meanings, strict=True)
        ]

    def _answer(
        self,
        question: str,
        meaning: str,
        query: Vectors,
        last_query: Vectors,
        limit: int,
        allowed: NDArray[np.bool_] | None,
        searched: Searched,
        per_document: int | None,
    ) -> Answer:
        admitted, unknown = self._referred(meaning)
        if admitted is not None:
            allowed = admitted if allowed is None else allowed & admitted
            searched = self._coverage.of_places(self.snapshot.passages.places_of(allowed))
        words = self.snapshot.lexical.understand(meaning)
        ranked = self._ranking.rank(words, query, allowed)
        confidence = self._confidence(meaning, words, query, ranked)
        answered = confidence >= _ANSWERED_FROM
        if unknown is not None and admitted is None:
            # Nothing here even cites it: whatever is alike is a look-alike.
            confidence, answered = 0.0, False
        kept = _at_most(ranked, limit, per_document)
        hits = tuple(
            self._hit(candidate, rank, words, last_query, confidence) for rank, candidate in enumerate(kept, start=1)
        )
        return Answer(question, meaning, answered, confidence, hits, searched, unknown)

    def _confidence(
        self, meaning: str, words: Sequence[QuestionWord], query: Vectors, ranked: Sequence[Candidate]
    ) -> float:
        background = self.snapshot.manifest.background
        if background is None or not ranked:
            return 0.0
        sentence = self.snapshot.dense.vectors(np.array([ranked[0].sentence_row]))[0]
        pair = pair_score(self._learned, query, sentence)
        talk = talk_score(self._learned, query)
        return probability(self._learned.answer, signs(meaning, words, ranked, background, pair, talk))

    def _hit(
        self, candidate: Candidate, rank: int, words: Sequence[QuestionWord], last_query: Vectors, confidence: float
    ) -> Hit:
        """The hit; where hardly anything speaks for an answer and no word is shared, nothing is highlighted.

        `last_query` is the vector of the last question alone.
        """
        if confidence < _HIGHLIGHTED_FROM and not candidate.coverage:
            return Hit(candidate.place, rank, candidate.score, ())
        rows = self._ranking.rows_of(candidate.place)
        rows = rows[self.snapshot.passages.grains[rows] & Grain.SENTENCE > 0]
        cosines = self.snapshot.dense.vectors(rows) @ last_query
        sentences = [self.snapshot.passages[row] for row in rows]
        spans = best_spans(sentences, cosines.tolist(), words, self.snapshot.lexical)
        return Hit(candidate.place, rank, candidate.score, spans)

    def _referred(self, meaning: str) -> tuple[NDArray[np.bool_] | None, str | None]:
        """The rows that the question's references admit, None for all, and the first reference that is unknown.

        A document that is here admits its rows; one that is not, the places that cite it.
        """
        rows: NDArray[np.bool_] | None = None
        unknown: str | None = None
        for reference in references_in(meaning):
            known = known_documents(reference, self.snapshot.documents.values())
            cited = self.snapshot.lexical.places_with(reference.words)
            if not known and not (reference.resolution and len(cited)):
                unknown = unknown or reference.name
            if known or len(cited):
                passages = self.snapshot.passages
                found = passages.in_documents(known) if known else passages.in_places(cited)
                rows = found if rows is None else rows | found
        return rows, unknown

    def _allowed(self, narrowing: Narrowing) -> tuple[NDArray[np.bool_] | None, Searched]:
        """The rows that a narrowing admits, None for all, and what that is."""
        if narrowing == EVERYTHING:
            return None, self._coverage.everything
        documents = self.snapshot.documents
        self._check(narrowing)
        admitted = {
            document.id for document in documents.values() if narrowing.admits(document, self._kinds[document.id])
        }
        return self.snapshot.passages.in_documents(admitted), self._coverage.of(admitted)

    def _check(self, narrowing: Narrowing) -> None:
        """UnknownFilterValue when the narrowing names what is not here: nothing is ever left out in silence."""
        documents = self.snapshot.documents
        faults: dict[str, str] = {}
        unknown = sorted((narrowing.documents or frozenset()) - documents.keys())
        if unknown:
            faults["documents"] = f"there is no document {', '.join(unknown)} here; see the list of documents"
        dossiers = {dossier.number for document in documents.values() for dossier in document.identity.dossiers}
        if narrowing.dossier is not None and narrowing.dossier not in dossiers:
            faults["dossier"] = f"no document here belongs to dossier {narrowing.dossier}"
        sender = narrowing.sender
        if sender is not None and not any(is_sent_by(each.identity, sender) for each in documents.values()):
            faults["sender"] = f"no document here was sent by {sender}; see the list of documents"
        kinds = {kind for kind in self._kinds.values() if kind is not None}
        if narrowing.kind is not None and narrowing.kind not in kinds:
            here = f"those here are of the kinds {', '.join(sorted(kinds))}" if kinds else "no kind is known of those"
            faults["kind"] = f"no document here is of kind {narrowing.kind}; {here}"
        if faults:
            raise UnknownFilterValue(faults)


def _at_most(ranked: Sequence[Candidate], limit: int, per_document: int | None) -> list[Candidate]:
    """The first `limit` of those, `per_document` of one document."""
    kept: list[Candidate] = []
    counts: Counter[str] = Counter()
    for candidate in ranked:
        if len(kept) == limit:
            break
        if per_document is None or counts[candidate.place.document_id] < per_document:
            counts[candidate.place.document_id] += 1
            kept.append(candidate)
    return kept
