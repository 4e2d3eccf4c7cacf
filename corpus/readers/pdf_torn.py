"""Words that a font's kerning tore apart: "T weede Kamer", "V ergaderjaar"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.readers.pdf_words import PageRows, Word

# Letters that kerning draws to the next one; none of them is a Dutch word. "U" is.
_TORN = re.compile(r"[TVWYPF]")
_KNOWN = frozenset("tweede vergaderjaar voorzitter verslag vragen van voor tekst toelichting volgens".split())


def is_torn(text: str, following: str) -> bool:
    """Whether a letter may have been torn from what follows."""
    return bool(_TORN.fullmatch(text)) and following[:1].isalpha()


def mend_torn_words(pages: Sequence[PageRows]) -> None:
    """Join letters that stand apart from their word ("T weede Kamer") where the distance did not tell.

    Only when the joined word is known, from elsewhere in the document or from the head of every Kamerstuk, and
    the rest is no word of its own.
    """
    torn: set[int] = set()
    known = set(_KNOWN)
    for page in pages:
        for row in page.rows:
            for before, word in pairwise([None, *row.words]):
                assert word is not None
                if before and is_torn(before.text, word.text):
                    torn.add(id(word))
                else:
                    known.add(_plain(word.text))
    if not torn:
        return
    for page in pages:
        for row in page.rows:
            if any(id(word) in torn for word in row.words):
                row.words = _mend(row.words, torn, known)


def _mend(words: Sequence[Word], torn: set[int], known: set[str]) -> list[Word]:
    mended: list[Word] = []
    for word in words:
        before = mended[-1] if mended else None
        plain = _plain(word.text)
        if before and id(word) in torn and plain not in known and _plain(before.text) + plain in known:
            mended[-1] = replace(before, text=before.text + word.text, right=word.right)
        else:
            mended.append(word)
    return mended


def _plain(text: str) -> str:
    return text.lower().strip(".,;:?!()'\"’‘«»")
