"""The signature block among a PDF's blocks: one or more offices, each followed by a name."""

import re
from collections.abc import Callable, Sequence

from corpus.readers.pdf_blocks import Block
from corpus.readers.pdf_lines import plain_line

_OFFICE = re.compile(
    r"(?:(?:mede )?namens )?(?:(?:de|het) )*(?:(?:vice-?)?minister(?:-president)?s?|staatssecretaris|"
    r"(?:adjunct-|waarnemend )?griffier|(?:onder|fungerend )?voorzitter|"
    r"secretaris-generaal|directeur-generaal)\b[^.?!:;]*",
    re.IGNORECASE,
)
_TITLES = r"(?:(?:prof|mr|dr|drs|ir|ing|em)\. ?)*"
_PREFIXES = r"(?:(?:van|von|de|der|den|het|ter|ten|te|'t|’t|el|al|la|le) ){0,3}"
_SURNAME = r"[A-Z][\w’'-]+(?:[ -][A-Z][\w’'-]+){0,3}"
_NAME = re.compile(
    rf"{_TITLES}(?:[A-Z][a-z]{{0,2}}\. ?)+(?:\([A-Z][\w’' -]+\) )?{_PREFIXES}{_SURNAME}|"
    rf"{_TITLES}[A-Z][\w’'-]+ {_PREFIXES}{_SURNAME}"
)
_ANNEX = re.compile(r"Bijlagen?\b", re.IGNORECASE)
_LONGEST_OFFICE = 160
_LONGEST_NAME = 80
_MOST_BLOCKS = 12


def signature_blocks(blocks: Sequence[Block], is_heading: Callable[[Block], bool]) -> dict[int, int]:
    """Where each signature begins and ends, as positions in the blocks.

    One has an office and a name at least; what comes after it, such as an annex, is no part of it.
    """
    found: dict[int, int] = {}
    position = 0
    while position < len(blocks):
        end = _end(blocks, position, is_heading)
        if end:
            found[position] = end
        position = end or position + 1
    return found


def _end(blocks: Sequence[Block], start: int, is_heading: Callable[[Block], bool]) -> int:
    state, end = "", 0
    before = ""
    for position in range(start, min(start + _MOST_BLOCKS, len(blocks))):
        block = blocks[position]
        if block.first.table or block.first.label or (position > start and is_heading(block)):
            break
        for line in block.lines:
            text = plain_line(line).text
            state = _next(state, text, before)
            before = text
            if not state:
                return end
        if state == "name":
            end = position + 1
    return end


def _next(state: str, text: str, before: str) -> str:
    """What a line of a signature is, given the one before it: office, rest of it, or name; "" when it is none."""
    if len(text) <= _LONGEST_OFFICE and _OFFICE.fullmatch(text):
        return "office"
    if not state or len(text) > _LONGEST_NAME or _ANNEX.match(text):
        return ""
    # "De Minister van Landbouw, Visserij," / "Voedselzekerheid en Natuur,"
    if state in ("office", "rest") and not before.endswith(",") and text.endswith(","):
        return "rest"
    if _NAME.fullmatch(text):
        return "name"
    is_rest = state == "office" and before.endswith((",", " en")) and text[-1] not in ".?!:;"
    return "rest" if is_rest else ""
