"""A question becomes ranked places: each scored by its passages at all grains and by its words, together.

The weights are learned (scripts/train_ranking.py) and few, so that they hold for collections never seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.citation import Place
from index.dense import DenseIndex
from index.encoder import Vectors
from index.learned import RankingWeights
from index.lexical import LexicalIndex, QuestionWord
from index.passage_table import PassageTable
from index.passages import Grain, Span
from index.ragged import positions_of

# Passages taken from the nearest, and places from the best by words; they are then scored in full.
_NEAREST, _BY_WORDS = 400, 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that may answer. `score` orders hits: a weighted cosine, up to 0.2 higher for shared words.

    It is no probability. `highlights` are spans of the place's text.
    """

    place: Place
    rank: int
    score: float
    highlights: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place with what its score is made of.

    The first three are its best cosines at each grain. `bm25` and `coverage` as in `LexicalMatch`; `presence` tells
    of each question word how fully it stands in the place. `sentence_row` is the passage of the best sentence.
    """

    place: Place
    score: float
    whole: float
    window: float
    sentence: float
    bm25: float
    coverage: float
    presence: tuple[float, ...]
    sentence_row: int


class Ranking:
    """Ranks places, whose numbers are the same in the table of passages and in the lexical index."""

    def __init__(
        self,
        passages: PassageTable,
        dense: DenseIndex,
        lexical: LexicalIndex,
        weights: RankingWeights,
    ) -> None:
        self._passages = passages
        self._dense = dense
        self._lexical = lexical
        self._weights = weights

    def rank(
        self, words: Sequence[QuestionWord], query: Vectors, allowed: NDArray[np.bool_] | None = None
    ) -> list[Candidate]:
        """Rank places for a question's words and its vector, best first, equal scores in reading order.

        `allowed` marks the rows that may be used; it admits or bars a document's rows together.
        """
        return self._rank(words, query, self._dense.nearest(query[None, :], _NEAREST, allowed)[0], allowed)

    def rank_all(self, words: Sequence[Sequence[QuestionWord]], queries: Vectors) -> list[list[Candidate]]:
        """Rank places for several questions, as `rank` does for each; `queries` has shape (questions, dim)."""
        nearest = self._dense.nearest(queries, _NEAREST)
        return [self._rank(*each) for each in zip(words, queries, nearest, strict=True)]

    def _rank(
        self,
        words: Sequence[QuestionWord],
        query: Vectors,
        nearest: NDArray[np.int64],
        allowed: NDArray[np.bool_] | None = None,
    ) -> list[Candidate]:
        match = self._lexical.match(words)
        chosen = self._candidates(nearest, match.bm25, allowed)
        if not len(chosen):
            return []
        rows = positions_of(self._passages.starts, chosen)
        starts = np.searchsorted(self._passages.place_numbers[rows], chosen)
        cosines = self._dense.vectors(rows) @ query
        grains = self._passages.grains[rows]
        best = {grain: np.maximum.reduceat(np.where(grains & grain, cosines, -2.0), starts) for grain in Grain}
        whole, window, sentence = best[Grain.PARAGRAPH], best[Grain.WINDOW], best[Grain.SENTENCE]
        weights = self._weights
        scores = (
            weights.whole * whole
            + weights.window * window
            + weights.sentence * sentence
            + weights.bm25 * match.bm25[chosen]
            + weights.coverage * match.coverage[chosen]
        )
        sentence_cosines = np.where(grains & Grain.SENTENCE, cosines, -2.0)
        ends = [*starts[1:], len(rows)]
        return [
            Candidate(
                place=self._passages.places[chosen[at]],
                score=float(scores[at]),
                whole=float(whole[at]),
                window=float(window[at]),
                sentence=float(sentence[at]),
                bm25=float(match.bm25[chosen[at]]),
                coverage=float(match.coverage[chosen[at]]),
                presence=tuple(float(share) for share in match.presence[:, chosen[at]]),
                sentence_row=int(rows[starts[at] + int(np.argmax(sentence_cosines[starts[at] : ends[at]]))]),
            )
            for at in np.argsort(-scores, kind="stable")
        ]

    def rows_of(self, place: Place) -> NDArray[np.int64]:
        """The rows of a place's passages, in reading order."""
        number = self._passages.number_of(place)
        return np.arange(self._passages.starts[number], self._passages.starts[number + 1])

    def _candidates(
        self, nearest: NDArray[np.int64], bm25: NDArray[np.float32], allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """Numbers of the places to score, in reading order."""
        place_numbers = self._passages.place_numbers
        found = place_numbers[nearest]
        usable = np.zeros(len(self._passages.places), np.bool_)
        usable[place_numbers if allowed is None else place_numbers[allowed]] = True
        matching = np.flatnonzero(usable & (bm25 > 0))
        by_words = matching[np.argsort(-bm25[matching], kind="stable")[:_BY_WORDS]]
        return np.union1d(found, by_words)
