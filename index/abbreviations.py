"""Abbreviations that the documents explain themselves: "Nationaal Coördinator Terrorismebestrijding (NCTV)".

Source: Schwartz and Hearst, A simple algorithm for identifying abbreviation definitions in biomedical text, PSB 2003.
"""

import re
from collections.abc import Iterable

# In the encoding of every text that explains one.
EXPLAINING = re.compile(rb"\([A-Z]")
_BRACKETED = re.compile(r"\(([A-Z][\w&-]{1,9})\)")
_WORD_START = re.compile(r"(?<![\w'’])\w")


def mine_abbreviations(texts: Iterable[str]) -> dict[str, str]:
    """Short form to long form, as the texts first explain it."""
    found: dict[str, str] = {}
    for text in texts:
        for match in _BRACKETED.finditer(text):
            short = match[1]
            if sum(sign.isupper() for sign in short) < 2 or short in found:
                continue
            long = _long_form(short, text[: match.start()].rstrip())
            if long:
                found[short] = long
    return found


def _long_form(short: str, before: str) -> str | None:
    """The shortest run of words at the end of `before` that holds the short form's letters in order.

    Its first letter begins a word. None when there is no such run within the length that the source allows.
    """
    # Dutch joins what an abbreviation counts apart: "Terrorismebestrijding" is one word for "T" and "B".
    most_words = min(len(short) + 5, 2 * len(short))
    words = list(re.finditer(r"\S+", before))[-most_words:]
    if not words:
        return None
    start = words[0].start()
    position = len(before)
    letters = [sign for sign in short if sign.isalnum()]
    for number, letter in reversed(list(enumerate(letters))):
        position -= 1
        while position >= start and not (
            before[position].lower() == letter.lower() and (number > 0 or _WORD_START.match(before, position))
        ):
            position -= 1
        if position < start:
            return None
    long = before[position:]
    # Two words at least, no sentence end in between, no lone letter to begin with, or it explains nothing.
    return long if re.fullmatch(r"\w[\w'’-]+ .+", long) and not re.search(r"[.;:!?]\s", long) else None
