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
from index.passages import Grain, Passage, Span

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
    """Ranks places; `places[number]` is the place of text `number` in the lexical index."""

    def __init__(
        self,
        passages: Sequence[Passage],
        places: Sequence[Place],
        dense: DenseIndex,
        lexical: LexicalIndex,
        weights: RankingWeights,
    ) -> None:
        self._places = places
        self._dense = dense
        self._lexical = lexical
        self._weights = weights
        self._numbers = {place: number for number, place in enumerate(places)}
        self._place_of_row = np.array([self._numbers[passage.place] for passage in passages], np.int64)
        self._grains = np.array([passage.grains for passage in passages], np.uint8)
        # Rows of place `number`: self._rows[self._starts[number] : self._starts[number + 1]].
        self._rows = np.argsort(self._place_of_row, kind="stable")
        self._starts = np.searchsorted(self._place_of_row[self._rows], np.arange(len(places) + 1))

    def rank(
        self, words: Sequence[QuestionWord], query: Vectors, allowed: NDArray[np.bool_] | None = None
    ) -> list[Candidate]:
        """Rank places for a question's words and its vector, best first, equal scores in reading order.

        `allowed` marks the rows that may be used; it admits or bars a document's rows together.
        """
        match = self._lexical.match(words)
        chosen = self._candidates(query, match.bm25, allowed)
        if not len(chosen):
            return []
        rows = np.concatenate([self._rows_of(number) for number in chosen])
        starts = np.cumsum([0, *(len(self._rows_of(number)) for number in chosen[:-1])])
        cosines = self._dense.vectors(rows) @ query
        best = {
            grain: np.maximum.reduceat(np.where(self._grains[rows] & grain, cosines, -2.0), starts) for grain in Grain
        }
        whole, window, sentence = best[Grain.PARAGRAPH], best[Grain.WINDOW], best[Grain.SENTENCE]
        weights = self._weights
        scores = (
            weights.whole * whole
            + weights.window * window
            + weights.sentence * sentence
            + weights.bm25 * match.bm25[chosen]
            + weights.coverage * match.coverage[chosen]
        )
        sentence_cosines = np.where(self._grains[rows] & Grain.SENTENCE, cosines, -2.0)
        ends = [*starts[1:], len(rows)]
        return [
            Candidate(
                place=self._places[chosen[at]],
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
        return self._rows_of(self._numbers[place])

    def _candidates(
        self, query: Vectors, bm25: NDArray[np.float32], allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """Numbers of the places to score, in reading order."""
        found = self._place_of_row[self._dense.nearest(query, _NEAREST, allowed)]
        usable = np.zeros(len(self._places), np.bool_)
        usable[self._place_of_row if allowed is None else self._place_of_row[allowed]] = True
        matching = np.flatnonzero(usable & (bm25 > 0))
        by_words = matching[np.argsort(-bm25[matching], kind="stable")[:_BY_WORDS]]
        return np.union1d(found, by_words)

    def _rows_of(self, number: int) -> NDArray[np.int64]:
        return self._rows[self._starts[number] : self._starts[number + 1]]
