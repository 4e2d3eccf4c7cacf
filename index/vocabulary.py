"""The words of the corpus: what a compound is made of, and what a misspelt word was meant to be."""

from collections.abc import Mapping
from functools import cached_property
from threading import Lock

import cachetools
import numpy as np
from numpy.typing import NDArray

_SHORTEST_PART = 4
# Between two parts, by its last letter; or there is none.
_LINKS = {"s": ("", "s"), "e": ("", "e"), "n": ("", "n", "en")}
_NO_LINK = ("",)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
SHORTEST_CORRECTED = 4
_LONG = 8  # letters; from here on two errors are still one word
_LONGEST = 60  # letters; what is longer is no word, and its compound parts are not looked for


class Vocabulary:
    """Folded words and how many places have each. It never changes, so threads may share it."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = counts
        # A misspelt word is looked up once a question, and the same questions come back.
        self._corrected = cachetools.LRUCache[str, tuple[tuple[str, int], ...]](4096)
        self._mutex = Lock()

    def __contains__(self, word: str) -> bool:
        return word in self.counts

    def parts(self, word: str) -> tuple[str, ...]:
        """The words that a compound is made of (terrorismebestrijding: terrorisme, bestrijding); none when it is none.

        Parts are words of the corpus. Of several ways to split, the one whose rarer part is the most common.
        """
        if len(word) > _LONGEST:
            return ()
        if "-" in word:
            return tuple(part for part in word.split("-") if len(part) >= _SHORTEST_PART)
        counts = self.counts
        best: tuple[int, tuple[str, ...]] = (0, ())
        # Every different word of a corpus comes by here in a build, and most have no such cut.
        for cut in [cut for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1) if word[cut:] in counts]:
            for link in _LINKS.get(word[cut - 1], _NO_LINK):
                head = word[: cut - len(link)]
                if head in counts and len(head) >= _SHORTEST_PART and word.startswith(link, len(head)):
                    best = max(best, (min(counts[head], counts[word[cut:]]), (head, word[cut:])))
        return best[1]

    @cached_property
    def _plain(self) -> list[str]:
        """The words that may be meant by a misspelt one; made when the first of those comes, as are their letters."""
        return [
            word
            for word in sorted(self.counts)
            if SHORTEST_CORRECTED - 1 <= len(word) <= _LONGEST + 2 and word.isalpha()
        ]

    @cached_property
    def _letters(self) -> NDArray[np.uint8]:
        return _letter_counts(self._plain)

    @cached_property
    def _lengths(self) -> NDArray[np.int16]:
        return np.array([len(word) for word in self._plain], np.int16)

    def corrections(self, word: str) -> tuple[tuple[str, int], ...]:
        """Known words that a misspelt word may be, with the distance, nearest first and then the most common.

        One error (a letter more, less, other, or two swapped), two in a long word. Only the nearest ones.
        """
        if not SHORTEST_CORRECTED <= len(word) <= _LONGEST or not word.isalpha():
            return ()
        with self._mutex:
            found = self._corrected.get(word)
        if found is None:
            found = self._nearest(word)
            with self._mutex:
                self._corrected[word] = found
        return found

    def _nearest(self, word: str) -> tuple[tuple[str, int], ...]:
        if not self._plain:
            return ()
        allowed = 2 if len(word) >= _LONG else 1
        letters = _letter_counts([word])[0].astype(np.int16)
        # One error changes the letter counts by two at most, which rules nearly every word out without comparing.
        near = np.abs(self._lengths - len(word)) <= allowed
        rows = np.flatnonzero(near)
        differing = np.abs(self._letters[rows].astype(np.int16) - letters).sum(axis=1)
        candidates = [self._plain[row] for row in rows[differing <= 2 * allowed]]
        found = [(edit_distance(word, candidate), -self.counts[candidate], candidate) for candidate in candidates]
        found = sorted(entry for entry in found if entry[0] <= allowed)
        return tuple((candidate, distance) for distance, _, candidate in found[:3] if distance == found[0][0])


def edit_distance(one: str, other: str) -> int:
    """How many letters to add, drop, change or swap with their neighbour to get from one word to the other.

    Source: optimal string alignment, Boytsov, ACM JEA 16 (2011).
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, above, row = row, before, [i]
        for j, against in enumerate(other, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                best = min(best, above[j - 2] + 1)
            row.append(best)
    return row[-1]


def _letter_counts(words: list[str]) -> NDArray[np.uint8]:
    """How often each letter is in each word, shape (words, 26); other signs do not count."""
    signs = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32).astype(np.int64) - ord(_ALPHABET[0])
    rows = np.repeat(np.arange(len(words)), list(map(len, words)))
    is_letter = (signs >= 0) & (signs < len(_ALPHABET))
    cells = rows[is_letter] * len(_ALPHABET) + signs[is_letter]
    counts = np.bincount(cells, minlength=len(words) * len(_ALPHABET))
    return counts.reshape(len(words), len(_ALPHABET)).astype(np.uint8)
