"""The list labels that Word computes and never stores: `a.`, `2.1`, `iv)`.

Source: ECMA-376 part 1, 17.9, and what Word does where it is silent: lists that share an abstract numbering
go on counting, and a level starts anew after any higher one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from corpus.readers.markup import Element
from corpus.readers.numerals import decimal, repeated_letter, roman, two_digits, upper
from corpus.readers.word_styles import WORD, Styles, integer, value

_FORMATS: Final[dict[str, Callable[[int], str]]] = {
    "decimal": decimal,
    "decimalZero": two_digits,
    "lowerLetter": repeated_letter,
    "upperLetter": upper(repeated_letter),
    "lowerRoman": roman,
    "upperRoman": upper(roman),
    "ordinal": lambda number: f"{number}e",
    "none": lambda number: "",
}
_BULLET: Final = "•"
_LEVELS: Final = 9
# A label is repeated by every item, so that a long one could fill the memory.
_LONGEST_LABEL: Final = 40
_LONGEST_PATTERN: Final = 80


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: where it starts, how its number is written, and its label with `%1` for level one's."""

    start: int
    form: str
    text: str
    restart: int | None
    is_legal: bool
    style: str | None


@dataclass(frozen=True, slots=True)
class _List:
    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int]


class Numbering:
    """The lists of a document and how far each has counted; labels have to be asked for in reading order."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract = {}
        self._numbers = {}
        if root is not None:
            self._abstract = {e.get(f"{WORD}abstractNumId"): e for e in root.findall(f"{WORD}abstractNum")}
            self._numbers = {e.get(f"{WORD}numId"): e for e in root.findall(f"{WORD}num")}
        self._lists: dict[str, _List | None] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()

    def label(self, number: str, level: int) -> str | None:
        """Count one item further and give its label; None when there is no such list or level."""
        found = self._list(number)
        if found is None or level not in found.levels:
            return None
        counters = self._counters.setdefault(found.abstract, {})
        if level in found.starts and (number, level) not in self._started:
            counters[level] = found.starts[level]
        elif level in counters:
            counters[level] += 1
        else:
            counters[level] = found.starts.get(level, found.levels[level].start)
        self._started.add((number, level))
        for deeper in [other for other in counters if other > level]:
            restart = found.levels[deeper].restart if deeper in found.levels else None
            if restart is None or level < restart:
                del counters[deeper]
        return _write(found, counters, level)

    def level_of_style(self, number: str, style: str | None) -> int:
        """The level that a list keeps for a paragraph style, the first when it keeps none."""
        found = self._list(number)
        levels = found.levels.items() if found else ()
        return next((index for index, level in levels if style and level.style == style), 0)

    def _list(self, number: str) -> _List | None:
        if number not in self._lists:
            self._lists[number] = self._read_list(number)
        return self._lists[number]

    def _read_list(self, number: str) -> _List | None:
        element = self._numbers.get(number)
        abstract_id = None if element is None else value(element.find(f"{WORD}abstractNumId"))
        abstract = self._follow_style(self._abstract.get(abstract_id))
        if element is None or abstract is None or abstract_id is None:
            return None
        levels = _read_levels(abstract)
        starts: dict[int, int] = {}
        for override in element.findall(f"{WORD}lvlOverride"):
            index = integer(override.get(f"{WORD}ilvl"))
            start = integer(value(override.find(f"{WORD}startOverride")))
            if index is not None and start is not None:
                starts[index] = start
            levels |= _read_levels(override)
        return _List(abstract_id, levels, starts)

    def _follow_style(self, abstract: Element | None) -> Element | None:
        """The abstract numbering that a list style leads to, where this one only names the style."""
        style = None if abstract is None else value(abstract.find(f"{WORD}numStyleLink"))
        if style is None:
            return abstract
        number = self._styles.is_numbering_style(style)
        linked = self._numbers.get(value(number.find(f"{WORD}numId"))) if number is not None else None
        return abstract if linked is None else self._abstract.get(value(linked.find(f"{WORD}abstractNumId")))


def _read_levels(parent: Element) -> dict[int, Level]:
    levels = {}
    for element in parent.findall(f"{WORD}lvl"):
        index = integer(element.get(f"{WORD}ilvl"))
        if index is None or not 0 <= index < _LEVELS:
            continue
        start = integer(value(element.find(f"{WORD}start")))
        levels[index] = Level(
            start=1 if start is None else start,
            form=value(element.find(f"{WORD}numFmt")) or "decimal",
            text=(value(element.find(f"{WORD}lvlText")) or "")[:_LONGEST_PATTERN],
            restart=integer(value(element.find(f"{WORD}lvlRestart"))),
            is_legal=element.find(f"{WORD}isLgl") is not None,
            style=value(element.find(f"{WORD}pStyle")),
        )
    return levels


def _write(found: _List, counters: dict[int, int], level: int) -> str | None:
    own = found.levels[level]
    if own.form == "bullet":
        return _BULLET

    def number(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        other = found.levels.get(index)
        if other is None or other.form == "bullet":
            return ""
        count = counters.setdefault(index, other.start)
        return decimal(count) if own.is_legal else _FORMATS.get(other.form, decimal)(count)

    return re.sub(r"%([1-9])", number, own.text)[:_LONGEST_LABEL].strip() or None
