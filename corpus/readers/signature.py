"""The signature block in flowing text: one or more offices, each with the name of who signed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corpus.identity import sentence_case
from corpus.readers.flow import Block, Item

_OFFICE = re.compile(
    r"(?P<deputy>(?:mede )?namens )?(?:(?:de|het|i\.?o\.?) )*(?P<office>(?:minister|staatssecretaris|"
    r"minister-president|(?:adjunct-|waarnemend )?griffier|(?:onder|fungerend )?voorzitter|"
    r"(?:plv\.? )?secretaris-generaal|directeur-generaal)\b[^.?!:;]*)",
    re.IGNORECASE,
)
_TITLES = r"(?:(?:prof|mr|dr|drs|ir|ing|em)\. ?)*"
_CAPITAL = "[A-ZÀ-ÖØ-ÞĞŞİČŠŽ]"
_SURNAME = rf"{_CAPITAL}[\w’'-]+(?:[ -]{_CAPITAL}[\w’'-]+){{0,3}}"
_PREFIXES = r"(?:(?:van|von|de|der|den|het|ter|ten|te|'t|’t|el|al|la|le) ){0,3}"
_DEGREES = r"(?:,? (?:MSc|MA|BA|LLM|PhD|RA|MBA))*"
_INITIALS_NAME = re.compile(
    rf"{_TITLES}(?:{_CAPITAL}[a-z]{{0,2}}\. ?)+(?:\([A-Z][\w’' -]+\) )?{_PREFIXES}{_SURNAME}{_DEGREES}"
)
_FIRST_NAME = re.compile(rf"{_TITLES}{_CAPITAL}[\w’'-]+ {_PREFIXES}{_SURNAME}{_DEGREES}")
_BARE_SURNAME = re.compile(_PREFIXES + _SURNAME)
_COMMITTEE = re.compile(r"voorzitter|griffier", re.IGNORECASE)

_LONGEST_OFFICE: Final = 160
_LONGEST_NAME: Final = 80
_MOST_LINES: Final = 24


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature block: its lines, how many blocks it takes, and the office that signs, "Minister van ..."."""

    lines: tuple[str, ...]
    blocks: int
    office: str


def find_signature(items: Sequence[Item]) -> Signature | None:
    """The signature that starts with the first of these items; None when they start with something else.

    It has an office and a name at least. What comes after it, such as an annex, is not part of it.
    """
    lines: list[tuple[str, str]] = []
    whole = 0
    end = 0
    state = ""
    for count, item in enumerate(items[:_MOST_LINES], start=1):
        if not isinstance(item, Block):
            break
        for line in item.lines:
            state = _next_state(state, line, lines[-1][1] if lines else "")
            if not state:
                break
            lines.append((state, line))
        if not state:
            break
        if state == "name":
            whole, end = len(lines), count
    if not whole:
        return None
    return Signature(tuple(line for _, line in lines[:whole]), end, _signing_office(lines[:whole]))


def is_office(line: str) -> bool:
    """Whether a line is the office of one who signs, `De Minister van Buitenlandse Zaken,`."""
    return len(line) <= _LONGEST_OFFICE and bool(_OFFICE.fullmatch(line))


def _next_state(state: str, line: str, before: str) -> str:
    """What a line of a signature is, given the line before it: office, rest or name; empty when it is none."""
    if is_office(line):
        return "office"
    if not state or len(line) > _LONGEST_NAME:
        return ""
    # Below a name stands another office or the name of its deputy; "Bijlage Antwoorden" looks like a first name.
    if _INITIALS_NAME.fullmatch(line) or (state != "name" and _FIRST_NAME.fullmatch(line)):
        return "name"
    # Committees sign with surnames: "De voorzitter van de commissie," / "Azarkan".
    if state == "office" and _COMMITTEE.search(before) and _BARE_SURNAME.fullmatch(line):
        return "name"
    # "De Minister van Landbouw, Visserij," / "Voedselzekerheid en Natuur,"
    is_rest = state == "office" and before.endswith((",", " en")) and line[-1] not in ".?!:;"
    return "rest" if is_rest else ""


def _signing_office(lines: Sequence[tuple[str, str]]) -> str:
    """The office of the first signer; one on whose behalf the letter is signed, too, is not it."""
    offices: list[str] = []
    for state, line in lines:
        if state == "office":
            offices.append(line)
        elif state == "rest":
            offices[-1] += f" {line}"
    matches = [match for match in map(_OFFICE.fullmatch, offices) if match]
    own = [match for match in matches if not match["deputy"]] or matches
    office = sentence_case(own[0]["office"].rstrip(" ,"))
    return office[0].upper() + office[1:]
