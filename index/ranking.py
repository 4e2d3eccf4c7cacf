"""A query vector becomes ranked places: each scored by its passages at all grains together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.citation import Place
from index.dense import DenseIndex
from index.encoder import Vectors
from index.passages import Grain, Passage, Span

# Passages taken from the nearest; the places they belong to are then scored in full.
_CANDIDATES = 400


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that may answer. `score` is the mean of its best cosines at three grains, higher is better.

    `highlights` are spans of the place's text.
    """

    place: Place
    rank: int
    score: float
    highlights: tuple[Span, ...]


class Ranking:
    """Ranks the places that passages (by row) belong to."""

    def __init__(self, passages: Sequence[Passage], dense: DenseIndex) -> None:
        self._passages = passages
        self._dense = dense
        self._grains = np.array([passage.grains for passage in passages], np.uint8)
        rows: dict[Place, list[int]] = {}
        for row, passage in enumerate(passages):
            rows.setdefault(passage.place, []).append(row)
        self._rows = {place: np.array(found, np.int64) for place, found in rows.items()}

    def rank(self, query: Vectors, allowed: NDArray[np.bool_] | None = None) -> list[Hit]:
        """Rank places for one query vector, best first, equal scores by place.

        `allowed` marks the rows that may be used; it admits or bars a document's rows together.
        """
        nearest = self._dense.nearest(query, _CANDIDATES, allowed)
        places = sorted({self._passages[row].place for row in nearest}, key=_order)
        scored = [(self._score(place, query), place) for place in places]
        scored.sort(key=lambda entry: -entry[0][0])
        return [Hit(place, rank, score, (span,)) for rank, ((score, span), place) in enumerate(scored, start=1)]

    def _score(self, place: Place, query: Vectors) -> tuple[float, Span]:
        rows = self._rows[place]
        cosines = self._dense.vectors(rows) @ query
        best = {grain: cosines[(self._grains[rows] & grain) > 0] for grain in Grain}
        sentences = rows[(self._grains[rows] & Grain.SENTENCE) > 0]
        span = self._passages[sentences[int(np.argmax(best[Grain.SENTENCE]))]].span
        return float(np.mean([found.max() for found in best.values()])), span


def _order(place: Place) -> tuple[str, int, str]:
    return place.document_id, place.paragraph, place.footnote or ""
