"""Answers questions from a version in Milvus, ranked as the product ranks (`index/ranking.py`).

The database gives candidates: the nearest passages, and the best places by its BM25. No sum of scores can put a place
before another whose certain score is higher than the most that the first may get, so only those are fetched whole, from
the most promising on, until enough of them are certain. They are then a small index of their own, ranked by the same
code as a whole one.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpus.citation import Place
from index.coverage import Searched
from index.dense import DenseIndex
from index.encoder import Vectors
from index.engine import Found, Scope
from index.errors import SnapshotDamaged, UnknownFilterValue
from index.learned import RankingWeights
from index.lexical import QuestionWord, coverage_of
from index.manifest import Manifest
from index.milvus_documents import StoredDocuments, StoredTexts
from index.milvus_schema import PASSAGES, PLACES, collection
from index.milvus_scope import Condition, Places, both, condition_of, one_of
from index.milvus_store import Row, Store
from index.milvus_words import PlaceStems, StoredWords, Totals
from index.narrowing import EVERYTHING, Narrowing, faults_of
from index.passage_table import PassageTable
from index.passages import Grain, PlaceText
from index.place_table import PlaceTable
from index.ragged import starts_of
from index.ranking import NEAREST, Ranking
from index.references import Reference

# More than the product takes of places by words: a database may count how rare a word is by parts of its data.
_BY_WORDS = 200
_AT_ONCE = 32  # places fetched whole
_ROUNDING = 1e-5
_WIDTH = 800  # how widely HNSW seeks


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


class MilvusOpened:
    """One version. It never changes, and holds nothing but what was asked lately."""

    def __init__(self, store: Store, manifest: Manifest) -> None:
        self._store = store
        self.manifest = manifest
        self.documents = StoredDocuments(store, manifest.version, manifest.documents)

    def reader(self, weights: RankingWeights) -> "MilvusReader":
        """What answers questions about it, ranked by these weights."""
        return MilvusReader(self._store, self.manifest, weights)


class MilvusReader:
    """Reads one version."""

    def __init__(self, store: Store, manifest: Manifest, weights: RankingWeights) -> None:
        self.store, self.weights = store, weights
        self.passages, self.places = (collection(manifest.version, kind) for kind in (PASSAGES, PLACES))
        self.texts = StoredTexts(store, manifest.version)
        meta = json.loads(self.texts.read(["meta"])["meta"])
        self.words = StoredWords(store, manifest.version, Totals(meta["places"], meta["mean_length"]))
        self.here = Places(store, manifest.version)
        self._kinds = set(meta["kinds"])
        self._everything = Searched(manifest.documents, manifest.paragraphs, *map(_day, (meta["since"], meta["until"])))
        self.searched = lru_cache(1024)(self.here.searched)

    def understand(self, question: str) -> tuple[QuestionWord, ...]:
        """The content words of a question."""
        return self.words.understand(question)

    def within(self, narrowing: Narrowing) -> Scope:
        """What a narrowing admits; UnknownFilterValue when it names what is not here."""
        if narrowing == EVERYTHING:
            return MilvusScope(self, Condition(), self._everything)
        faults = faults_of(
            narrowing,
            unknown=self.here.unknown(narrowing.documents or frozenset()),
            has_dossier=narrowing.dossier is None or self.here.has(condition_of(Narrowing(dossier=narrowing.dossier))),
            has_sender=narrowing.sender is None or self.here.has(condition_of(Narrowing(sender=narrowing.sender))),
            kinds=self._kinds,
        )
        if faults:
            raise UnknownFilterValue(faults)
        condition = Condition(condition_of(narrowing))
        return MilvusScope(self, condition, self.searched(condition))


@dataclass(frozen=True, slots=True)
class MilvusScope:
    """The places that meet a condition."""

    reader: MilvusReader
    condition: Condition
    searched: Searched

    def referred(self, references: Sequence[Reference]) -> tuple[Scope | None, str | None]:
        """What a question's references leave of it, None for all, and the name of the first that is unknown."""
        here = self.reader.here
        admitted: list[str] = []
        are_documents = True
        unknown: str | None = None
        for reference in references:
            known, citing = here.meant_by(reference), here.citing(reference.words)
            if not known and not (reference.resolution and citing):
                unknown = unknown or reference.name
            if known or citing:
                admitted.append(f"document_id in {one_of(known)}" if known else citing)
                are_documents &= bool(known)
        if not admitted:
            return None, unknown
        either = " or ".join(admitted)
        condition = self.condition
        if are_documents:
            condition = Condition(both(condition.documents, either), condition.places)
        else:
            condition = Condition(condition.documents, both(condition.places, either))
        return MilvusScope(self.reader, condition, self.reader.searched(condition)), unknown

    def find(self, words: Sequence[QuestionWord], query: Vectors, limit: int | None) -> Found:
        """Rank its places for a question's words and its vector."""
        return _Finding(self.reader, words, query).found(str(self.condition), limit)


class _Finding:
    """One question's way from candidates to ranked places."""

    def __init__(self, reader: MilvusReader, words: Sequence[QuestionWord], query: Vectors) -> None:
        self._reader, self._words, self._query = reader, words, query
        self._fetched: dict[int, Row] = {}

    def found(self, condition: str, limit: int | None) -> Found:
        near, by_words = self._candidates(condition)
        numbers = np.array(sorted({int(hit["place"]) for hit in (*near, *by_words)}), np.int64)
        rows = self._places(numbers)
        stems = [PlaceStems.read(row["words"]) for row in rows]
        bounds = self._bounds(numbers, near) + self._lexical_scores(stems)
        order = np.argsort(-bounds, kind="stable")
        # The honest no looks at the first three.
        wanted = len(order) if limit is None else max(limit, 3)
        taken = 0
        found = self._ranked([], [])
        while taken < len(order):
            # Twice as many each time: a way there and back costs as much as many places.
            taken = min(len(order), max(_AT_ONCE, wanted, 2 * taken))
            # In reading order, as equal scores are to be.
            chosen = np.sort(order[:taken])
            found = self._ranked([rows[at] for at in chosen], [stems[at] for at in chosen])
            best = [candidate.score for candidate in found.ranked[:wanted]]
            if taken == len(order) or (len(best) == wanted and best[-1] > bounds[order[taken]] + _ROUNDING):
                break
        return found

    def _candidates(self, condition: str) -> tuple[list[Row], list[Row]]:
        reader = self._reader
        near = reader.store.search(
            reader.passages, "vector", self._query, NEAREST, ("place", "grains"), condition, ef=_WIDTH
        )
        stems = " ".join(dict.fromkeys(name for word in self._words for name, _ in word.stems))
        if not stems:
            return near, []
        return near, reader.store.search(reader.places, "bm25", stems, _BY_WORDS, ("place",), condition)

    def _places(self, numbers: NDArray[np.int64]) -> list[Row]:
        """The rows of places by number; SnapshotDamaged when one is missing."""
        fields = ("place", "document_id", "paragraph", "mark", "first", "passages", "text", "words")
        rows = {
            int(row["place"]): row
            for row in self._reader.store.get(self._reader.places, "place", numbers.tolist(), fields)
        }
        if len(rows) != len(numbers):
            raise SnapshotDamaged(f"{self._reader.places} lacks places that its passages name")
        long = [f"{name}:{number}" for number, row in rows.items() for name in ("text", "words") if row[name] is None]
        for name, content in (self._reader.texts.read(long) if long else {}).items():
            field, _, number = name.partition(":")
            rows[int(number)][field] = content
        return [rows[number] for number in numbers.tolist()]

    def _bounds(self, numbers: NDArray[np.int64], near: Sequence[Row]) -> NDArray[np.float64]:
        """The most that each place's cosines may count: what is not among the nearest is no nearer than the last."""
        weights = self._reader.weights
        least = min((hit["distance"] for hit in near), default=1.0) if len(near) == NEAREST else -1.0
        best = np.full((len(numbers), 3), least)
        for hit in near:
            at = int(np.searchsorted(numbers, int(hit["place"])))
            for column, grain in enumerate(Grain):
                if int(hit["grains"]) & grain:
                    best[at, column] = max(best[at, column], hit["distance"])
        if len(near) < NEAREST:
            # All passages that there are were given, so what is missing has no such grain.
            best = np.maximum(best, -1.0)
        return np.asarray(best @ np.array([weights.whole, weights.window, weights.sentence]))

    def _lexical_scores(self, stems: Sequence[PlaceStems]) -> NDArray[np.float64]:
        lexical, weights = self._reader.words.among(stems, self._words), self._reader.weights
        coverage = coverage_of(self._words, lexical.presence(self._words, np.arange(lexical.places)))
        return np.asarray(weights.bm25 * lexical.bm25(self._words) + weights.coverage * coverage)

    def _ranked(self, rows: Sequence[Row], stems: Sequence[PlaceStems]) -> Found:
        """Rank places that were fetched, by the product's own ranking over an index of just these."""
        reader = self._reader
        ids = [number for row in rows for number in range(row["first"], row["first"] + row["passages"])]
        fields = ("passage", "vector", "start", "stop", "grains")
        fetched = self._fetched
        missing = [number for number in ids if number not in fetched]
        if missing:
            fetched |= {
                int(row["passage"]): row for row in reader.store.get(reader.passages, "passage", missing, fields)
            }
        if not fetched.keys() >= set(ids):
            raise SnapshotDamaged(f"{reader.passages} lacks passages of its places")
        texts = {
            Place(row["document_id"], int(row["paragraph"]), row["mark"] or None): PlaceText(row["text"], "")
            for row in rows
        }
        begins, ends, grains = (
            np.array([fetched[number][name] for number in ids], np.int32) for name in ("start", "stop", "grains")
        )
        starts = starts_of([int(row["passages"]) for row in rows])
        passages = PassageTable(PlaceTable.of(texts), starts, begins, ends, grains.astype(np.uint8))
        vectors = np.array([fetched[number]["vector"] for number in ids], np.float32).reshape(-1, len(self._query))
        dense = DenseIndex.from_vectors(vectors)
        lexical = reader.words.among(stems, self._words)
        return Found(
            Ranking(passages, dense, lexical, reader.weights).rank(self._words, self._query), passages, dense, lexical
        )
