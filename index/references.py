"""Documents that a question names by number or date: "27 925, nr. 681", "27925-681", "brief van 2 december 2019".

A number is a number: a question about Kamerstuk 26 150, nr. 184 is not answered with another Kamerstuk because the
words are alike.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.citation import MONTHS
from corpus.document import Identity

_DOSSIER = r"(?P<dossier>\d{2}[ .\u00a0]?\d{3})(?:[ -]?\(?(?P<addition>[IVX]{1,6}|[A-Z])\)?(?![\w]))?"
_NUMBERED = re.compile(
    rf"(?<![\d-]){_DOSSIER}\s*,?\s*(?:nr\.?|no\.?|nummer|number|#)\s*(?P<number>\d{{1,4}}|[A-Z]{{1,3}}\b)", re.I
)
_HYPHENATED = re.compile(
    r"(?<![\w-])(?:kst-)?(?P<dossier>\d{5})(?:-(?P<addition>[IVX]{1,6}))?-(?P<number>\d{1,4}|[A-Z]{1,3})(?![\w-])", re.I
)
_DOSSIER_ONLY = re.compile(
    rf"\b(?:kamerstuk(?:ken)?|dossier|kst)(?:\s+I{{1,2}})?(?:\s+\d{{4}}[/–-]\d{{2,4}})?,?\s*{_DOSSIER}(?!\d)", re.I
)
_ENGLISH_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH_NUMBERS = {name: at for names in (MONTHS, _ENGLISH_MONTHS) for at, name in enumerate(names, start=1)}
_DATED = re.compile(
    r"\b(?:kamer)?(?:brief|letter)(?:\s+(?:van|d\.d\.|dd\.?|of|dated|from))?(?:\s+the)?\s+"
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{'|'.join(_MONTH_NUMBERS)})\s+(?P<year>\d{{4}})",
    re.I,
)
_RESOLUTION = re.compile(r"\b(?:vnvr-)?resoluti(?:e|es|on|ons)\s+(?P<number>\d{3,4})\b", re.I)


@dataclass(frozen=True, slots=True)
class Reference:
    """A document as a question names it; `name` is how an answer repeats it.

    Either `dossier` (with or without `number`) is given, or `date`, or `resolution`.
    """

    name: str
    dossier: str | None = None
    number: str | None = None
    date: datetime.date | None = None
    resolution: str | None = None

    def means(self, identity: Identity) -> bool:
        """Whether it is this document; never for a resolution, which is no document here."""
        if self.date is not None:
            return identity.date == self.date
        if self.dossier is None:
            return False
        dossiers = {dossier.number.upper() for dossier in identity.dossiers}
        # "36600" also means 36600-VII, but not the other way round.
        within = self.dossier in dossiers or self.dossier in {number.split("-")[0] for number in dossiers}
        return within and (self.number is None or (identity.number or "").upper() == self.number)

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words that a text has that cites it."""
        if self.date is not None:
            return str(self.date.day), MONTHS[self.date.month - 1], str(self.date.year)
        if self.resolution is not None:
            return (self.resolution,)
        assert self.dossier is not None
        number = self.dossier.split("-")[0]
        return (number,) if self.number is None else (number, self.number.lower())


def references_in(question: str) -> list[Reference]:
    """The documents and resolutions that a question names, in order."""
    return [reference for _, _, reference in located_references(question)]


def located_references(text: str) -> list[tuple[int, int, Reference]]:
    """The documents and resolutions that a text names, in order, each with the span of characters that names it."""
    found = sorted(_found(text), key=lambda entry: entry[0])
    references: list[tuple[int, int, Reference]] = []
    end = 0
    for start, stop, reference in found:
        # A dossier alone is also part of a longer form, which begins where it does and was taken first.
        if start >= end:
            references.append((start, stop, reference))
            end = stop
    return references


def _found(question: str) -> Iterator[tuple[int, int, Reference]]:
    for pattern in (_NUMBERED, _HYPHENATED):
        for match in pattern.finditer(question):
            dossier, number = _dossier(match), match["number"].upper()
            start = match.start("dossier")
            yield start, match.end(), Reference(f"Kamerstuk {dossier}, nr. {number}", dossier, number)
    for match in _DOSSIER_ONLY.finditer(question):
        dossier = _dossier(match)
        yield match.start("dossier"), match.end(), Reference(f"dossier {dossier}", dossier)
    for match in _DATED.finditer(question):
        try:
            month = _MONTH_NUMBERS[match["month"].lower()]
            date = datetime.date(int(match["year"]), month, int(match["day"]))
        except ValueError:
            continue
        yield match.start(), match.end(), Reference(f"brief van {date.day} {MONTHS[month - 1]} {date.year}", date=date)
    for match in _RESOLUTION.finditer(question):
        yield match.start(), match.end(), Reference(f"resolutie {match['number']}", resolution=match["number"])


def _dossier(match: re.Match[str]) -> str:
    number = re.sub(r"\D", "", match["dossier"])
    return f"{number}-{match['addition'].upper()}" if match["addition"] else number
