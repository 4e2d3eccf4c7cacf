"""Blocks in flow become a document: headings, questions and answers, lists, tables, notes and the signature."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from corpus.document import Document, NoteReference
from corpus.errors import UnreadableDocument
from corpus.readers.flow import Block, Item, Table, blocks_of, fold
from corpus.readers.flow_head import read_front
from corpus.readers.layout import data_rows, unfold
from corpus.readers.mending import join_broken, split_glued
from corpus.readers.outline import Cell, Outline
from corpus.readers.questions import ANSWER_LEVEL, QUESTION_LEVEL, question_level, refers_to_source, source_number
from corpus.readers.signature import find_signature

# A file of 32 MB of XML can repeat its text until it fills the memory.
MAX_CHARACTERS: Final = 20_000_000
MAX_BLOCKS: Final = 100_000

_LONGEST_HEADING: Final = 120
# A longer paragraph in a heading's style is a mistake of its author.
_LONGEST_STYLED_HEADING: Final = 400
_LONGEST_ANNEX_TITLE: Final = 600
_ANNEX_LEVEL: Final = 0
# Below all styled headings.
_EMPHASISED_LEVEL: Final = 10

_OPEN_END = re.compile(r"[.?!…:;,]['\"’”»)\]]*$")
_BULLET = re.compile(r"[-–—•*·▪●○■□►‣◦\uf0b7\uf0a7\uf0d8]\s+")
_TYPED_LABEL = re.compile(r"(?P<label>\(?(?:[a-z]|\d{1,2}|[ivx]{1,4})[.)]) ")
_QUESTION_NUMBER = re.compile(r"(?P<number>\d{1,3})[.)]?")
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
        texts = [item.folded for item in items if isinstance(item, Block)]
        labels = [item.label for item in items if isinstance(item, Block) and item.label]
        levels = [question_level(text) for text in [*texts, *labels]]
        self._has_answers = ANSWER_LEVEL in levels
        self._has_questions = levels.count(QUESTION_LEVEL) > 1 or (QUESTION_LEVEL in levels and self._has_answers)
        # Ministries that number the questions without the word "Vraag".
        self._numbers_questions = self._has_answers and QUESTION_LEVEL not in levels
        self._has_styles = any(isinstance(item, Block) and item.level for item in items)
        self._last_question = max((i for i, item in enumerate(items) if _is_question_or_table(item)), default=-1)
        self._refers_to_sources = any(refers_to_source(text, "1") for text in texts)
        self._question_level = QUESTION_LEVEL
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
        if self._has_questions and self._opens_sources(block, text, position):
            self._outline.end_headings()
        self._write_text(block.label, text, notes)

    def _write_question(self, block: Block, text: str, notes: tuple[NoteReference, ...]) -> bool:
        """Write a block that announces a question or an answer; False when it does neither."""
        level = question_level(text)
        if level is None and block.label and question_level(block.label.strip()):
            # Numbered by Word as "Vraag 1", with the question itself as the item's text.
            self._question_heading(
                block.label.strip(), question_level(block.label.strip()) or QUESTION_LEVEL, block, ()
            )
            if text:
                self._write_text(None, text, notes)
            return True
        if level is not None and (self._has_questions or self._numbers_questions):
            self._question_heading(text, level, block, notes)
            return True
        if not self._numbers_questions:
            return False
        label = block.label or _typed_label(text)
        number = _QUESTION_NUMBER.fullmatch(text) or (_QUESTION_NUMBER.fullmatch(label) if text.endswith("?") else None)
        if not number:
            return False
        self._question_heading(number["number"], QUESTION_LEVEL, block, () if number.string != text else notes)
        if number.string != text:
            self._write_text(block.label, text, notes)
        return True

    def _question_heading(self, text: str, level: int, block: Block, notes: tuple[NoteReference, ...]) -> None:
        if level == QUESTION_LEVEL:
            self._question_level = block.level or QUESTION_LEVEL
            self._heading(text.rstrip(" :"), self._question_level, notes)
        else:
            self._heading(text.rstrip(" :"), self._question_level + 1, notes)
        self._is_in_question = level == QUESTION_LEVEL

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
        return None if self._is_in_question else self._emphasised_level(block, text, following[0])

    def _emphasised_level(self, block: Block, text: str, following: Item) -> int | None:
        """The level of a short line that is bold, or else italic or underlined, as a whole; None for other text."""
        if not (block.is_bold or block.is_slanted) or block.label or block.container:
            return None
        is_title_of_table = isinstance(following, Table)
        if is_title_of_table or len(text) > _LONGEST_HEADING or _OPEN_END.search(text) or _BULLET.match(text):
            return None
        if not (text[0].isupper() or text[0].isdigit()) or not any(character.isalpha() for character in text):
            return None
        is_plain_below = isinstance(following, Block) and (
            following.level is not None or not _same_style(block, following)
        )
        if not is_plain_below:
            return None
        level = 1 if block.is_bold else 2
        return level + _EMPHASISED_LEVEL if self._has_styles or self._has_questions else level

    def _opens_sources(self, block: Block, text: str, position: int) -> bool:
        """Whether a list of sources begins, which the questions above refer to by `[1]` or `1)`."""
        number = source_number(f"{block.label} {text}" if block.label else text)
        if number != "1":
            return False
        return position > self._last_question and self._refers_to_sources

    def _write_text(self, label: str | None, text: str, notes: tuple[NoteReference, ...]) -> None:
        bullet = _BULLET.match(text)
        if bullet and label is None:
            label = "-"
            notes = tuple(replace(note, position=max(0, note.position - bullet.end())) for note in notes)
            text = text[bullet.end() :]
        if not text and not notes:
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


def _typed_label(text: str) -> str:
    match = _TYPED_LABEL.match(text)
    return match["label"] if match else ""


def _same_style(block: Block, other: Block) -> bool:
    return block.is_bold == other.is_bold and block.is_slanted == other.is_slanted


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
