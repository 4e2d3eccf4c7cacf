"""Which words stand in each place and above it, and how often: what a build takes over of texts that did not change."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.columns import Buffer, pack, unpack
from index.place_table import PlaceTable
from index.ragged import Numbers, positions_of, starts_of
from index.words import words_of

WORDS = "words.safetensors"
_COLUMNS = ("starts", "numbers", "counts", "above")


class PlaceWords:
    """Folded words by text: first the texts of the places, then each different text that stands above places.

    Text `n` has the words `words[number]` for `number` in `numbers[starts[n] : starts[n + 1]]`, each once, as often as
    `counts` says. `above[place]` is the number of the text above a place.
    """

    def __init__(
        self,
        words: Sequence[str],
        starts: Numbers,
        numbers: NDArray[np.int32],
        counts: NDArray[np.int32],
        above: NDArray[np.int32],
    ) -> None:
        self.words, self.starts, self.numbers, self.counts, self.above = words, starts, numbers, counts, above

    @classmethod
    def of(cls, places: PlaceTable, previous: "PlaceWords | None" = None, taken: Numbers | None = None) -> "PlaceWords":
        """Find the words of places, in order; those of texts that the previous places had, too, are taken over.

        `taken` as `PlaceTable.equals_in` gives it for those.
        """
        if previous is None or taken is None:
            taken = np.full(len(places) + len(places.headings), -1, np.int64)
        new, old = np.flatnonzero(taken < 0), np.flatnonzero(taken >= 0)
        # Texts are decoded when they are asked for: of a million only what is new.
        texts = (
            places.texts[number] if number < len(places) else places.headings[number - len(places)]
            for number in new.tolist()
        )
        found = [Counter(words_of(text)) for text in texts]
        words = sorted(set().union(*found, previous.words if previous else ()))
        number_of = {word: number for number, word in enumerate(words)}
        lengths = np.zeros(len(taken), np.int64)
        lengths[new] = list(map(len, found))
        if previous:
            lengths[old] = np.diff(previous.starts)[taken[old]]
        starts = starts_of(lengths)
        numbers, counts = np.zeros((2, int(starts[-1])), np.int32)
        if previous:
            renumbered = np.array([number_of[word] for word in previous.words], np.int32)
            to, source = positions_of(starts, old), positions_of(previous.starts, taken[old])
            numbers[to], counts[to] = renumbered[previous.numbers[source]], previous.counts[source]
        to = positions_of(starts, new)
        numbers[to] = [number_of[word] for each in found for word in each]
        counts[to] = [count for each in found for count in each.values()]
        words, numbers = _without_unused(words, numbers)
        return cls(words, starts, numbers, counts, places.above + np.int32(len(places)))

    @classmethod
    def from_bytes(cls, data: Buffer) -> "PlaceWords":
        """Open what `to_bytes` gave; SnapshotDamaged when it is no such thing."""
        words, columns = unpack(data, WORDS, *_COLUMNS)
        return cls(words, *columns)

    def to_bytes(self) -> bytes:
        """Write the words as bytes, equal for equal texts."""
        columns = (self.starts, self.numbers, self.counts, self.above)
        return pack(dict(zip(_COLUMNS, columns, strict=True)), list(self.words))

    @property
    def places(self) -> int:
        """How many places there are."""
        return len(self.above)


def _without_unused(words: Sequence[str], numbers: NDArray[np.int32]) -> tuple[list[str], NDArray[np.int32]]:
    used = np.bincount(numbers, minlength=len(words)) > 0
    renumbered = np.cumsum(used, dtype=np.int32) - 1
    return [word for word, is_used in zip(words, used, strict=True) if is_used], renumbered[numbers]
