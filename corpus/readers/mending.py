"""Paragraphs that authors broke or glued by hand, put right: one block is one paragraph, one heading or one line."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from corpus.readers.flow import Block, Item, fold
from corpus.readers.questions import question_level
from corpus.readers.signature import is_office

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE_END = re.compile(r"[.?!…:;]['\"’”»)\]]*$")
# A bullet or "a)" opens a line on purpose; "5." may also be the end of a sentence that was wrapped.
_ITEM_LINE = re.compile(r"\n(?=[^\S\n]*(?:[-–•·▪] |\(?(?:[a-z]|\d{1,2}|[ivx]{1,4})\)\s))")
_DOTTED_ITEM_LINE = re.compile(r"(?<=[.:;?!,])[^\S\n]*\n(?=[^\S\n]*(?:[a-z]|\d{1,2}|[ivx]{1,4})\.\s)")
_ITEM = re.compile(r"\(?(?:[a-z]|\d{1,2}|[ivx]{1,4})[.)]\s")
_SHORT_LINE: Final = 40
_LONGEST_RUN_IN: Final = 120
# A line that its author broke was full; shorter ones are a list without labels.
_SHORTEST_BROKEN: Final = 40
_LONGEST_JOINED: Final = 5_000
# What of a paragraph is looked at to tell how it ends; no office is longer.
_TAIL: Final = 200


def split_glued(items: Iterable[Item]) -> list[Item]:
    """Cut blocks at blank lines, and after a first line that is a heading: "Vraag 1", or bold above plain text."""
    out: list[Item] = []
    for item in items:
        if not isinstance(item, Block):
            out.append(item)
            continue
        for part in _split_at(item, _BLANK_LINE):
            for line in itertools.chain.from_iterable(
                _split_at(p, _DOTTED_ITEM_LINE) for p in _split_at(part, _ITEM_LINE)
            ):
                out += _split_run_in(line)
    return [item for item in out if not isinstance(item, Block) or item.text.strip() or item.label]


def join_broken(items: Sequence[Item]) -> list[Item]:
    """Join lines that an author broke with the paragraph key in the middle of a sentence.

    Only when nothing else sets them apart: the sentence is not over, the next line goes on in lower case, and
    both stand in one place in one style without white space between them.
    """
    out: list[Item] = []
    for item in items:
        before = out[-1] if out else None
        if isinstance(item, Block) and isinstance(before, Block) and _goes_on(before, item):
            out[-1] = before.joined(item)
        else:
            out.append(item)
    return out


def _split_at(block: Block, sign: re.Pattern[str]) -> Iterator[Block]:
    """The block cut after every match; white space at its beginning or end takes nothing of it away."""
    start = len(block.text) - len(block.text.lstrip())
    end = len(block.text.rstrip())
    cuts = [match.end() for match in sign.finditer(block.text, start, end)]
    if not cuts:
        yield block
        return
    first, *others = block.cut(cuts)
    yield first
    yield from (replace(other, after_gap=sign is _BLANK_LINE) for other in others)


def _split_run_in(block: Block) -> list[Block]:
    # "Vraag 1" in bold, and the question behind it in the same line.
    if 0 < block.bold < len(block.text.rstrip()) and question_level(fold(block.text[: block.bold])[0]):
        return block.cut([block.bold])
    end = block.text.find("\n")
    if end < 0:
        return [block]
    first = fold(block.text[:end])[0]
    is_run_in = question_level(first) is not None or (
        end <= block.bold < len(block.text.rstrip()) and 0 < len(first) <= _LONGEST_RUN_IN
    )
    if not is_run_in or (block.label and not first):
        return [block]
    return block.cut([end + 1])


def _goes_on(before: Block, block: Block) -> bool:
    # A letter with every line broken by hand has paragraphs of some twenty lines.
    if not _SHORTEST_BROKEN <= len(before.text) <= _LONGEST_JOINED:
        return False
    text, last = block.text.lstrip(), fold(before.text[-_TAIL:])[0]
    if not text or not last or _ITEM.match(text) or before.level is not None or block.level is not None or block.label:
        return False
    if block.after_gap or before.container != block.container or before.is_bold != block.is_bold:
        return False
    if not (text[0].islower() or text[0] in ")],") or _SENTENCE_END.search(last) or question_level(last):
        return False
    # "Hoogachtend," / "de Minister van ..."
    return not (is_office(block.folded) and (is_office(last) or len(last) <= _SHORT_LINE))
