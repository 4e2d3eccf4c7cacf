"""Texts as the ids of a model's tokens: by the pieces of Latin letters alone where that gives the same.

A vocabulary for a hundred languages takes 0.6 seconds to open, its Latin pieces 0.2. A text of Latin letters has no
part that any other piece could match, so those alone give it the same tokens.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.q4_weights import Q4Weights, SpecialTokens

TOKENIZER_FILE, _LATIN_FILE, _LATIN_IDS_FILE = "tokenizer.json", "tokenizer-latin.json", "tokenizer-latin.npy"

_OWN_SIGNS = "¨¯´¸"  # normalised to a space and a sign on it, which could join what stands beside it
_LATIN = "".join(
    sign
    for sign in ["\t", "\n", "\r", *map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)]), *"‐‑–—‘’‚“”„†•…′″€−"]
    if sign not in _OWN_SIGNS
)
_is_latin = re.compile(f"[{re.escape(_LATIN)}]*").fullmatch
# What stands before a word in a piece.
_WORD_MARK = "▁"

Ids = Sequence[int]
# Gives the ids of each text.
Tokens = Callable[[Sequence[str]], list[Ids]]


class FolderTokens:
    """The tokens of the model in a folder. All of its vocabulary is opened when a text comes that needs it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._latin = tokens_by(Tokenizer.from_file(str(folder / _LATIN_FILE)))
        self._latin_ids: NDArray[np.int64] = np.load(folder / _LATIN_IDS_FILE)

    def __call__(self, texts: Sequence[str]) -> list[Ids]:
        """The ids of each text."""
        if not all(map(_is_latin, texts)):
            return self._all(texts)
        return [self._latin_ids[ids].tolist() for ids in self._latin(texts)]

    @cached_property
    def _all(self) -> Tokens:
        return tokens_by(Tokenizer.from_file(str(self._folder / TOKENIZER_FILE)))


def tokens_by(tokenizer: Tokenizer) -> Tokens:
    """What gives the ids of texts by one tokenizer."""
    return lambda texts: [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]


def write_tokens(folder: Path, weights: Q4Weights, tokenizer_of: Callable[[Q4Weights], Tokenizer]) -> None:
    """Write what `FolderTokens` opens; `tokenizer_of` makes the tokenizer of the weights' pieces."""
    signs = {*unicodedata.normalize("NFKC", _LATIN), _WORD_MARK}
    # What is unknown is scored by the least score of all.
    least = min(range(len(weights.pieces)), key=lambda number: weights.pieces[number][1])
    kept = [number for number, (piece, _) in enumerate(weights.pieces) if number == least or signs.issuperset(piece)]
    own = {number: at for at, number in enumerate(kept)}
    special = SpecialTokens(
        **{name: own[number] for name, number in dataclasses.asdict(weights.special_tokens).items()}
    )
    pieces = tuple(weights.pieces[number] for number in kept)
    latin = dataclasses.replace(weights, pieces=pieces, special_tokens=special)
    for name, of in ((TOKENIZER_FILE, weights), (_LATIN_FILE, latin)):
        # The tokenizer's own `save` reports a full disk as a bare Exception.
        (folder / name).write_text(tokenizer_of(of).to_str(pretty=False), encoding="utf-8")
    # A token that only the whole vocabulary adds comes last in both.
    np.save(folder / _LATIN_IDS_FILE, np.array([*kept, len(weights.pieces)], np.int64))
