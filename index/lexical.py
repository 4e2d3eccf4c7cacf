"""BM25 over places with Dutch analysis: which words of a question stand where, and how rare they are.

Source of the formula: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009; the idf that stays
positive is Lucene's. A word counts by its stem; the parts of a compound count half, words of the headings a third.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial, reduce

import numpy as np
from numpy.typing import NDArray

from index.abbreviations import EXPLAINING, mine_abbreviations
from index.columns import Buffer, pack, unpack
from index.errors import SnapshotDamaged
from index.place_table import PlaceTable
from index.place_words import PlaceWords
from index.ragged import Numbers, order_of, positions_of, starts_of
from index.vocabulary import Vocabulary
from index.word_list import is_in_a_word_list
from index.words import STOP_WORDS, stem, stems, words_of

LEXICAL = "lexical.safetensors"
_COLUMNS = ("starts", "places", "frequencies", "lengths")

_K1, _B = 1.2, 0.75
_PART_WEIGHT, _HEADING_WEIGHT = 0.5, 0.33
# What an expansion of a question's word counts, against 1 for the word itself.
_EXPANSION_WEIGHT = 0.6
_CORRECTION_WEIGHTS = {1: 0.8, 2: 0.6}
_MOST_CONTENT_WORDS = 64
_KNOWN_WORDS = 50_000

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class QuestionWord:
    """A content word of a question: the stems that stand for it, with their weights.

    `idf` is that of its most common stem, the highest there is when the corpus has none of them. `known` says whether
    the corpus has one, `recognised` whether it has the word or one that differs by a typing error.
    """

    word: str
    stems: tuple[tuple[str, float], ...]
    idf: float
    known: bool
    recognised: bool

    @property
    def is_word(self) -> bool:
        """Whether the corpus or a word list has it."""
        return self.recognised or is_in_a_word_list(self.word)


class LexicalIndex:
    """An inverted index over `places` texts, numbered from 0. It never changes, so threads may share it."""

    def __init__(
        self,
        stems: Sequence[str],
        starts: NDArray[np.int64],
        places: NDArray[np.int32],
        frequencies: Floats,
        lengths: Floats,
        vocabulary: Vocabulary,
        abbreviations: Mapping[str, str],
        mean_length: float | None = None,
    ) -> None:
        self._stems = {name: number for number, name in enumerate(stems)}
        self._starts, self._places, self._frequencies, self._lengths = starts, places, frequencies, lengths
        self.vocabulary = vocabulary
        self.abbreviations = dict(abbreviations)
        self._long_forms = {" ".join(words_of(long)): short for short, long in abbreviations.items()}
        self._short_forms = {short.lower(): long for short, long in abbreviations.items()}
        # Every sentence of a hit that shares a word with the question is analysed for its highlight. Words of questions
        # are not kept: they are the askers' own, and without end.
        self._stems_of_text = lru_cache(_KNOWN_WORDS)(partial(_indexed_stems, vocabulary=vocabulary))
        mean = mean_length or (float(lengths.mean()) if len(lengths) else 1.0)
        self._saturation = _K1 * (1 - _B + _B * lengths / max(mean, 1e-9))

    @classmethod
    def of(cls, places: PlaceTable, words: PlaceWords | None = None) -> "LexicalIndex":
        """Index the texts of places by their number; `words` are theirs, where they are known already."""
        words = words or PlaceWords.of(places)
        # Of each place its own words, then those above it.
        texts = np.column_stack([np.arange(words.places), words.above]).ravel()
        positions, sizes = positions_of(words.starts, texts), np.diff(words.starts)[texts]
        numbers = words.numbers[positions]
        weights = words.counts[positions] * np.repeat(np.tile([1.0, _HEADING_WEIGHT], words.places), sizes)
        of_places = np.repeat(np.arange(words.places, dtype=np.int32), sizes.reshape(-1, 2).sum(axis=1))
        frequencies = np.bincount(numbers, minlength=len(words.words)).tolist()
        counts = {word: count for word, count in zip(words.words, frequencies, strict=True) if word not in STOP_WORDS}
        vocabulary = Vocabulary(counts)
        names, starts, stem_numbers = _numbered_stems(words.words, vocabulary)
        shares = np.full(len(stem_numbers), _PART_WEIGHT)
        shares[starts[:-1][np.diff(starts) > 0]] = 1.0
        found = positions_of(starts, numbers)
        repeats = np.diff(starts)[numbers]
        stem_of = stem_numbers[found]
        order = order_of(stem_of)
        stem_of, place_of = stem_of[order], np.repeat(of_places, repeats)[order]
        sums = (np.repeat(weights, repeats) * shares[found])[order]
        # A stem may stand in a place by several words: one posting each.
        firsts = np.flatnonzero((np.diff(stem_of, prepend=-1) != 0) | (np.diff(place_of, prepend=-1) != 0))
        counted = starts_of(words.counts[: words.starts[words.places]])
        return cls(
            names,
            np.asarray(np.searchsorted(stem_of[firsts], np.arange(len(names) + 1)), np.int64),
            place_of[firsts],
            (np.add.reduceat(sums, firsts) if len(firsts) else sums).astype(np.float32),
            np.diff(counted[words.starts[: words.places + 1]]).astype(np.float32),
            vocabulary,
            mine_abbreviations(places.texts.having(EXPLAINING)),
        )

    @classmethod
    def from_bytes(cls, data: Buffer) -> "LexicalIndex":
        """Open an index from the bytes that `to_bytes` gave; SnapshotDamaged when they are none."""
        words, (starts, places, frequencies, lengths) = unpack(data, LEXICAL, *_COLUMNS)
        if set(words) != {"stems", "counts", "abbreviations"} or len(starts) != len(words["stems"]) + 1:
            raise SnapshotDamaged(f"{LEXICAL} holds other words than it states")
        if not starts[-1] == len(places) == len(frequencies):
            raise SnapshotDamaged(f"{LEXICAL} holds other counts of postings than it states")
        vocabulary = Vocabulary(words["counts"])
        return cls(words["stems"], starts, places, frequencies, lengths, vocabulary, words["abbreviations"])

    def to_bytes(self) -> bytes:
        """Write the index as bytes, equal for equal texts."""
        words = {"stems": list(self._stems), "counts": self.vocabulary.counts, "abbreviations": self.abbreviations}
        columns = (self._starts, self._places, self._frequencies, self._lengths)
        return pack(dict(zip(_COLUMNS, columns, strict=True)), words)

    @property
    def places(self) -> int:
        """How many texts there are."""
        return len(self._lengths)

    def stems_of_places(self) -> Iterator[dict[str, float]]:
        """For each place, in order, how often each of its stems stands in it or, counting less, above it."""
        names = list(self._stems)
        numbers = np.repeat(np.arange(len(names)), np.diff(self._starts))
        order = np.argsort(self._places, kind="stable")
        ends = np.searchsorted(self._places[order], np.arange(self.places + 1))
        for start, end in itertools.pairwise(ends.tolist()):
            part = order[start:end]
            yield dict(zip((names[at] for at in numbers[part]), self._frequencies[part].tolist(), strict=True))

    @property
    def stem_counts(self) -> dict[str, int]:
        """In how many places each stem stands."""
        return dict(zip(self._stems, np.diff(self._starts).tolist(), strict=True))

    @property
    def lengths(self) -> Floats:
        """How many words each place has."""
        return self._lengths

    def understand(self, question: str) -> tuple[QuestionWord, ...]:
        """The content words of a question, each once, in order: compounds split, abbreviations and errors resolved."""
        found = list(dict.fromkeys(word for word in words_of(question) if word not in STOP_WORDS))
        if not found:
            # Only function words: better than nothing at all.
            found = list(dict.fromkeys(words_of(question)))
        text = f" {' '.join(words_of(question))} "
        shorts = [short for long, short in self._long_forms.items() if f" {long} " in text]
        words = [self._question_word(word) for word in found[:_MOST_CONTENT_WORDS]]
        return (*words, *(self._question_word(short.lower()) for short in shorts if short.lower() not in found))

    def places_with(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Numbers of the places whose own text has all these folded words, one at least, in order."""
        own = [places[frequencies >= 1] for places, frequencies in (self._posting(stem(word)) for word in words)]
        # The rarest first; a place has one posting of a stem.
        own.sort(key=len)
        return reduce(partial(np.intersect1d, assume_unique=True), own).astype(np.int64)

    def coverages_of(
        self, parts: Sequence[str], words: Sequence[QuestionWord], presence: Sequence[float]
    ) -> list[float]:
        """The share of a question's idf that stands in each part of a place, as `coverage_of` has it of all.

        `presence` is that of the words in the place: what does not stand there is not looked for.
        """
        there = [word for word, share in zip(words, presence, strict=True) if share]
        if not there:
            return [0.0] * len(parts)
        total = _total_idf(words)
        return [sum(word.idf * share for word, share in self._shares(part, there)) / total for part in parts]

    def _shares(self, text: str, words: Sequence[QuestionWord]) -> Iterator[tuple[QuestionWord, float]]:
        """How fully each word stands in a text."""
        found = {name: weight for word in set(words_of(text)) for name, weight in self._stems_of_text(word)}
        for word in words:
            yield word, max((weight * found.get(name, 0.0) for name, weight in word.stems), default=0.0)

    def idf(self, name: str) -> float:
        """How rare a stem is: ln(1 + (N - n + 0.5) / (n + 0.5)) for n of N places; highest when it is nowhere."""
        count = len(self._posting(name)[0])
        return float(np.log(1 + (self.places - count + 0.5) / (count + 0.5)))

    def bm25(self, words: Sequence[QuestionWord]) -> Floats:
        """How well every place matches a question's words, each by its best stem, shape (places,); higher is better.

        It is BM25 divided by the sum of the words' idf, so that long questions do not score higher.
        """
        scores = np.zeros(self.places, np.float32)
        for word in words:
            first, *others = (self._scored(name, weight) for name, weight in word.stems)
            if not others:
                scores[first[0]] += first[1]
                continue
            best = np.zeros(self.places, np.float32)
            for places, scored in (first, *others):
                best[places] = np.maximum(best[places], scored)
            scores += best
        return np.asarray(scores / _total_idf(words), np.float32)

    def presence(self, words: Sequence[QuestionWord], places: NDArray[np.integer]) -> Floats:
        """How fully each word stands in these places, 0..1, shape (words, len(places))."""
        found = np.zeros((len(words), len(places)), np.float32)
        # As postings are kept: to search in numbers of another size would copy them all.
        wanted = places.astype(np.int32)
        for row, word in enumerate(words):
            for name, weight in word.stems:
                posted, frequencies = self._posting(name)
                if not len(posted):
                    continue
                at = np.searchsorted(posted, wanted)
                at[at == len(posted)] = 0
                share = np.where(posted[at] == wanted, weight * np.minimum(frequencies[at], 1), 0)
                found[row] = np.maximum(found[row], share)
        return found

    def _scored(self, name: str, weight: float) -> tuple[NDArray[np.int32], Floats]:
        """The places where a stem stands, and what it counts there."""
        places, frequencies = self._posting(name)
        scored = weight * self.idf(name) * frequencies * (_K1 + 1) / (frequencies + self._saturation[places])
        return places, np.asarray(scored, np.float32)

    def _posting(self, name: str) -> tuple[NDArray[np.int32], Floats]:
        number = self._stems.get(name)
        if number is None:
            return self._places[:0], self._frequencies[:0]
        part = slice(int(self._starts[number]), int(self._starts[number + 1]))
        return self._places[part], self._frequencies[part]

    def _question_word(self, word: str) -> QuestionWord:
        stems = dict(_indexed_stems(word, self.vocabulary))
        if word in self._short_forms:
            for part in words_of(self._short_forms[word]):
                if part not in STOP_WORDS:
                    stems.setdefault(stem(part), _EXPANSION_WEIGHT / 2)
        known = any(name in self._stems for name in stems)
        if not known:
            for correct, distance in self.vocabulary.corrections(word):
                stems.setdefault(stem(correct), _CORRECTION_WEIGHTS[distance])
        own = stem(word)
        idfs = [self.idf(name) for name in stems if name in self._stems]
        idf = self.idf(own) if own in self._stems or not idfs else max(idfs)
        return QuestionWord(word, tuple(stems.items()), idf, known, recognised=known or bool(idfs))


def coverage_of(words: Sequence[QuestionWord], presence: Floats) -> Floats:
    """The share of a question's idf that stands in each place, 0..1; `presence` as `LexicalIndex.presence` gives it."""
    idf = np.array([word.idf for word in words], np.float32)
    return np.asarray(idf @ presence / _total_idf(words), np.float32)


def _total_idf(words: Sequence[QuestionWord]) -> float:
    return sum(word.idf for word in words) or 1.0


def _indexed_stems(word: str, vocabulary: Vocabulary) -> tuple[tuple[str, float], ...]:
    """The stems by which a word is indexed, with what each counts."""
    own, *parts = _names(word, vocabulary, {})
    return ((own, 1.0), *((name, _PART_WEIGHT) for name in parts))


def _numbered_stems(words: Sequence[str], vocabulary: Vocabulary) -> tuple[list[str], Numbers, NDArray[np.int32]]:
    """The stems of words in order of the alphabet, where those of each word begin, and each by its number.

    A word's own stem comes first, then those of its parts; words that are not in the vocabulary have none.
    """
    # Each distinct word is analysed once, whatever the size of the corpus.
    known = dict(zip(vocabulary.counts, stems(list(vocabulary.counts)), strict=True))
    of_words = [_names(word, vocabulary, known) if word in known else () for word in words]
    flat = list(itertools.chain.from_iterable(of_words))
    names = sorted(set(flat))
    number_of = {name: number for number, name in enumerate(names)}
    return names, starts_of(list(map(len, of_words))), np.array([number_of[name] for name in flat], np.int32)


def _names(word: str, vocabulary: Vocabulary, known: Mapping[str, str]) -> tuple[str, ...]:
    """The stem of a word, then those of its parts; `known` are the stems of words, found already."""
    own = known[word] if word in known else stem(word)
    parts = vocabulary.parts(word)
    if not parts:
        return (own,)
    of_parts = (known[part] if part in known else stem(part) for part in parts if part not in STOP_WORDS)
    return (own, *(name for name in dict.fromkeys(of_parts) if name != own))
