"""What stands above a PDF's text: a Kamerstuk's front matter, a letter's address and subject, or a title."""

import datetime
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from corpus.document import Identity
from corpus.identity import identity_from_name, read_date, read_head
from corpus.readers.pdf_blocks import Block, block_text, is_caption
from corpus.readers.pdf_lines import plain_line

_HEAD_BLOCKS = 40
_SUBJECTS = ("Betreft", "Onderwerp")
_LABELLED = re.compile(
    r"(?P<label>Datum|Betreft|Onderwerp|Document|Voortouwcommissie)(?P<colon> ?:)?(?: (?P<value>\S.*))?"
)
_OTHER_LABELS = re.compile(
    r"(?:(?:Ons|Uw|Onze) (?:kenmerk|referentie|brief)|Kenmerk|Bijlagen?(?:\(n\))?|Contactpersoon|Aan|Van|Cc)\b.{0,60}"
)
_ADDRESSEE = re.compile(r"(?:Aan )?(?:de |het )?(?:heer |mevrouw )?(?:voorzitter|leden)\b.{0,120}", re.IGNORECASE)
_SHORT = 100
_LONGEST_LINE = 150
_LONGEST_TITLE = 300
_LONGEST_FIRST_LINE = 120


def take_head(
    blocks: list[Block], name: str, size: float, is_heading: Callable[[Block], bool]
) -> tuple[Identity, list[Block]]:
    """Tell what the document is, and give the blocks below its head; `size` is that of the body."""
    return _kamerstuk(blocks) or _letter(blocks, name) or _other(blocks, name, size, is_heading)


def _kamerstuk(blocks: list[Block]) -> tuple[Identity, list[Block]] | None:
    places = [
        (number, position)
        for number, block in enumerate(blocks[:_HEAD_BLOCKS])
        for position in range(len(block.lines) + 1)
        if block.first.table is None
    ]
    lines = [
        plain_line(blocks[number].lines[position]).text if position < len(blocks[number].lines) else ""
        for number, position in places
    ]
    head = read_head(lines)
    if not head:
        return None
    number, position = places[head.lines - 1]
    rest = blocks[number + 1 :]
    if position + 1 < len(blocks[number].lines):
        rest.insert(0, Block(blocks[number].lines[position + 1 :]))
    # Without a date below it, the address is the last line of the head.
    while rest and _is_addressee(rest[0]):
        del rest[0]
    return head.identity, rest


def _letter(blocks: list[Block], name: str) -> tuple[Identity, list[Block]] | None:
    """The head of a ministry's letter, which names its date and subject by label."""
    date: datetime.date | None = None
    subject = ""
    end = 0
    pending = ""
    for position, block in enumerate(blocks[:_HEAD_BLOCKS]):
        label, value = _label_and_value(block)
        text = block_text(block)
        if not label and pending:
            label, value = pending, text
        elif not label and end == position and _OTHER_LABELS.fullmatch(text):
            label, value = "other", text
        elif not label and len(text) > _LONGEST_LINE and text.endswith("."):
            break
        if not label:
            continue
        pending = label if not value else ""
        if label == "Datum":
            date = date or read_date(value)
        elif label in _SUBJECTS:
            subject = subject or value
        end = position + 1
    if not (subject and date):
        return None
    return replace(identity_from_name(name, subject), date=date), blocks[end:]


def _label_and_value(block: Block) -> tuple[str, str]:
    """A block's label, when it is one that a head has, and what stands beside it."""
    if block.first.table:
        return "", ""
    text = " ".join(plain_line(line).text for line in block.lines)
    match = _LABELLED.fullmatch(text)
    if not match:
        return "", ""
    value = match["value"] or ""
    # These words open a sentence as easily: "Datum van ingang is ...".
    is_clear = bool(block.first.label or match["colon"] or not value or read_date(value))
    return (match["label"], value) if is_clear else ("", "")


def _other(
    blocks: list[Block], name: str, size: float, is_heading: Callable[[Block], bool]
) -> tuple[Identity, list[Block]]:
    """A document with a place and date, labels that name its title and sender, or only a title, or none of it."""
    date, rest = _place_and_date(blocks)
    title = sender = ""
    kept: list[Block] = []
    for position, block in enumerate(rest):
        label, value = _label_and_value(block) if position < _HEAD_BLOCKS and not title else ("", "")
        if label in ("Document", *_SUBJECTS) and value:
            title = value
        elif label == "Voortouwcommissie" and value and not kept:
            sender = value
        else:
            kept.append(block)
    if not title:
        title, kept = _title(kept, size, is_heading)
    return replace(identity_from_name(name, title), date=date, sender=sender or None), kept


def _place_and_date(blocks: list[Block]) -> tuple[datetime.date | None, list[Block]]:
    for position, block in enumerate(blocks[:_HEAD_BLOCKS]):
        text = block_text(block)
        if len(text) > _LONGEST_LINE:
            break
        date = read_date(text)
        if date and not block.first.label:
            above = blocks[:position]
            rest = blocks[position + 1 :]
            has_addressee = any(_is_addressee(other) for other in above)
            while rest and _is_addressee(rest[0]):
                del rest[0]
            return date, rest if has_addressee else above + rest
    return None, blocks


def _is_addressee(block: Block) -> bool:
    text = block_text(block)
    if block.first.is_address:
        return True
    return block.first.table is None and bool(_ADDRESSEE.fullmatch(text)) and not text.endswith((".", ":"))


def _title(blocks: list[Block], size: float, is_heading: Callable[[Block], bool]) -> tuple[str, list[Block]]:
    """The title above the text: a heading larger than all others is no heading of a section as well.

    `size` is that of the body. Without a heading at the top, the first line is the title.
    """
    texts = [block for block in blocks if block.first.table is None and not block.first.is_address]
    if not texts:
        return "", blocks
    top = [texts[0], *(block for before, block in pairwise(texts[:3]) if len(block_text(before)) < _SHORT)]
    first = next((block for block in top if is_heading(block) and not is_caption(block)), None)
    if not first:
        return plain_line(texts[0].first).text[:_LONGEST_FIRST_LINE], blocks
    title = " ".join(plain_line(line).text for line in first.lines)[:_LONGEST_TITLE]
    others = [block.size for block in blocks if block is not first and is_heading(block)]
    if len(blocks) > 1 and first is texts[0] and first.size > max([size, *others]) + 0.5:
        return title, [block for block in blocks if block is not first]
    return title, blocks
