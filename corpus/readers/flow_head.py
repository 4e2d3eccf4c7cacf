"""The head of a document in flow: a Kamerstuk's front matter, a minister's letter head, or a title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus.document import Identity
from corpus.identity import identity_from_name, read_head
from corpus.readers.flow import Block, Item
from corpus.readers.letter_head import is_place_and_date, read_letter_head, read_place_and_date

_HEAD_BLOCKS: Final = 60
_LONGEST_TITLE: Final = 300
_LONGEST_FIRST_LINE: Final = 120

# "27 925" and "Nr. 681" in a table cell or line of their own, their title in the next one.
_LONE_NUMBER = re.compile(r"Nr\. ?\d+[a-z]?|\d{2} ?\d{3}(?:[ -](?:[IVXLC]+|\d{2}))?")
_ADDRESSEE = re.compile(r"Aan de (?:Voorzitter|leden) van de (?:Eerste|Tweede) Kamer.{0,60}", re.IGNORECASE)
_EMPTY_TITLE = re.compile(r"(?:Document ?\d*|Brief|Word Document|Microsoft Word - .*|)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Front:
    """What a document is, the items below its head, and the note marks that stood in the head."""

    identity: Identity
    items: Sequence[Item]
    marks: tuple[str, ...] = ()


def read_front(items: Sequence[Item], name: str, *, page_header: Sequence[Item], title: str) -> Front:
    """Recognise a document's head and cut it off.

    `page_header` is the running header of the first page, where some letters keep their date and subject; `title`
    is the one in the file's properties, often left over from another document and so the last resort.
    """
    return _kamerstuk(items) or _letter(items, name, page_header) or _other(items, name, title)


def _kamerstuk(items: Sequence[Item]) -> Front | None:
    lines, blocks = _head_lines(items)
    head = read_head(lines)
    if head is None:
        return None
    end = blocks[head.lines - 1]
    # Text that shares the last line's paragraph ("Den Haag, 2 december 2019" and a line break) stays.
    inside = sum(1 for block, line in zip(blocks[: head.lines], lines, strict=False) if block == end and line)
    rest = list(items[end + 1 :])
    last = items[end]
    if isinstance(last, Block) and inside < len(last.lines):
        rest.insert(0, _without_lines(last, inside))
    while rest and isinstance(rest[0], Block) and _ADDRESSEE.fullmatch(rest[0].folded):
        del rest[0]
    return Front(head.identity, rest, _marks(items[: end + 1]))


def _head_lines(items: Sequence[Item]) -> tuple[list[str], list[int]]:
    """The first lines as `read_head` wants them, a blank one after each block, and each line's item."""
    lines: list[str] = []
    blocks: list[int] = []
    for position, item in enumerate(items[:_HEAD_BLOCKS]):
        if not isinstance(item, Block):
            break
        for line in item.lines:
            if lines and _LONE_NUMBER.fullmatch(lines[-1]):
                lines[-1] = f"{lines[-1]} {line}"
                blocks[-1] = position
            else:
                lines.append(line)
                blocks.append(position)
        if lines and not _LONE_NUMBER.fullmatch(lines[-1]):
            lines.append("")
            blocks.append(position)
    return lines, blocks


def _letter(items: Sequence[Item], name: str, page_header: Sequence[Item]) -> Front | None:
    head = read_letter_head(items)
    if head:
        identity = replace(identity_from_name(name, head.subject), date=head.date)
        return Front(identity, items[head.items :], _marks(items[: head.items]))
    running = read_letter_head(page_header)
    if running:
        return Front(replace(identity_from_name(name, running.subject), date=running.date), items)
    return None


def _other(items: Sequence[Item], name: str, title: str) -> Front:
    head = read_place_and_date(items)
    marks: tuple[str, ...] = ()
    if head and head.items:
        marks = _marks(items[: head.items])
        items = items[head.items :]
    elif head:
        items = [item for item in items if not (isinstance(item, Block) and is_place_and_date(item.folded))]
    stated, items = _stated_title(items)
    if not stated and not _EMPTY_TITLE.fullmatch(title.strip()):
        stated = " ".join(title.split())
    if not stated:
        stated = next((item.folded[:_LONGEST_FIRST_LINE] for item in items if isinstance(item, Block)), "")
    identity = identity_from_name(name, stated)
    return Front(replace(identity, date=head.date) if head else identity, items, marks)


def _stated_title(items: Sequence[Item]) -> tuple[str, Sequence[Item]]:
    """The title above the text, and the items without it where it is no heading of a section as well.

    It is none when it is set as a title, or is the only heading of the first level and all others stand below it.
    """
    levels = [item.level for item in items if isinstance(item, Block) and item.level is not None]
    if not levels or not isinstance(items[0], Block) or items[0].level is None:
        return "", items
    text = items[0].folded[:_LONGEST_TITLE]
    stands_alone = levels[0] == 1 and len(levels) > 1 and min(levels[1:]) > 1
    return text, items[1:] if levels[0] == 0 or stands_alone else items


def _without_lines(block: Block, count: int) -> Block:
    position = 0
    for raw in block.text.split("\n"):
        position += len(raw) + 1
        count -= bool(raw.strip())
        if count == 0:
            break
    return block.cut([position])[1]


def _marks(items: Sequence[Item]) -> tuple[str, ...]:
    return tuple(note.mark for item in items if isinstance(item, Block) for note in item.notes)
