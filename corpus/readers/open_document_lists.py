"""The list and heading labels that an OpenDocument text leaves to the program that shows it.

Source: OpenDocument 1.3 part 3, 5.3 (lists), 16.30-16.34 (list styles), 19.848 (continuing lists).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from corpus.readers.markup import Element
from corpus.readers.numerals import counted_letter, decimal, repeated_letter, roman, upper
from corpus.readers.open_document_styles import LIBRE_OFFICE, STYLE, TEXT, integer

_XML_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
_FORMATS: Final[dict[str, Callable[[int], str]]] = {
    "1": decimal,
    "a": counted_letter,
    "A": upper(counted_letter),
    "i": roman,
    "I": upper(roman),
}
_SYNCHRONISED: Final[dict[str, Callable[[int], str]]] = {"a": repeated_letter, "A": upper(repeated_letter)}
_BULLET: Final = "•"
_LONGEST_LABEL: Final = 40
_LONGEST_PATTERN: Final = 80
_MOST_LEVELS: Final = 10
# No style can have this name.
_OUTLINE: Final = "\0outline"


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    write: Callable[[int], str] | None
    prefix: str
    suffix: str
    shown: int
    pattern: str | None
    is_bullet: bool


@dataclass(slots=True)
class Counters:
    """How far one list has counted, by level from 1 on, and the style of its labels."""

    style: str | None
    counts: dict[int, int] = field(default_factory=dict)


class Lists:
    """The list styles, and the lists that later ones may continue."""

    def __init__(self, roots: list[Element]) -> None:
        self._styles: dict[str | None, dict[int, _Level]] = {}
        for root in roots:
            for element in root.iter(f"{TEXT}list-style"):
                self._styles.setdefault(element.get(f"{STYLE}name"), _read_levels(element))
            outline = root.find(f".//{TEXT}outline-style")
            if outline is not None:
                self._styles.setdefault(_OUTLINE, _read_levels(outline))
        self._outline = Counters(_OUTLINE)
        self._by_id: dict[str, Counters] = {}
        self._last: dict[str | None, Counters] = {}

    def open(self, element: Element, style: str | None) -> Counters:
        """Begin the outermost list that an element is; it goes on counting where the element says so."""
        earlier = self._by_id.get(element.get(f"{TEXT}continue-list") or "")
        if earlier is None and element.get(f"{TEXT}continue-numbering") == "true":
            earlier = self._last.get(style)
        counters = earlier or Counters(style)
        identifier = element.get(_XML_ID)
        if identifier:
            self._by_id[identifier] = counters
        self._last[style] = counters
        return counters

    def numbered(self, identifier: str | None, style: str | None) -> Counters:
        """The list that a numbered paragraph belongs to by its id, or else by its style."""
        if identifier:
            return self._by_id.setdefault(identifier, Counters(style))
        return self._last.setdefault(style, Counters(style))

    def label(
        self, counters: Counters, level: int, *, style: str | None = None, start: int | None = None
    ) -> str | None:
        """Count one item of a list further and give its label; None when its style has none.

        `style` is an inner list's own style, `start` the number that the item itself states.
        """
        levels = self._styles.get(style or counters.style, {})
        own = levels.get(level)
        counts = counters.counts
        first = own.start if own else 1
        counts[level] = start if start is not None else counts[level] + 1 if level in counts else first
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        return _write(levels, counts, level) if own else None

    def heading_label(self, level: int, start: int | None) -> str | None:
        """Count one heading further and give its number; None when headings are not numbered."""
        return self.label(self._outline, level, start=start)


def _read_levels(style: Element) -> dict[int, _Level]:
    levels = {}
    for element in style:
        level = integer(element.get(f"{TEXT}level"))
        if level is None or not 1 <= level <= _MOST_LEVELS:
            continue
        form = element.get(f"{STYLE}num-format") or ""
        formats = _FORMATS | _SYNCHRONISED if element.get(f"{STYLE}num-letter-sync") == "true" else _FORMATS
        start = integer(element.get(f"{TEXT}start-value"))
        levels[level] = _Level(
            start=1 if start is None else start,
            write=formats.get(form),
            prefix=(element.get(f"{STYLE}num-prefix") or "")[:_LONGEST_LABEL],
            suffix=(element.get(f"{STYLE}num-suffix") or "")[:_LONGEST_LABEL],
            shown=integer(element.get(f"{TEXT}display-levels")) or 1,
            pattern=_list_format(element),
            is_bullet=not element.tag.endswith(("list-level-style-number", "outline-level-style")),
        )
    return levels


def _list_format(element: Element) -> str | None:
    pattern = element.get(f"{STYLE}num-list-format") or element.get(f"{LIBRE_OFFICE}num-list-format")
    return None if pattern is None else str(pattern)[:_LONGEST_PATTERN]


def _write(levels: dict[int, _Level], counts: dict[int, int], level: int) -> str | None:
    own = levels[level]
    if own.is_bullet:
        return _BULLET
    if own.write is None:
        return None

    def number(index: int) -> str:
        other = levels.get(index)
        if other is None or other.write is None:
            return ""
        return other.write(counts.setdefault(index, other.start))

    if own.pattern is not None:
        label = re.sub(r"%(\d{1,2})%", lambda match: number(int(match[1])), own.pattern)
    else:
        shown = range(max(1, level - min(own.shown, level) + 1), level + 1)
        label = own.prefix + ".".join(filter(None, map(number, shown))) + own.suffix
    return label[:_LONGEST_LABEL].strip() or None
