"""A question's words, understood from the words that a database keeps; and how they stand in a few places.

Both are the product's own lexical index (`index/lexical.py`) over what a question needs of the whole one.
"""

import json
import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.lexical import LexicalIndex, QuestionWord
from index.milvus_rows import letters_of, long_form_key
from index.milvus_schema import WORDS, collection
from index.milvus_store import Row, Store
from index.vocabulary import SHORTEST_CORRECTED, Vocabulary
from index.words import STOP_WORDS, stem, words_of

_LONGEST_FORM = 12  # words of an abbreviation's long form
_NEAR_WORDS = 512
_FARTHEST = 8.0  # squared distance of letter counts that two errors can make
_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Totals:
    """How many places a version has, and how many words one has on average."""

    places: int
    mean_length: float


@dataclass(frozen=True, slots=True)
class PlaceStems:
    """How often each stem stands in a place, how many words it has, and what its compounds are made of."""

    length: float
    stems: Mapping[str, float]
    compounds: Mapping[str, Sequence[str]]

    @classmethod
    def read(cls, text: str) -> "PlaceStems":
        """Read what `index.milvus_rows` wrote."""
        found = json.loads(text)
        return cls(found["n"], found["s"], found["p"])


class PartialIndex(LexicalIndex):
    """A lexical index over some places of a larger one, whose stems are as rare as they are in that.

    `counts` tell of stems, in how many places of the larger one they stand, `vocabulary` of its words.
    """

    def __init__(
        self,
        totals: Totals,
        places: Sequence[PlaceStems],
        counts: Mapping[str, int],
        vocabulary: Vocabulary,
        abbreviations: Mapping[str, str],
    ) -> None:
        names = [name for name, count in counts.items() if count]
        postings = [
            [(at, place.stems[name]) for at, place in enumerate(places) if name in place.stems] for name in names
        ]
        super().__init__(
            names,
            np.cumsum([0, *map(len, postings)]).astype(np.int64),
            np.array([at for each in postings for at, _ in each], np.int32),
            np.array([often for each in postings for _, often in each], np.float32),
            np.array([place.length for place in places], np.float32),
            vocabulary,
            abbreviations,
            mean_length=totals.mean_length,
        )
        self._totals, self._counts = totals, counts

    def idf(self, name: str) -> float:
        """How rare a stem is in the larger index, by the formula of `LexicalIndex.idf`."""
        count = self._counts.get(name, 0)
        return math.log(1 + (self._totals.places - count + 0.5) / (count + 0.5))


class _Compounds(Vocabulary):
    """What the compounds of some places are made of, found when they were indexed."""

    def __init__(self, compounds: Mapping[str, Sequence[str]]) -> None:
        super().__init__({})
        self._compounds = compounds

    def parts(self, word: str) -> tuple[str, ...]:
        return tuple(self._compounds.get(word, ()))


class _Neighbours(Vocabulary):
    """Some words of a database, of which misspelt ones are looked up there."""

    def __init__(self, words: "StoredWords", counts: Mapping[str, int]) -> None:
        super().__init__(counts)
        self._words = words

    def corrections(self, word: str) -> tuple[tuple[str, int], ...]:
        return self._words.corrections(word)


class StoredWords:
    """The words of one version. Threads may share it."""

    def __init__(self, store: Store, version: str, totals: Totals) -> None:
        self._store, self._collection, self._totals = store, collection(version, WORDS), totals
        self._known: dict[str, Row | None] = {}
        self._mutex = threading.Lock()
        self.corrections = lru_cache(4096)(self._corrections)

    def understand(self, question: str) -> tuple[QuestionWord, ...]:
        """The content words of a question, as `LexicalIndex.understand` finds them in the whole index."""
        asked = words_of(question)
        plain = list(dict.fromkeys(asked))
        long_forms = [
            long_form_key(asked[start:end])
            for start in range(len(asked))
            for end in range(start + 2, min(len(asked), start + _LONGEST_FORM) + 1)
        ]
        abbreviations = dict[str, str]()
        for row in self._rows([*(f"a:{word}" for word in plain), *long_forms]):
            short, long = json.loads(row["value"])
            abbreviations[short] = long
        words = [*plain, *(word for pair in abbreviations.items() for text in pair for word in words_of(text))]
        parts = {word: None for word in words} | {part: None for word in words for part in _possible_parts(word)}
        counts = self._counts("w:", parts)
        neighbours = _Neighbours(self, counts)
        stems = {stem(word) for word in words} | {stem(part) for word in words for part in neighbours.parts(word)}
        found = self._counts("s:", stems)
        for word in plain:
            if not any(name in found for name in (stem(word), *map(stem, neighbours.parts(word)))):
                found |= self._counts("s:", {stem(right) for right, _ in self.corrections(word)})
        return PartialIndex(self._totals, (), found, neighbours, abbreviations).understand(question)

    def among(self, places: Sequence[PlaceStems], words: Sequence[QuestionWord]) -> LexicalIndex:
        """An index over some places by which a question's words match them as they do in the whole index."""
        counts = self._counts("s:", {name for word in words for name, _ in word.stems})
        compounds = {word: parts for place in places for word, parts in place.compounds.items()}
        return PartialIndex(self._totals, places, counts, _Compounds(compounds), {})

    def _corrections(self, word: str) -> tuple[tuple[str, int], ...]:
        """Known words that a misspelt word may be, as `Vocabulary.corrections` has them."""
        if not word.isalpha() or word in STOP_WORDS or len(word) < SHORTEST_CORRECTED:
            return ()
        near = self._store.search(
            self._collection,
            "letters",
            letters_of(word),
            _NEAR_WORDS,
            ("key", "often"),
            f"size >= {max(1, len(word) - 2)} and size <= {len(word) + 2}",
        )
        counts = {row["key"][2:]: row["often"] for row in near if row["distance"] <= _FARTHEST}
        return Vocabulary(counts).corrections(word)

    def _counts(self, prefix: str, words: Iterable[str]) -> dict[str, int]:
        return {row["key"][2:]: int(row["often"]) for row in self._rows([prefix + word for word in words])}

    def _rows(self, keys: Sequence[str]) -> list[Row]:
        """The rows with these keys that there are; asked once, and remembered for the next questions."""
        with self._mutex:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            known = {key: self._known[key] for key in keys if key in self._known}
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            found = {
                row["key"]: row for row in self._store.get(self._collection, "key", missing, ("key", "often", "value"))
            }
            fresh = {key: found.get(key) for key in missing}
            known |= fresh
            with self._mutex:
                self._known.update(fresh)
        return [row for key in dict.fromkeys(keys) if (row := known[key]) is not None]


def _possible_parts(word: str) -> set[str]:
    """All that `Vocabulary.parts` may look up to split a word."""

    class Noting(dict[str, int]):
        def __contains__(self, key: object) -> bool:
            noted.add(str(key))
            return True

        def __getitem__(self, key: str) -> int:
            return 1

    noted: set[str] = set()
    Vocabulary(Noting()).parts(word)
    return noted
