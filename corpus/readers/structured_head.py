"""The lines above a letter's text that are part of no paragraph: to whom it goes, where and when it was written."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.identity import read_date
from corpus.readers.blocks import Block, Heading, Paragraph
from corpus.readers.running_text import Text

_ADDRESSEE = re.compile(r"Aan (?:de|het|mevrouw|mijnheer|dhr\.|mw\.) [^.]*")
_LINES = 8
_CHARACTERS = 150


def cut_letter_head(blocks: Sequence[Block]) -> tuple[list[Block], datetime.date | None]:
    """Cut addressee, place and date off the blocks of a Kamerstuk; gives the rest, and the date when there is one."""
    for position, block in enumerate(blocks[:_LINES]):
        if not isinstance(block, Paragraph) or len(block.text.text) > _CHARACTERS:
            break
        date = read_date(block.text.text)
        if date:
            return cut_blocks(blocks, position + 1), date
        if block.text.text.endswith((".", ";", ":", "?")):
            break
    start = 0
    while start < len(blocks) and _is_addressee(blocks[start]):
        start += 1
    return cut_blocks(blocks, start), None


def cut_blocks(blocks: Sequence[Block], count: int) -> list[Block]:
    """Cut the first blocks off; notes that they carry go to the start of the first paragraph that is left."""
    notes = tuple(
        replace(note, position=0)
        for block in blocks[:count]
        if isinstance(block, Paragraph | Heading)
        for note in block.text.notes
    )
    rest = list(blocks[count:])
    for position, block in enumerate(rest):
        if notes and isinstance(block, Paragraph):
            rest[position] = replace(block, text=Text(block.text.text, notes + block.text.notes))
            break
    return rest


def _is_addressee(block: Block) -> bool:
    return isinstance(block, Paragraph) and bool(_ADDRESSEE.fullmatch(block.text.text))
