"""Headings that only look like headings: short lines set in bold, italics or underlined as a whole."""

import re
from typing import Final

from corpus.readers.flow import Block, Item

_LONGEST_HEADING: Final = 120
_OPEN_END = re.compile(r"[.?!…:;,]['\"’”»)\]]*$")


def emphasised_level(block: Block, text: str, following: Item) -> int | None:
    """The level of a heading that no style marks: 1 for a bold line, 2 for an italic or underlined one.

    None for other text: what is long, ends as a sentence does, stands in a table or list, or has text in the same
    look below it. The line above a table is its title, and that is a paragraph.
    """
    if not (block.is_bold or block.is_slanted) or block.label or block.container or not isinstance(following, Block):
        return None
    if not text or len(text) > _LONGEST_HEADING or _OPEN_END.search(text):
        return None
    if not (text[0].isupper() or text[0].isdigit()) or not any(character.isalpha() for character in text):
        return None
    looks_alike = block.is_bold == following.is_bold and block.is_slanted == following.is_slanted
    if looks_alike and following.level is None:
        return None
    return 1 if block.is_bold else 2
