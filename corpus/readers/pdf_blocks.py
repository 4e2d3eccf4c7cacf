"""Lines become blocks: a paragraph, a heading, a list item or a table each, over the breaks of columns and pages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.citation import MONTHS
from corpus.readers.paged_lines import is_signing_office
from corpus.readers.pdf_lines import FLUSH, Measures, PageFlows, TextLine
from corpus.readers.pdf_words import text_of
from corpus.readers.questions import question_level

SENTENCE_END = re.compile(r"[.?!…:;]['\"’”»)\]]*$")
_BULLET = re.compile(r"[-–—•*·▪◦‣●○■□➢✓]")
_LETTER_BULLET = "o"  # Word's second level is an "o" of Courier
_NUMBER = re.compile(r"\(?(?:[a-z]|\d{1,2})[.)]|\(?[ivx]{1,4}[.)]")
# In the lists of decisions of the Tweede Kamer the sender's line ends with the letter's date; its title follows.
_SENDER_END = re.compile(rf" [-–] \d{{1,2}} (?:{'|'.join(MONTHS)}) \d{{4}}$")
_CAPTION = re.compile(r"(?:Tabel|Figuur|Grafiek)\b", re.IGNORECASE)
_ENUMERATION_END = re.compile(r"(?:,|\b(?:en|of))$")
CONTENTS = re.compile(r"(?: ?\.){4,} ?\d{1,4}$")

_NEW_BLOCK = 1.22  # distance between lines, in leadings
_OTHER_SIZE = 0.8
_INDENT = 0.8
_WIDE_SPACE = 0.45
_SHORT = 0.6
_SLACK = 0.6
_SPACE = 0.25
# A block is joined line by line; no paragraph is as long as this.
_BLOCK_LINES = 500


@dataclass(slots=True)
class Block:
    """Lines that belong together. `marker` is the number of words that label a list item, 0 for other blocks."""

    lines: list[TextLine]
    marker: int = 0

    @property
    def first(self) -> TextLine:
        """Its first line, the one that tells what it is."""
        return self.lines[0]

    @property
    def is_bold(self) -> bool:
        """Whether it is bold as a whole."""
        return all(line.is_bold for line in self.lines)

    @property
    def is_italic(self) -> bool:
        """Whether it is italic as a whole."""
        return all(line.is_italic for line in self.lines)

    @property
    def size(self) -> float:
        """The size of its smallest line."""
        return min(line.size for line in self.lines)


def build_blocks(pages: Sequence[PageFlows], measures: Measures) -> list[Block]:
    """Put the lines of all flows into blocks, in reading order."""
    blocks: list[Block] = []
    has_indents = _has_indents(pages, measures)
    for page in pages:
        for flow in page.flows:
            above: TextLine | None = None
            for line in flow:
                before = blocks[-1] if blocks else None
                if before is None or line.table or before.first.table or len(before.lines) >= _BLOCK_LINES:
                    is_new = True
                elif line.is_address or before.first.is_address:
                    is_new = above is None  # an address is one block, whatever its lines
                elif above is None:
                    is_new = not _goes_on(before, line, measures, has_indents=has_indents)
                else:
                    is_new = _begins_block(before, above, line, measures, has_indents=has_indents)
                if is_new or before is None:
                    sibling = before if before and before.marker else None
                    marker = 0 if line.table else _marker(line, above, before, sibling)
                    blocks.append(Block([line], marker))
                else:
                    before.lines.append(line)
                above = line
    return blocks


def _begins_block(block: Block, above: TextLine, line: TextLine, measures: Measures, *, has_indents: bool) -> bool:
    distance = above.base - line.base
    if line.label or distance <= 0 or distance > _NEW_BLOCK * measures.leading(max(line.size, above.size)):
        return True
    if any(question_level(other.text) or CONTENTS.search(other.text) for other in (above, line)):
        return True
    if _style_changes(block, above, line):
        return True
    if _marker(line, above, block, block if block.marker else None):
        return True
    if block.is_bold and line.is_bold and not block.marker:
        return False  # a heading's lines are broken where it reads best
    if block.first.label and _SENDER_END.search(block_text(block)):
        return True
    ends = bool(SENTENCE_END.search(above.text))
    if ends and (is_signing_office(line.text) or (measures.is_justified and not _is_flush(above))):
        return True
    if ends and has_indents and not block.marker and line.left > line.start + _INDENT * line.size:
        return True
    return _is_last_line(above, line) or _is_indented(block, above, line)


def _style_changes(block: Block, above: TextLine, line: TextLine) -> bool:
    if abs(line.size - above.size) > _OTHER_SIZE or line.is_shaded != above.is_shaded:
        return True
    if line.is_bold == above.is_bold:
        return False
    # Emphasis may fill a line of a paragraph.
    runs_on = not SENTENCE_END.search(above.text) and not _has_room(above, line)
    return not (runs_on and (line.text[0].islower() or not block.is_bold))


def _has_room(above: TextLine, line: TextLine, slack: float = _SLACK) -> bool:
    """Whether a line's first word would have fitted on the line above: then that one was a paragraph's last."""
    return line.edge - above.right > (_SPACE + slack) * above.size + line.first_width


def _is_last_line(above: TextLine, line: TextLine) -> bool:
    if not _has_room(above, line):
        return False
    if SENTENCE_END.search(above.text):
        return True
    width = max(above.edge - above.start, 1.0)
    return above.right - above.start < _SHORT * width and not line.text[0].islower()


def _is_indented(block: Block, above: TextLine, line: TextLine) -> bool:
    """Whether a line's indent begins a paragraph, or its lack of one ends a list item."""
    shift = line.left - above.left
    ends = bool(SENTENCE_END.search(above.text))
    if block.marker and above is block.first:
        # An item goes on below its label, below its text, or at the column's edge.
        places = (above.left, above.words[1].left, line.start)
        return ends and all(abs(line.left - place) > 2 for place in places)
    if shift > _INDENT * line.size and abs(above.left - above.start) < 2:
        return ends or _has_room(above, line)
    return bool(block.marker) and shift < -_INDENT * line.size and ends


def _marker(line: TextLine, above: TextLine | None, before: Block | None, sibling: Block | None) -> int:
    """How many words label a line as a list item; 0 when it is none.

    A dash or a number at a line's start proves nothing; an indent, a wide space after it, an item before it at
    the same place or the end of a sentence above it does.
    """
    if len(line.words) < 2 or line.label:
        return 0
    first, second = line.words[0], line.words[1]
    is_bullet = bool(_BULLET.fullmatch(first.text))
    is_letter = first.text == _LETTER_BULLET
    if not (is_bullet or is_letter or _NUMBER.fullmatch(first.text)) or first.is_raised or second.is_glued:
        return 0
    is_wide = second.left - first.right > _WIDE_SPACE * second.size
    is_indented = line.left > line.start + _INDENT * line.size
    if sibling and abs(sibling.first.left - line.left) < 2 and _follows(sibling, line):
        return 1
    if is_wide or (is_letter and first.font != second.font):
        return 1
    if is_letter:
        return 0
    if above is None or before is None:
        return 1 if not is_bullet or is_indented else int(before is None or bool(SENTENCE_END.search(_last(before))))
    ends = bool(SENTENCE_END.search(above.text) or (is_indented and _ENUMERATION_END.search(above.text)))
    return int((ends or is_indented) and (not is_bullet or is_indented or _has_room(above, line, 0.0)))


def _last(block: Block) -> str:
    return block.lines[-1].text if block.first.table is None else ""


def _follows(item: Block, line: TextLine) -> bool:
    """Whether a line has the label that comes after an item's: the same bullet, or the next number or letter."""
    before, after = item.first.words[0].text, line.words[0].text
    if _BULLET.fullmatch(after) or after == _LETTER_BULLET:
        return before == after
    one, next_one = before.strip("()."), after.strip("().")
    if one.isdigit() and next_one.isdigit():
        return int(next_one) == int(one) + 1
    return (len(one) == len(next_one) == 1 and ord(next_one) == ord(one) + 1) or {one, next_one} <= _ROMAN


_ROMAN = {"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"}


def _goes_on(block: Block, line: TextLine, measures: Measures, *, has_indents: bool) -> bool:
    """Whether a block goes on in the next column or on the next page.

    It does when its sentence is not over. After a full stop the last line tells: a paragraph's last line ends
    early, while a full line has no room for the next word. Where paragraphs begin with an indent, its lack tells.
    """
    last = block.lines[-1]
    text = last.text
    if line.label or line.table or question_level(line.text) or question_level(text) or is_signing_office(line.text):
        return False
    if line.is_bold != last.is_bold or abs(line.size - last.size) > _OTHER_SIZE or line.is_shaded != last.is_shaded:
        return False
    if _marker(line, None, block, block if block.marker else None):
        return False
    # The columns may differ in place and width.
    room = last.edge - last.right - (_SPACE + _SLACK) * last.size - line.first_width
    if last.is_bold:
        return text.endswith("-") or (room <= 0 and not SENTENCE_END.search(text)) or line.text[0].islower()
    if not SENTENCE_END.search(text):
        is_short = room > (1 - _SHORT) * (last.edge - last.start)
        return line.text[0].islower() or not is_short
    if text.endswith((":", ";")):
        return False
    if has_indents:
        return line.left <= line.start + _INDENT * line.size and line.left < line.start + 3 * line.size
    return _is_flush(last) if measures.is_justified else room <= 0


def _is_flush(line: TextLine) -> bool:
    return abs(line.edge - line.right) < FLUSH


def _has_indents(pages: Sequence[PageFlows], measures: Measures) -> bool:
    """Whether paragraphs follow each other without a gap, each with an indented first line."""
    indented = gaps = 0
    for page in pages:
        for flow in page.flows:
            for above, line in pairwise(flow):
                if above.table or line.table or not SENTENCE_END.search(above.text):
                    continue
                if above.base - line.base > _NEW_BLOCK * measures.leading(line.size):
                    gaps += 1
                elif _INDENT < (line.left - line.start) / line.size < 4 and not _NUMBER.fullmatch(line.words[0].text):
                    indented += 1
    return indented >= 3 and indented > 2 * gaps


def is_caption(block: Block) -> bool:
    """Whether a block is the title of a table or a figure."""
    return bool(_CAPTION.match(block_text(block)))


def block_text(block: Block) -> str:
    """A block's lines in one string, marks and hyphens as they stand: enough to tell what it is."""
    label = f"{block.first.label} " if block.first.label else ""
    return label + " ".join(text_of(line.words) for line in block.lines)
