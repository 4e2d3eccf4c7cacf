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
from index.lexical import LexicalIndex, QuestionWord, coverage_of
from index.made import Made
from index.passage_table import PassageTable
from index.passages import Grain, Span
from index.ragged import positions_of, starts_of

# Passages taken from the nearest, and places from the best by words; they are then scored in full.
NEAREST, _BY_WORDS = 400, 50
_NO_COSINE = -2.0


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

    The first three are its best cosines at each grain. `bm25` and `presence` as in `LexicalIndex`, `coverage` as
    `coverage_of` has it. `sentence_row` is the passage of the best sentence.
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


class Ranked(Made[Candidate]):
    """Candidates, best first, equal scores in reading order; made from columns when they are asked for.

    Some hundred places are scored and a handful is looked at. `parts` has shape (5, places), in the order of
    `Candidate`; `rows` are those of all places behind each other, `ends` where each place's end.
    """

    def __init__(
        self,
        places: Sequence[Place],
        numbers: NDArray[np.int64],
        scores: NDArray[np.float32],
        parts: NDArray[np.float32],
        presence: NDArray[np.float32],
        rows: NDArray[np.int64],
        ends: NDArray[np.int64],
        sentence_cosines: NDArray[np.float32],
    ) -> None:
        self._places, self._numbers, self._scores, self._parts = places, numbers, scores, parts
        self._presence, self._rows, self._ends, self._cosines = presence, rows, ends, sentence_cosines
        self._order = np.argsort(-scores, kind="stable")

    def __len__(self) -> int:
        return len(self._order)

    def item(self, number: int) -> Candidate:
        """The candidate that comes after so many others."""
        at = self._order[number]
        first = self._ends[at - 1] if at else 0
        whole, window, sentence, bm25, coverage = self._parts[:, at].tolist()
        return Candidate(
            place=self._places[self._numbers[at]],
            score=float(self._scores[at]),
            whole=whole,
            window=window,
            sentence=sentence,
            bm25=bm25,
            coverage=coverage,
            presence=tuple(self._presence[:, at].tolist()),
            sentence_row=int(self._rows[first + int(np.argmax(self._cosines[first : self._ends[at]]))]),
        )


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

    def rank(self, words: Sequence[QuestionWord], query: Vectors, allowed: NDArray[np.bool_] | None = None) -> Ranked:
        """Rank places for a question's words and its vector, best first, equal scores in reading order.

        `allowed` marks the rows that may be used; it admits or bars a document's rows together.
        """
        return self._rank(words, query, self._dense.nearest(query[None, :], NEAREST, allowed)[0], allowed)

    def rank_all(
        self, words: Sequence[Sequence[QuestionWord]], queries: Vectors, nearest: Sequence[NDArray[np.int64]]
    ) -> list[Ranked]:
        """Rank places for several questions, as `rank` does for each; `queries` has shape (questions, dim).

        `nearest` are the `NEAREST` rows to each.
        """
        return [self._rank(*each) for each in zip(words, queries, nearest, strict=True)]

    def _rank(
        self,
        words: Sequence[QuestionWord],
        query: Vectors,
        nearest: NDArray[np.int64],
        allowed: NDArray[np.bool_] | None = None,
    ) -> Ranked:
        every_bm25 = self._lexical.bm25(words)
        chosen = self._candidates(nearest, every_bm25, allowed)
        bm25, presence = every_bm25[chosen], self._lexical.presence(words, chosen)
        coverage = coverage_of(words, presence)
        rows = positions_of(self._passages.starts, chosen)
        bounds = starts_of(self._passages.starts[chosen + 1] - self._passages.starts[chosen])
        starts, ends = bounds[:-1], bounds[1:]
        cosines = self._dense.vectors(rows) @ query
        grains = self._passages.grains[rows]
        best = {grain: _best(np.where(grains & grain, cosines, _NO_COSINE), starts) for grain in Grain}
        whole, window, sentence = best[Grain.PARAGRAPH], best[Grain.WINDOW], best[Grain.SENTENCE]
        weights = self._weights
        scores = (
            weights.whole * whole
            + weights.window * window
            + weights.sentence * sentence
            + weights.bm25 * bm25
            + weights.coverage * coverage
        )
        return Ranked(
            places=self._passages.places,
            numbers=chosen,
            scores=scores,
            parts=np.array([whole, window, sentence, bm25, coverage]),
            presence=presence,
            rows=rows,
            ends=ends,
            sentence_cosines=np.where(grains & Grain.SENTENCE, cosines, _NO_COSINE),
        )

    def _candidates(
        self, nearest: NDArray[np.int64], bm25: NDArray[np.float32], allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """Numbers of the places to score, in reading order."""
        place_numbers = self._passages.place_numbers
        matching = bm25 > 0
        if allowed is not None:
            usable = np.zeros(len(matching), np.bool_)
            usable[place_numbers[allowed]] = True
            matching &= usable
        numbers = np.flatnonzero(matching)
        return np.union1d(place_numbers[nearest], numbers[_highest(bm25[numbers], _BY_WORDS)])


def _highest(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """The positions of the `count` highest scores, the first of equal ones, in no order; without sorting them all."""
    if len(scores) <= count:
        return np.arange(len(scores))
    least = np.partition(scores, -count)[-count]
    higher = np.flatnonzero(scores > least)
    return np.concatenate([higher, np.flatnonzero(scores == least)[: count - len(higher)]])


def _best(cosines: NDArray[np.float32], starts: NDArray[np.int64]) -> NDArray[np.float32]:
    """The highest of each place's cosines, which begin at `starts`."""
    return np.maximum.reduceat(cosines, starts) if len(starts) else cosines
