"""A question becomes hits: paragraphs and footnotes, ranked, with the sentence that answers best."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.answerable import pair_score, probability, signs, talk_score
from index.conversation import understand
from index.coverage import Searched
from index.encoder import Encoder, Vectors
from index.engine import Found, Opened, Scope
from index.errors import SnapshotMismatch
from index.highlight import best_spans
from index.learned import learned_for
from index.lexical import QuestionWord
from index.manifest import HOW_TO_REBUILD, recipe_of
from index.narrowing import EVERYTHING, Narrowing
from index.ranking import Candidate, Hit
from index.references import references_in

# Refusing a question that is answered here costs more than showing a near miss: of the letter's development questions
# this lets 89 of 100 pass, of 179 questions on other subjects 7 of 100 (0.5: 81 and 3).
_ANSWERED_FROM = 0.38
_HIGHLIGHTED_FROM = 0.15


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
    """Asks one version of an index. It never changes, so any number of threads may share it."""

    def __init__(self, snapshot: Opened, encoder: Encoder) -> None:
        wanted, found = recipe_of(encoder), snapshot.manifest.recipe
        if wanted != found:
            differing = [name for name, value in wanted if value != dict(found)[name]]
            raise SnapshotMismatch(
                f"snapshot {snapshot.manifest.version} was made by {found.model}, this program uses {wanted.model}; "
                f"they differ in {', '.join(differing)}; {HOW_TO_REBUILD}"
            )
        self.snapshot = snapshot
        self._encoder = encoder
        self._learned = learned_for(encoder.name)
        self._reader = snapshot.reader(self._learned.ranking)

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
        scope = self._reader.within(narrowing)
        meanings = [understand(question, history) for question, history in questions]
        # Earlier questions help to find the paragraph, but in it they draw to the sentence that answered them.
        texts = list(dict.fromkeys([*meanings, *(question for question, _ in questions)]))
        vectors = dict(zip(texts, self._encoder.encode_questions(texts), strict=True))
        return [
            self._answer(question, meaning, vectors[meaning], vectors[question], limit, scope, per_document)
            for (question, _), meaning in zip(questions, meanings, strict=True)
        ]

    def _answer(
        self,
        question: str,
        meaning: str,
        query: Vectors,
        last_query: Vectors,
        limit: int,
        scope: Scope,
        per_document: int | None,
    ) -> Answer:
        admitted, unknown = scope.referred(references_in(meaning))
        words = self._reader.understand(meaning)
        within = scope if admitted is None else admitted
        found = within.find(words, query, limit if per_document is None else None)
        confidence = self._confidence(meaning, words, query, found)
        answered = confidence >= _ANSWERED_FROM
        if unknown is not None and admitted is None:
            # Nothing here even cites it: whatever is alike is a look-alike.
            confidence, answered = 0.0, False
        kept = _at_most(found.ranked, limit, per_document)
        hits = tuple(
            _hit(candidate, rank, words, last_query, confidence, found) for rank, candidate in enumerate(kept, start=1)
        )
        return Answer(question, meaning, answered, confidence, hits, within.searched, unknown)

    def _confidence(self, meaning: str, words: Sequence[QuestionWord], query: Vectors, found: Found) -> float:
        background = self.snapshot.manifest.background
        if background is None or not found.ranked:
            return 0.0
        pair = pair_score(self._learned, query, found.best_sentence(found.ranked[0]))
        talk = talk_score(self._learned, query)
        return probability(self._learned.answer, signs(meaning, words, found.ranked, background, pair, talk))


def _hit(
    candidate: Candidate, rank: int, words: Sequence[QuestionWord], last_query: Vectors, confidence: float, found: Found
) -> Hit:
    """The hit; where hardly anything speaks for an answer and no word is shared, nothing is highlighted.

    `last_query` is the vector of the last question alone.
    """
    if confidence < _HIGHLIGHTED_FROM and not candidate.coverage:
        return Hit(candidate.place, rank, candidate.score, ())
    text, sentences, vectors = found.sentences_of(candidate)
    spans = best_spans(text, sentences, (vectors @ last_query).tolist(), words, candidate.presence, found.lexical)
    return Hit(candidate.place, rank, candidate.score, spans)


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
