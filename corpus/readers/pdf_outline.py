"""Blocks become headings, paragraphs, list items, table rows and signatures in the outline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.document import NoteReference
from corpus.readers.outline import Cell, Outline
from corpus.readers.paged_lines import join_lines
from corpus.readers.pdf_blocks import CONTENTS, SENTENCE_END, Block, block_text, is_caption
from corpus.readers.pdf_lines import TextLine, plain_line, table_cell
from corpus.readers.pdf_signature import signature_blocks
from corpus.readers.pdf_words import Table
from corpus.readers.questions import question_level

_LARGER = 1.1
_HEADING_LINES = 4
_HEADING_CHARACTERS = 250
_PLAIN_HEADING_CHARACTERS = 120
_HEADING_NUMBER = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2})*)\.? \S")

# What sets a heading off: labelled, size, shaded, bold, italic.
_Style = tuple[bool, float, bool, bool, bool]


@dataclass(frozen=True, slots=True)
class Body:
    """How the running text is set, so that what is set otherwise stands out, and the words that keep a hyphen."""

    size: float
    is_bold: bool = False
    is_italic: bool = False
    hyphenated: frozenset[str] = frozenset()


def is_heading(block: Block, body: Body) -> bool:
    """Whether a block is set as a heading: bold, larger, shaded or italic, short, and no sentence."""
    text = block_text(block)
    if question_level(text):
        return True
    if not _may_be_heading(block, text):
        return False
    is_larger = block.size >= _LARGER * body.size
    ends = bool(SENTENCE_END.search(text)) and not text.endswith(":") and not (is_larger and text.endswith("?"))
    if (block.is_bold and not body.is_bold) or is_larger or block.first.is_shaded:
        return not ends or bool(block.first.label)
    is_italic = block.is_italic and not body.is_italic
    return is_italic and not ends and len(text) <= _PLAIN_HEADING_CHARACTERS and not text.endswith(":")


def _may_be_heading(block: Block, text: str) -> bool:
    is_bullet = bool(block.marker) and not block.first.words[0].text.strip("().").isalnum()
    return (
        not block.first.table
        and not block.first.is_address
        and not is_bullet
        and len(block.lines) <= _HEADING_LINES
        and len(text) <= _HEADING_CHARACTERS
        and any(character.isalpha() for character in text)
        and not text.endswith((",", ";"))
        and not CONTENTS.search(text)
    )


def write_blocks(blocks: Sequence[Block], outline: Outline, body: Body) -> None:
    """Put blocks into the outline."""
    _Writer(blocks, outline, body).write()


class _Writer:
    def __init__(self, blocks: Sequence[Block], outline: Outline, body: Body) -> None:
        self._blocks = blocks
        self._outline = outline
        self._body = body
        self._signatures = signature_blocks(blocks, lambda block: is_heading(block, body))
        self._levels = self._find_levels()
        # The columns' names of the table just written, for one that goes on on the next page.
        self._columns: list[Cell] | None = None
        # A heading is no paragraph: its notes go to the start of the paragraph below it.
        self._waiting: tuple[NoteReference, ...] = ()

    def write(self) -> None:
        position = 0
        while position < len(self._blocks):
            block = self._blocks[position]
            if block.first.table:
                self._write_table(block.first.table)
            else:
                self._columns = None
                if end := self._signatures.get(position):
                    self._write_signature([line for other in self._blocks[position:end] for line in other.lines])
                    position = end
                    continue
                if self._has_content(position):
                    text, notes = self._join(block.lines)
                    self._waiting += tuple(replace(note, position=0) for note in notes)
                    self._outline.heading(text, self._levels[position])
                else:
                    self._write_paragraph(block)
            position += 1

    def _find_levels(self) -> dict[int, int]:
        """The positions of the headings and their levels."""
        positions = self._find_headings()
        styles = {_style(self._blocks[position]) for position in positions}
        ranks = sorted(styles, key=lambda style: (style[0], -style[1], not style[2], not style[3], style[4]))
        levels: dict[int, int] = {}
        numbered: tuple[int, int] | None = None  # the last numbered heading's rank and depth
        for position in sorted(positions):
            block = self._blocks[position]
            text = block_text(block)
            rank = ranks.index(_style(block))
            number = None if block.first.label else _HEADING_NUMBER.match(text)
            if level := question_level(text):
                levels[position] = level
            elif number:
                depth = number["number"].count(".") + 1
                numbered = rank, depth
                levels[position] = depth
            elif numbered and rank > numbered[0]:
                levels[position] = numbered[1] + rank - numbered[0]
            else:
                levels[position] = rank + 1
        return levels

    def _find_headings(self) -> set[int]:
        """The positions of the headings; found by their words where the type sets none off."""
        blocks = self._blocks
        free = set(range(len(blocks))).difference(*(range(start, end) for start, end in self._signatures.items()))
        styled = {position for position in free if is_heading(blocks[position], self._body)}
        styled -= {
            position
            for position in styled
            if position + 1 < len(blocks) and blocks[position + 1].first.table and is_caption(blocks[position])
        }
        if all(question_level(block_text(blocks[position])) for position in styled):
            styled |= {
                position
                for position in free
                if position + 1 < len(blocks) and _reads_as_heading(blocks[position], blocks[position + 1])
            }
        return styled

    def _has_content(self, position: int) -> bool:
        """Whether a block is a heading with anything under it; one without would be lost, and is a paragraph."""
        following = position + 1
        if position not in self._levels or following == len(self._blocks) or following in self._signatures:
            return False
        return following not in self._levels or self._levels[following] > self._levels[position]

    def _write_paragraph(self, block: Block) -> None:
        lines = block.lines
        if block.marker:
            label = lines[0].words[0].text
            text, notes = self._join([replace(lines[0], words=lines[0].words[1:]), *lines[1:]])
            self._outline.list_item("-" if label == "o" else label, text, pages=_pages(lines), notes=self._take(notes))
        else:
            text, notes = self._join(lines)
            if text:
                self._outline.paragraph(text, pages=_pages(lines), notes=self._take(notes))

    def _write_signature(self, lines: Sequence[TextLine]) -> None:
        text, notes = self._join(lines)
        self._outline.signature(text, pages=_pages(lines), notes=self._take(notes))

    def _write_table(self, table: Table) -> None:
        """Write a table; one that goes on from the page before has as many columns, and perhaps their names."""
        rows = [[table_cell(cell) for cell in row] for row in table.rows]
        has_header = table.has_header
        if self._columns and len(self._columns) == len(rows[0]):
            if [cell.text for cell in rows[0]] == [cell.text for cell in self._columns]:
                has_header = True
            elif not has_header:
                rows, has_header = [self._columns, *rows], True
        self._columns = [Cell(cell.text) for cell in rows[0]] if has_header else None
        self._outline.table(rows, has_header=has_header, pages=(table.page,))

    def _join(self, lines: Sequence[TextLine]) -> tuple[str, tuple[NoteReference, ...]]:
        return join_lines([plain_line(line) for line in lines], self._body.hyphenated)

    def _take(self, notes: tuple[NoteReference, ...]) -> tuple[NoteReference, ...]:
        waiting, self._waiting = self._waiting, ()
        return waiting + notes


def _reads_as_heading(block: Block, following: Block) -> bool:
    """Whether a block reads like a heading though it is set like the text: short, without an end, on its own."""
    first = block.first
    if first.table or first.label or first.is_address or block.marker or following.first.table:
        return False
    text = block_text(block)
    return (
        len(block.lines) < _HEADING_LINES
        and len(text) <= _PLAIN_HEADING_CHARACTERS
        and (text[0].isupper() or text[0].isdigit())
        and any(character.islower() for character in text)
        and not SENTENCE_END.search(text)
        and not text.endswith((",", "-", "–"))
        and len(block_text(following)) > len(text)
    )


def _style(block: Block) -> _Style:
    first = block.first
    return bool(first.label), round(block.size), first.is_shaded, block.is_bold, block.is_italic


def _pages(lines: Sequence[TextLine]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(line.page for line in lines))
