"""Dutch and English text as words and stems, the same for documents and questions.

Words are folded: lower case, no accents, numbers without thousands points. Stems are those of Snowball's
`dutch_porter`: its newer `dutch` cuts too deep (burgemeesters becomes burgemee, gemeenten meen).
"""

import re
import threading
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Literal

import Stemmer

# Part of every snapshot's manifest: words found by another rule are found anew.
ANALYSIS = "folded+dutch_porter/1"

# 4.000 and, as dossiers are written, 27 925.
# A sign that is rare comes first, so that the others are passed over quickly.
_THOUSANDS = re.compile(r"[.](?<=\d[.])(?=\d{3}(?!\d))")
_SPACE_BEFORE_THREE = re.compile(r"[ \u00a0]\d{3}(?!\d)")
_SPACED = re.compile(r"(?<!\d)(\d{1,3})[ \u00a0](?=\d{3}(?!\d))")
_WORD = re.compile(r"\d+(?:,\d+)?(?![a-z])|[0-9a-z]+(?:['-][0-9a-z]+)*")
# The last is the non-breaking hyphen.
_PLAIN_SIGNS = {"’": "'", "‘": "'", "´": "'", "‐": "-", "‑": "-"}
# A Snowball stemmer keeps state while it works.
_stemmers = threading.local()

DUTCH_STOP_WORDS = frozenset(
    """aan af al alle alles als alsook altijd ander andere anders bij binnen bent ben bestaat betreft beter bijvoorbeeld
    buiten daar daarbij daarmee daarna daarop daarvan dan dat de deze die dit doen doet door dus echter een eens eerst
    elk elke en er ermee erop ervan even ging gaat gaan geen gehad gelden geweest haar had hadden heb hebben hebt heeft
    hem het hier hierbij hij hoe hoeveel hoelang hoezo hun iemand iets ik in indien is ja je jij jou jouw jullie kan
    kon konden krijg krijgt krijgen kun kunnen kunt maar mag me meer men met mij mijn moet moeten mocht mogen na naar
    namelijk niet niets nog nu of om omdat ons onze ook op over per reeds rond samen slechts sinds soms te tegen ten ter
    terwijl toch toen tot tussen u uit uw van vanuit vanaf veel verder via volgens voor vooral waar waarbij waarom
    waarmee waarna waarop waarvan waarvoor wanneer want waren was wat we wel welk welke werd werden wie wij wil willen
    wilde word worden wordt zal ze zeer zei zelf zich zij zijn zo zoals zodat zonder zou zouden zullen 's t z'n
    d.d jl o.a ed etc""".split()
)
ENGLISH_STOP_WORDS = frozenset(
    """a about after all also am an and any are as at be been before being between both but by can could did do does
    doing done during each for from get gets give given gives had has have having he her hers him his how i if in into
    is it its just many may me more most much must my no nor not of off on once one only or other our out over own she
    should so some such than that the their them then there these they this those through to too under until up upon us
    very was we were what when where which while who whom whose why will with within without would you your""".split()
)
_IN_BOTH = DUTCH_STOP_WORDS & ENGLISH_STOP_WORDS
STOP_WORDS = DUTCH_STOP_WORDS | ENGLISH_STOP_WORDS


def fold(text: str) -> str:
    """Lower case, without accents, apostrophes and hyphens of one kind, `4.000` as `4000` and `27 925` as `27925`."""
    if text.isascii():
        folded = text.lower()
    else:
        # One after the other: a table of signs is looked up for each sign of the text, which takes 170 times as long.
        for sign, plain in _PLAIN_SIGNS.items():
            text = text.replace(sign, plain)
        folded = unicodedata.normalize("NFKD", text).lower()
        if not folded.isascii():
            folded = _accents().sub("", folded)
    folded = _THOUSANDS.sub("", folded)
    return _SPACED.sub(r"\1", folded) if _SPACE_BEFORE_THREE.search(folded) else folded


@cache
def _accents() -> re.Pattern[str]:
    # Made when the first is met: to look at every sign takes a hundredth of a start.
    return re.compile("[" + "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x10000)))) + "]+")


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in order; a hyphenated word is one word."""
    folded = fold(text)
    words: list[str] = _WORD.findall(folded)
    return [word.removesuffix("'s") for word in words] if "'s" in folded else words


def stem(word: str) -> str:
    """The stem of a folded word; hyphens do not count (co-voorzitter and covoorzitter have one stem)."""
    return stems([word])[0]


def stems(words: Sequence[str]) -> list[str]:
    """The stem of each of these folded words."""
    if not hasattr(_stemmers, "dutch"):
        # Its own cache costs more than it saves, and would keep 10,000 words of questions for each thread.
        _stemmers.dutch = Stemmer.Stemmer("dutch_porter", maxCacheSize=0)
    found: list[str] = _stemmers.dutch.stemWords([word.replace("-", "").replace("'", "") for word in words])
    return found


def language_of(question: str) -> Literal["nl", "en"]:
    """Dutch or English, by the function words that only one of them has; Dutch when that does not tell."""
    found = _WORD.findall(fold(question))
    dutch = sum(word in DUTCH_STOP_WORDS and word not in _IN_BOTH for word in found)
    english = sum(word in ENGLISH_STOP_WORDS and word not in _IN_BOTH for word in found)
    return "en" if english > dutch else "nl"
