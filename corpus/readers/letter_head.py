"""The head of a minister's letter that is not printed as a Kamerstuk yet: address, date, subject, reference.

The house style of the ministries sets it as labels with values ("Datum", "Betreft"), in tables, text boxes or the
page's header.
"""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.identity import read_date
from corpus.readers.flow import Block, Item

_LABEL = re.compile(
    r"(?P<label>>? ?Retouradres|Datum|Betreft|Onderwerp|(?:Ons|Uw|Onze) (?:kenmerk|referentie|brief(?: van)?)|Kenmerk|"
    r"Projectnaam|Contactpersoon|Bijlagen?(?:\(n\))?|Aantal bijlagen|Auteur|Kopie aan|Telefoon|E-mail|T|F|M)"
    r"(?P<gap> ?: ?|\t\s*| {2,}|\n| )?(?P<value>.*)",
    re.DOTALL,
)
_DATE_LABEL = "Datum"
_SUBJECT_LABELS = ("Betreft", "Onderwerp")
# These words open a sentence as easily ("Datum van ingang is ...", "Onderwerp van gesprek").
_CLEAR_GAPS: Final = ("\t", ":", "\n", "  ")

_HEAD_BLOCKS: Final = 80
_LONGEST_LINE: Final = 150
_DATE_LINE = re.compile(r"(?P<town>[A-Z][\w’' -]{1,40}), (?P<date>\d{1,2} [a-z]+ \d{4})")
_ADDRESSEE = re.compile(r"(?:Aan )?(?:de |het )?(?:voorzitter|leden)\b.{0,120}", re.IGNORECASE)
_PLACE_LINES: Final = 15


@dataclass(frozen=True, slots=True)
class LetterHead:
    """What a head states, and how many of the items given belong to it; subject is empty when it states none."""

    date: datetime.date | None
    subject: str
    items: int


def read_letter_head(items: Sequence[Item]) -> LetterHead | None:
    """Read the head from a letter's first items; None when they do not state both date and subject by label."""
    date = None
    subject = ""
    end = 0
    pending = ""
    for position, block in _leading_blocks(items):
        text = block.text.strip()
        match = _LABEL.fullmatch(text)
        label, value = _label_and_value(match) if match else ("", "")
        if not label and pending:
            label, value = pending, block.folded
        elif not label:
            if len(text) > _LONGEST_LINE and text.endswith("."):
                break
            if not end or block.container == 0 or block.container != _container(items[end - 1]):
                continue
        pending = label if label and not value else ""
        if label == _DATE_LABEL and value and not date:
            date = read_date(value)
        elif label in _SUBJECT_LABELS and value and not subject:
            subject = value
        end = position + 1
    return LetterHead(date, subject, end) if date and subject else None


def read_place_and_date(items: Sequence[Item]) -> LetterHead | None:
    """Read a head that ends with a place and a date, `Den Haag, 2 december 2019`, as an older letter has it.

    None when there is no such line, or one that stands in running text. Only with an addressee above it does all
    of it belong to the head; otherwise the head is that line alone, and `items` is 0.
    """
    has_addressee = False
    for position, block in _leading_blocks(items[:_PLACE_LINES]):
        text = block.folded
        has_addressee = has_addressee or bool(_ADDRESSEE.fullmatch(text))
        match = _DATE_LINE.fullmatch(text)
        date = read_date(match["date"]) if match else None
        if date:
            return LetterHead(date, "", position + 1 if has_addressee else 0)
        if len(text) > _LONGEST_LINE:
            return None
    return None


def is_place_and_date(text: str) -> bool:
    """Whether a line is nothing but a place and a date."""
    match = _DATE_LINE.fullmatch(text)
    return bool(match and read_date(match["date"]))


def is_label(text: str) -> bool:
    """Whether a table cell holds nothing but a label of a head, so that its table is one."""
    text = text.rstrip(" :")
    return text in (_DATE_LABEL, *_SUBJECT_LABELS, "Ons kenmerk", "Uw kenmerk") or text.startswith("> Retouradres")


def _leading_blocks(items: Sequence[Item]) -> Iterator[tuple[int, Block]]:
    """The blocks before the first table of data or heading."""
    for position, item in enumerate(items[:_HEAD_BLOCKS]):
        if not isinstance(item, Block) or item.level:
            return
        yield position, item


def _label_and_value(match: re.Match[str]) -> tuple[str, str]:
    label, gap, value = match["label"].lstrip("> "), match["gap"] or "", " ".join(match["value"].split())
    if not value:
        return label, ""
    if any(sign in gap for sign in _CLEAR_GAPS) or (label == _DATE_LABEL and read_date(value)):
        return label, value
    if label in ("T", "F", "M") and value[0].isdigit():
        return label, value
    return (label, value) if label in ("Retouradres", "Ons kenmerk", "Uw kenmerk") else ("", "")


def _container(item: Item) -> int:
    return item.container if isinstance(item, Block) else 0
