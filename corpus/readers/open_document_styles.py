"""The styles of an OpenDocument text: which ones are headings, bold or hidden, also through their parents."""

import re
from collections.abc import Iterator
from typing import Final

from corpus.readers.markup import Element

_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE: Final = f"{{{_OASIS}office:1.0}}"
STYLE: Final = f"{{{_OASIS}style:1.0}}"
TEXT: Final = f"{{{_OASIS}text:1.0}}"
TABLE: Final = f"{{{_OASIS}table:1.0}}"
DRAW: Final = f"{{{_OASIS}drawing:1.0}}"
LIBRE_OFFICE: Final = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_FORMAT: Final = f"{{{_OASIS}xsl-fo-compatible:1.0}}"

_HEADING_NAME = re.compile(r"(?:heading|kop|kopje|tussenkop|tussenkopje|hoofdstuk) ?(?P<level>[1-9])?")
_TITLE_NAMES = ("title", "titel")
_LONGEST_CHAIN: Final = 20
_BOLD_FROM: Final = 600


class Styles:
    """The styles by family and name; every answer follows the parents, the nearest style first."""

    def __init__(self, roots: list[Element]) -> None:
        self._styles: dict[tuple[str | None, str | None], Element] = {}
        for root in roots:
            for element in root.iter(f"{STYLE}style"):
                key = element.get(f"{STYLE}family"), element.get(f"{STYLE}name")
                self._styles.setdefault(key, element)
        self._flags: dict[tuple[str, str | None, str], bool | None] = {}
        self._breaks: dict[str | None, bool] = {}
        self._borders: dict[str | None, bool] = {}
        self._levels: dict[str | None, int | None] = {}

    def level(self, style: str | None) -> int | None:
        """The heading level of a paragraph style, 1 for the highest, 0 for a title; None for body text."""
        if style not in self._levels:
            self._levels[style] = self._find_level(style)
        return self._levels[style]

    def flag(self, family: str, style: str | None, name: str) -> bool | None:
        """Whether text in a style is "bold", "slanted" or "hidden"; None when the style does not say."""
        key = (family, style, name)
        if key not in self._flags:
            properties = (element.find(f"{STYLE}text-properties") for element in self._chain(family, style))
            flags = (_text_flag(element, name) for element in properties if element is not None)
            self._flags[key] = next((value for value in flags if value is not None), None)
        return self._flags[key]

    def breaks_page(self, style: str | None) -> bool:
        """Whether a paragraph style starts a new page."""
        if style not in self._breaks:
            properties = (e.find(f"{STYLE}paragraph-properties") for e in self._chain("paragraph", style))
            values = (None if e is None else e.get(f"{_FORMAT}break-before") for e in properties)
            self._breaks[style] = next((value for value in values if value is not None), None) == "page"
        return self._breaks[style]

    def has_borders(self, cell_style: str | None) -> bool:
        """Whether a table cell's style draws lines."""
        if cell_style not in self._borders:
            self._borders[cell_style] = self._find_borders(cell_style)
        return self._borders[cell_style]

    def _find_borders(self, cell_style: str | None) -> bool:
        for element in self._chain("table-cell", cell_style):
            properties = element.find(f"{STYLE}table-cell-properties")
            for name, value in () if properties is None else properties.items():
                if (
                    re.fullmatch(r"border(?:-(?:top|bottom|left|right))?", name.removeprefix(_FORMAT))
                    and value != "none"
                ):
                    return True
        return False

    def _find_level(self, style: str | None) -> int | None:
        for element in self._chain("paragraph", style):
            level = integer(element.get(f"{STYLE}default-outline-level"))
            if level:
                return level
            name = (
                (element.get(f"{STYLE}display-name") or element.get(f"{STYLE}name") or "").replace("_20_", " ").lower()
            )
            if match := _HEADING_NAME.fullmatch(name):
                return int(match["level"] or 1)
            if name in _TITLE_NAMES:
                return 0
        return None

    def _chain(self, family: str, style: str | None) -> Iterator[Element]:
        for _ in range(_LONGEST_CHAIN):  # a chain can bite its own tail
            element = self._styles.get((family, style))
            if element is None:
                return
            yield element
            style = element.get(f"{STYLE}parent-style-name")


def integer(text: str | None) -> int | None:
    """A whole number from an attribute; None for anything else, also for one that no document needs."""
    return int(text) if text and re.fullmatch(r"\d{1,9}", text, re.ASCII) else None


def _text_flag(properties: Element, name: str) -> bool | None:
    if name == "bold":
        weight = properties.get(f"{_FORMAT}font-weight")
        number = integer(weight)
        return None if weight is None else weight == "bold" or (number is not None and number >= _BOLD_FROM)
    if name == "slanted":
        font = properties.get(f"{_FORMAT}font-style")
        line = properties.get(f"{STYLE}text-underline-style")
        return None if font is None and line is None else font in ("italic", "oblique") or line not in (None, "none")
    display = properties.get(f"{TEXT}display")
    return None if display is None else display == "none"
