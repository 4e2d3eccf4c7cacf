"""What XML and HTML have in common: blocks in reading order, written into the outline.

A block knows its place in the markup; only the whole document tells what that means for a heading's level, for a
line in bold, or for the lines that close a letter.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from corpus.readers.heading_levels import HeadingLevels
from corpus.readers.outline import Cell, Outline
from corpus.readers.paged_lines import Line, starts_signature
from corpus.readers.running_text import Text, join_texts

_BULLET = re.compile(r"[-–—•·▪◦] (?=\S)")
_TEXT_END = re.compile(r"[.?!…:;,]['\"’”»)\]]*$")
_HEADING_CHARACTERS = 200
# A whole paragraph in roman under a heading's tag is text that was tagged for its white space.
_ROMAN_HEADING_CHARACTERS = 100
# More lines in bold in a row are no headings but a title page or an address.
_EMPHASISED_IN_A_ROW = 2
_SIGNATURE_BLOCKS = 12


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in `depth` headed elements, its own included; `style` is set when it is typography and no element."""

    text: Text
    depth: int
    style: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `label` is a list item's number, `style` the emphasis that the whole of it has."""

    text: Text
    label: str = ""
    style: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table's rows; the first names the columns when `has_header`."""

    rows: tuple[tuple[Text, ...], ...]
    has_header: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """One office with its name, or a part of that; `is_apart` from the signature before it."""

    text: Text
    is_apart: bool = False


Block = Heading | Paragraph | Table | Signature


def write_blocks(blocks: Sequence[Block], outline: Outline) -> None:
    """Write blocks into the outline; signatures that follow one another are one signature block."""
    blocks = _close(_settle_headings(blocks))
    levels = HeadingLevels([block.style for block in blocks if isinstance(block, Heading)])
    signature: list[Text] = []
    for block in blocks:
        if isinstance(block, Signature):
            if block.is_apart:
                _sign(signature, outline)
            signature.append(block.text)
            continue
        _sign(signature, outline)
        if isinstance(block, Heading):
            for level, text in levels.place(block.text.text, block.depth, block.style):
                outline.heading(text, level, notes=block.text.notes if text == block.text.text else ())
        elif isinstance(block, Table):
            _write_table(block, outline)
        else:
            _write_paragraph(block, outline)
    _sign(signature, outline)


def _settle_headings(blocks: Sequence[Block]) -> list[Block]:
    """Make headings of emphasised lines and paragraphs of what is no heading for all its tag says."""
    settled: list[Block] = []
    for position, block in enumerate(blocks):
        if isinstance(block, Heading) and block.style and not _is_heading(block):
            settled.append(Paragraph(block.text, depth=block.depth))
        elif isinstance(block, Paragraph) and block.style and _heads_what_follows(blocks, position):
            settled.append(Heading(block.text, block.depth + 1, block.style))
        else:
            settled.append(block)
    return settled


def _is_heading(block: Heading) -> bool:
    text = block.text.text
    if block.style == "rom":
        return len(text) <= _ROMAN_HEADING_CHARACTERS and not text.endswith((":", ";", "."))
    return len(text) <= _HEADING_CHARACTERS


def _heads_what_follows(blocks: Sequence[Block], position: int) -> bool:
    """Whether an emphasised paragraph is a heading: a short line that is no sentence, with text below it."""
    block = blocks[position]
    assert isinstance(block, Paragraph)
    text = block.text.text
    if block.label or len(text) > _HEADING_CHARACTERS or _TEXT_END.search(text) or _BULLET.match(text):
        return False
    around = blocks[max(0, position - _EMPHASISED_IN_A_ROW) : position]
    before = len(list(takewhile(_is_emphasised, reversed(around))))
    following = blocks[position : position + _EMPHASISED_IN_A_ROW + 1]
    below = len(list(takewhile(_is_emphasised, following)))
    if before + below > _EMPHASISED_IN_A_ROW or below == len(following):
        return False
    return isinstance(following[below], Paragraph | Table)


def _is_emphasised(block: Block) -> bool:
    return isinstance(block, Paragraph) and bool(block.style)


def _close(blocks: list[Block]) -> list[Block]:
    """Find the signature in a text that does not mark it up: an office and a name after which nothing is said."""
    if any(isinstance(block, Signature) for block in blocks):
        return blocks
    start = len(blocks)
    for position in range(len(blocks) - 1, max(0, len(blocks) - _SIGNATURE_BLOCKS), -1):
        block = blocks[position]
        if not isinstance(block, Paragraph) or block.label or len(block.text.text) > _HEADING_CHARACTERS:
            break
        if starts_signature([[Line(each.text.text)] for each in blocks[position:] if isinstance(each, Paragraph)]):
            start = position
    return [*blocks[:start], *(Signature(each.text) for each in blocks[start:] if isinstance(each, Paragraph))]


def _sign(signature: list[Text], outline: Outline) -> None:
    if signature:
        text = join_texts(signature)
        outline.signature(text.text, notes=text.notes)
        signature.clear()


def _write_paragraph(block: Paragraph, outline: Outline) -> None:
    text, notes = block.text.text, block.text.notes
    bullet = _BULLET.match(text)
    if block.label:
        outline.list_item(block.label, text, notes=notes)
    elif bullet:
        moved = tuple(replace(note, position=max(0, note.position - bullet.end())) for note in notes)
        outline.list_item(bullet[0].strip(), text[bullet.end() :], notes=moved)
    else:
        outline.paragraph(text, notes=notes)


def _write_table(block: Table, outline: Outline) -> None:
    rows = [[Cell(cell.text, cell.notes) for cell in row] for row in block.rows]
    outline.table(rows, has_header=block.has_header)
