"""The styles of a Word file: which ones are headings, numbered, bold or hidden, also through what they are based on."""

import re
from collections.abc import Iterator
from typing import Final

from corpus.readers.markup import Element

WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_OFF = ("0", "false", "off", "none", "nil")
# Word itself writes built-in names in English whatever its language; other programs and authors do not.
_HEADING_NAME = re.compile(r"(?:heading|kop|kopje|tussenkop|tussenkopje|hoofdstuk) ?(?P<level>[1-9])?")
_TITLE_NAMES = ("title", "titel")
_CONTENTS_NAME = re.compile(r"(?:toc|inhopg) ?(?:\d|heading)|table of figures|kopvaninhoudsopgave")
_LONGEST_CHAIN: Final = 20


class Styles:
    """The styles by id; every answer follows the chain of `basedOn`, the nearest style first."""

    def __init__(self, root: Element | None) -> None:
        elements = [] if root is None else root.findall(f"{WORD}style")
        self._styles = {element.get(f"{WORD}styleId"): element for element in elements}
        self._default = next(
            (
                element.get(f"{WORD}styleId")
                for element in elements
                if element.get(f"{WORD}type") == "paragraph" and element.get(f"{WORD}default") not in (None, *_OFF)
            ),
            None,
        )
        # Asked for by every paragraph, and a style can be made large on purpose.
        self._contents: dict[str | None, bool] = {}
        self._numberings: dict[str | None, Element | None] = {}
        self._levels: dict[str | None, int | None] = {}
        self._flags: dict[tuple[str | None, str], bool | None] = {}

    def level(self, style: str | None) -> int | None:
        """The heading level of a paragraph style, 1 for the highest, 0 for a title; None for body text."""
        if style not in self._levels:
            self._levels[style] = self._find_level(style)
        return self._levels[style]

    def is_contents(self, style: str | None) -> bool:
        """Whether a paragraph style belongs to a table of contents."""
        if style not in self._contents:
            self._contents[style] = any(_CONTENTS_NAME.fullmatch(_name(element)) for element in self._chain(style))
        return self._contents[style]

    def numbering(self, style: str | None) -> Element | None:
        """The `numPr` that a paragraph style brings; None when it has none."""
        if style not in self._numberings:
            found = (element.find(f"{WORD}pPr/{WORD}numPr") for element in self._chain(style))
            self._numberings[style] = next((element for element in found if element is not None), None)
        return self._numberings[style]

    def flag(self, style: str | None, name: str) -> bool | None:
        """Whether text in a style is bold ("b"), italic, underlined, hidden; None when the style does not say."""
        key = (style, name)
        if key not in self._flags:
            flags = (flag(element.find(f"{WORD}rPr"), name) for element in self._chain(style))
            self._flags[key] = next((value for value in flags if value is not None), None)
        return self._flags[key]

    def is_numbering_style(self, style: str | None) -> Element | None:
        """The `numPr` of a list style, which an abstract numbering can point to."""
        element = self._styles.get(style)
        return None if element is None else element.find(f"{WORD}pPr/{WORD}numPr")

    def has_borders(self, style: str | None) -> bool:
        """Whether a table style draws lines."""
        return any(has_borders(element.find(f"{WORD}tblPr/{WORD}tblBorders")) for element in self._chain(style))

    def has_bold_first_row(self, style: str | None) -> bool:
        """Whether a table style sets the first row in bold, as a header."""
        for element in self._chain(style):
            for part in element.findall(f"{WORD}tblStylePr"):
                if part.get(f"{WORD}type") == "firstRow" and flag(part.find(f"{WORD}rPr"), "b"):
                    return True
        return False

    def _find_level(self, style: str | None) -> int | None:
        for element in self._chain(style):
            outline = element.find(f"{WORD}pPr/{WORD}outlineLvl")
            if outline is not None:
                return outline_level(outline)
            name = _name(element)
            if match := _HEADING_NAME.fullmatch(name):
                return int(match["level"] or 1)
            if name in _TITLE_NAMES:
                return 0
        return None

    def _chain(self, style: str | None) -> Iterator[Element]:
        style = style or self._default
        for _ in range(_LONGEST_CHAIN):  # a chain can bite its own tail
            element = self._styles.get(style)
            if element is None:
                return
            yield element
            style = value(element.find(f"{WORD}basedOn"))


def value(element: Element | None) -> str | None:
    """The `val` attribute of a property; None when the property is missing."""
    return None if element is None else element.get(f"{WORD}val")


def integer(text: str | None) -> int | None:
    """A whole number as Word writes it; None for anything else, also for one that no document needs."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text, re.ASCII) else None


def flag(properties: Element | None, name: str) -> bool | None:
    """Whether run properties switch something on or off; None when they do not mention it."""
    element = None if properties is None else properties.find(WORD + name)
    return None if element is None else element.get(f"{WORD}val") not in _OFF


def outline_level(element: Element) -> int | None:
    """The heading level of an `outlineLvl`, 1 for the highest; None for body text."""
    number = integer(value(element))
    return number + 1 if number is not None and 0 <= number < 9 else None


def has_borders(borders: Element | None) -> bool:
    """Whether any of the borders is drawn."""
    return borders is not None and any(border.get(f"{WORD}val") not in (None, "none", "nil") for border in borders)


def _name(element: Element) -> str:
    return (value(element.find(f"{WORD}name")) or element.get(f"{WORD}styleId") or "").lower()
