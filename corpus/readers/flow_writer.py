"""Blocks in flow become a document: headings, questions and answers, lists, tables, notes and the signature."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from corpus.document import Document, NoteReference
from corpus.errors import UnreadableDocument
from corpus.readers.emphasis import emphasised_level
from corpus.readers.flow import Block, Item, Table, blocks_of, fold
from corpus.readers.flow_head import read_front
from corpus.readers.layout import data_rows, unfold
from corpus.readers.mending import join_broken, split_glued
from corpus.readers.outline import Cell, Outline
from corpus.readers.questions import ANSWER_LEVEL, QUESTION_LEVEL, QuestionSigns, question_level, source_number
from corpus.readers.signature import find_signature

# A file of 32 MB of XML can repeat its text until it fills the memory.
MAX_CHARACTERS: Final = 20_000_000
MAX_BLOCKS: Final = 100_000

# A longer paragraph in a heading's style is a mistake of its author.
_LONGEST_STYLED_HEADING: Final = 400
_LONGEST_ANNEX_TITLE: Final = 600
_ANNEX_LEVEL: Final = 0
# Below all styled headings.
_EMPHASISED_LEVEL: Final = 10

_BULLET = re.compile(r"[-–—•*·▪●○■□►‣◦\uf0b7\uf0a7\uf0d8]\s+")
_ANNEX = re.compile(r"(?:Bijlage|Antwoord|Antwoorden|Beantwoording|Annex)\b", re.IGNORECASE)


def document_from_flow(
    items: Sequence[Item],
    footnotes: Mapping[str, str],
    name: str,
    *,
    page_header: Sequence[Item] = (),
    title: str = "",
) -> Document:
    """Make a document of items in reading order and the footnotes' texts by mark.

    UnreadableDocument when there is no text in it, or more than a document can hold.
    """
    _check_size(items, name)
    unfolded = split_glued(unfold(items))
    front = read_front(unfolded, name, page_header=split_glued(unfold(page_header)), title=title)
    outline = Outline()
    writer = _FlowWriter(join_broken(front.items), outline, front.marks, name)
    writer.write()
    for mark, text in footnotes.items():
        outline.footnote(mark, text)
    document = outline.finish(replace(front.identity, sender=front.identity.sender or writer.office))
    if not document.paragraphs:
        raise UnreadableDocument(f"{name} holds no paragraph of text; check that the file is whole, or remove it")
    return document


class _FlowWriter:
    """Puts items into an outline; what a block is depends on those around it."""

    def __init__(self, items: Sequence[Item], outline: Outline, marks: Sequence[str], name: str) -> None:
        self.office: str | None = None
        self._name = name
        self._repeated = 0
        self._items = items
        self._outline = outline
        self._marks = list(marks)
        blocks = [item for item in items if isinstance(item, Block)]
        self._questions = QuestionSigns([b.folded for b in blocks], [b.label for b in blocks if b.label])
        self._last_question = max((i for i, item in enumerate(items) if _is_question_or_table(item)), default=-1)
        self._has_styles = any(block.level for block in blocks)
        self._question_level: int | None = None
        self._is_in_question = False
        self._is_after_signature = False
        self._has_text = False

    def write(self) -> None:
        """Write all items."""
        position = 0
        while position < len(self._items):
            item = self._items[position]
            signature = find_signature(self._items[position : position + 30]) if self._has_text else None
            if signature:
                end = position + signature.blocks
                notes = [note.mark for block in self._items[position:end] for note in _notes(block)]
                text = " ".join(signature.lines)
                self._outline.signature(text, notes=tuple(NoteReference(mark, len(text)) for mark in notes))
                self.office = self.office or signature.office
                self._is_after_signature, self._is_in_question = True, False
                position = end
                continue
            if isinstance(item, Table):
                rows, has_header = data_rows(item)
                self._count_rows(rows, has_header=has_header)
                self._outline.table(rows, has_header=has_header)
                self._has_text = True
            else:
                self._write_block(item, self._items[position + 1 : position + 2], position)
            position += 1

    def _count_rows(self, rows: Sequence[Sequence[Cell]], *, has_header: bool) -> None:
        """Keep count of what tables repeat: the names of the columns stand in every row."""
        self._repeated += len(rows) * sum(len(cell.text) for cell in rows[0]) if has_header else 0
        if self._repeated > MAX_CHARACTERS:
            raise UnreadableDocument(f"{self._name} has tables too large to read; split it into several files")

    def _write_block(self, block: Block, following: Sequence[Item], position: int) -> None:
        text, notes = fold(block.text, block.notes)
        if self._write_question(block, text, notes):
            return
        level = self._heading_level(block, text, following)
        if level is not None:
            number = block.label if block.label and any(character.isalnum() for character in block.label) else ""
            self._heading(f"{number} {text}".strip(), level, notes)
            self._is_in_question = False
            return
        is_first_source = source_number(f"{block.label} {text}" if block.label else text) == "1"
        if is_first_source and position > self._last_question >= 0 and self._questions.refers_to_sources:
            self._outline.end_headings()
        self._write_text(block.label, text, notes)

    def _write_question(self, block: Block, text: str, notes: tuple[NoteReference, ...]) -> bool:
        """Write a block that announces a question or an answer; False when it does neither."""
        level = question_level(text)
        if level is not None and (self._questions.has_questions or self._questions.has_bare_numbers):
            self._question_heading(text, level, block, notes)
            return True
        label_level = question_level(block.label) if block.label else None
        if block.label and label_level is not None:
            # Numbered by Word as "Vraag 1", with the question itself as the item's text.
            self._question_heading(block.label, label_level, block, ())
            self._write_text(None, text, notes)
            return True
        number = self._questions.bare_number(text, block.label)
        if number is None:
            return False
        is_alone = number == text.rstrip(".)")
        self._question_heading(number, QUESTION_LEVEL, block, notes if is_alone else ())
        if not is_alone:
            self._write_text(block.label, text, notes)
        return True

    def _question_heading(self, text: str, level: int, block: Block, notes: tuple[NoteReference, ...]) -> None:
        """Open a question, or its answer one level below it; an answer to nothing keeps its style's level."""
        self._is_in_question = level == QUESTION_LEVEL
        if self._is_in_question:
            level = self._question_level = block.level or QUESTION_LEVEL
        else:
            level = self._question_level + 1 if self._question_level is not None else block.level or ANSWER_LEVEL
        self._heading(text.rstrip(" :"), level, notes)

    def _heading(self, text: str, level: int, notes: tuple[NoteReference, ...]) -> None:
        self._outline.heading(text, level)
        # A heading is no paragraph; its notes go to the first one below it.
        self._marks += [note.mark for note in notes]
        self._is_after_signature = False

    def _heading_level(self, block: Block, text: str, following: Sequence[Item]) -> int | None:
        if not text or not following:
            return None
        is_annex = bool(_ANNEX.match(text)) and self.office is not None
        is_above_question = is_annex and isinstance(following[0], Block) and question_level(following[0].folded)
        is_set_apart = block.level is not None or (block.is_bold and not block.label) or is_above_question
        if (
            self._is_after_signature
            and is_set_apart
            and len(text) <= _LONGEST_ANNEX_TITLE
            and (is_annex or block.after_gap)
        ):
            return _ANNEX_LEVEL
        if block.level is not None and len(text) <= _LONGEST_STYLED_HEADING:
            return _ANNEX_LEVEL if is_annex and text.lower().startswith("bijlage") else block.level
        emphasised = None if self._is_in_question else emphasised_level(block, text, following[0])
        is_minor = self._has_styles or self._questions.has_questions
        return emphasised + _EMPHASISED_LEVEL if emphasised and is_minor else emphasised

    def _write_text(self, label: str | None, text: str, notes: tuple[NoteReference, ...]) -> None:
        bullet = _BULLET.match(text)
        if bullet and label is None:
            label = "-"
            notes = tuple(replace(note, position=max(0, note.position - bullet.end())) for note in notes)
            text = text[bullet.end() :]
        if not text:
            self._marks += [note.mark for note in notes]
            return
        above = tuple(NoteReference(mark, 0) for mark in self._marks)
        if label:
            self._outline.list_item(label, text, notes=above + notes)
        else:
            self._outline.paragraph(text, notes=above + notes)
        self._marks = []
        self._has_text = True
        self._is_after_signature = False


def _is_question_or_table(item: Item) -> bool:
    return isinstance(item, Table) or question_level(item.folded) is not None


def _notes(item: Item) -> tuple[NoteReference, ...]:
    return item.notes if isinstance(item, Block) else ()


def _check_size(items: Sequence[Item], name: str) -> None:
    blocks = characters = 0
    for block in blocks_of(items):
        blocks += 1
        characters += len(block.text)
        if blocks > MAX_BLOCKS or characters > MAX_CHARACTERS:
            raise UnreadableDocument(
                f"{name} holds more than {MAX_BLOCKS:,} paragraphs or {MAX_CHARACTERS:,} characters; "
                "split it into several files"
            )
