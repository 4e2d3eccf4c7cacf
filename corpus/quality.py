"""How well a document's text came out of its file: a score with its reasons, for the keeper."""

import re
from collections.abc import Iterable

import simplemma

from corpus.document import Document, Quality

_WORD = re.compile(r"[^\W\d_]{2,}(?:[-’'][^\W\d_]+)*")
_TORN = re.compile(r"\b(?P<letter>[B-HJ-NP-Z]) (?P<rest>[a-zà-ÿ]{3,})\b")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# Of the words in 1,100 paragraphs of Dutch official prose 6 to 11% are not in the word list (names, compounds); with
# every word torn in two it is 39%, in English text 78%.
_UNKNOWN_USUAL = 0.15
_UNKNOWN_LOST = 0.45
_FEW_WORDS = 20
_TORN_WEIGHT = 20.0
_MISSING_PAGE_WEIGHT = 1.0
_DAMAGED_WEIGHT = 50.0


def judge(document: Document) -> Quality:
    """Judge a document's text, 1.0 for nothing wrong, 0.0 for text that cannot be relied on.

    Each reason is a sentence with its number, the weightiest fault first.
    """
    texts = [paragraph.text for paragraph in document.paragraphs]
    words = [word for text in texts for word in _WORD.findall(text) if not word.isupper()]
    faults = [fault for fault in (_unknown(words), _torn(texts), _missing_pages(document), _damaged(texts)) if fault]
    faults.sort(key=lambda fault: -fault[0])
    return Quality(
        score=round(max(0.0, 1.0 - sum(weight for weight, _ in faults)), 2),
        reasons=tuple(reason for _, reason in faults),
    )


def _unknown(words: list[str]) -> tuple[float, str] | None:
    if len(words) < _FEW_WORDS:
        return None
    known: dict[str, bool] = {}
    for word in words:
        if word not in known:
            known[word] = is_dutch(word)
    share = sum(not known[word] for word in words) / len(words)
    if share <= _UNKNOWN_USUAL:
        return None
    weight = min(1.0, (share - _UNKNOWN_USUAL) / (_UNKNOWN_LOST - _UNKNOWN_USUAL))
    return weight, f"{share:.0%} of the words are not in a Dutch word list"


def _torn(texts: Iterable[str]) -> tuple[float, str] | None:
    """Words whose first letter stands apart, as in "T weede Kamer": the parts make a word, the rest is none."""
    torn = [match for text in texts for match in _TORN.finditer(text)]
    found = [m for m in torn if is_dutch(m["letter"] + m["rest"]) and not is_dutch(m["rest"])]
    if not found:
        return None
    count = len(found)
    words = sum(len(_WORD.findall(text)) for text in texts) or 1
    first = found[0].group()
    return min(1.0, _TORN_WEIGHT * count / words), f"{count} words are torn apart, such as '{first}'"


def _missing_pages(document: Document) -> tuple[float, str] | None:
    pages = {page for paragraph in document.paragraphs for page in paragraph.pages}
    if not pages:
        return None
    missing = [page for page in range(1, max(pages) + 1) if page not in pages]
    if not missing:
        return None
    named = ", ".join(map(str, missing[:5])) + (" and others" if len(missing) > len(missing[:5]) else "")
    return _MISSING_PAGE_WEIGHT * len(missing) / max(pages), f"no text was found on page {named}"


def _damaged(texts: list[str]) -> tuple[float, str] | None:
    count = sum(text.count(_REPLACEMENT) for text in texts)
    if not count:
        return None
    characters = sum(map(len, texts))
    return min(1.0, _DAMAGED_WEIGHT * count / characters), f"{count} characters could not be read"


def get_ready() -> None:
    """Open the word list, a third of a second, before a document waits for it."""
    is_dutch("de")


def is_dutch(word: str) -> bool:
    """Whether a word, as written or in lower case, is in the Dutch word list."""
    return simplemma.is_known(word, lang="nl") or simplemma.is_known(word.lower(), lang="nl")
