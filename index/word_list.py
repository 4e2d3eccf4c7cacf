"""Whether a word is Dutch or English: by word lists, kept in the cache folder in a form that opens at once.

The lists themselves take half a second and 70 MB to read; of each word 8 bytes of its hash are kept, in order.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from index.errors import ModelUnavailable
from index.model_folder import Progress, make_once

# Raise it when the file changes.
_FORM = 1
_LANGUAGES = ("nl", "en")
_FILE = "words.npy"
_BYTES_NEEDED = 20_000_000

Hashes = NDArray[np.uint64]


def is_in_a_word_list(word: str) -> bool:
    """Whether a folded word is Dutch or English, or a number."""
    if word.isdigit():
        return True
    hashes = word_hashes()
    hashed = _hash(word)
    at = int(np.searchsorted(hashes, hashed))
    return at < len(hashes) and bool(hashes[at] == hashed)


def keep_word_list(progress: Progress | None = None) -> Path:
    """The folder in which the words are kept, made when it is missing, which takes seconds, as `make_once` does."""
    folder = user_cache_path("vindplaats", appauthor=False) / f"words-{_FORM}-{version('simplemma')}"
    return make_once(folder, _write, _BYTES_NEEDED, progress or (lambda step: None))


@cache
def word_hashes() -> Hashes:
    """The hashes of all words, in order."""
    try:
        hashes: Hashes = np.load(keep_word_list() / _FILE)
    except ModelUnavailable:
        # Where nothing can be kept they are made for this process alone.
        return _hashes()
    return hashes


def _write(folder: Path) -> None:
    np.save(folder / _FILE, _hashes())


def _hashes() -> Hashes:
    return np.unique(np.array([_hash(word) for word in _words()], np.uint64))


def _words() -> Iterator[str]:
    """The words of the lists as questions have them: in lower case, names included, with plain apostrophes."""
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    factory = DefaultDictionaryFactory()
    for language in _LANGUAGES:
        for word in factory.get_dictionary(language):
            lower = word.lower()
            if word in (lower, lower.capitalize()):
                yield lower.replace("’", "'")


def _hash(word: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()))
