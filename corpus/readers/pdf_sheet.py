"""What is found on a PDF's pages: glyphs, rules and shaded bars, each where it stands.

Coordinates are points, turned so that the text runs to the right and upwards is larger, whatever the page's or
the text's own rotation.
"""

from dataclasses import dataclass, field
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle; a rule is a thin one."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def is_flat(self) -> bool:
        """Whether it lies rather than stands."""
        return self.right - self.left > self.top - self.bottom


class Style(NamedTuple):
    """How glyphs are set: size in points as seen, and whether the file marks them as page furniture."""

    size: float
    is_bold: bool
    is_italic: bool
    is_artifact: bool = False
    font: str = ""


class Glyph(NamedTuple):
    """A character where it stands: `left` to `right` is its advance, `base` its baseline."""

    text: str
    left: float
    right: float
    base: float
    style: Style


@dataclass(slots=True)
class Sheet:
    """One page, or the part of it that is set in one direction; `index` counts the file's pages from 0."""

    index: int
    bottom: float
    top: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)


@dataclass(slots=True)
class Scan:
    """What a file's pages hold.

    `unread` counts the pages that show something but have no text, `lost` the glyphs of which the file does not
    say what character they are.
    """

    pages: int
    sheets: list[Sheet]
    unread: int = 0
    glyphs: int = 0
    lost: int = 0
