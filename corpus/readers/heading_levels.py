"""The level of each heading, from its number, the elements it stands in, and how it is set.

Numbers win: in official publications "2.1" often stands beside "2." instead of in it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# How Kamerstukken set the headings that no element ranks, highest first.
_STYLES = ("vet", "halfvet", "vetcur", "cur", "ondlijn", "rom")
_NUMBER = re.compile(
    r"(?:§ ?)?(?:(?P<arabic>\d{1,3}(?:\.\d{1,3}){0,6})(?:[.)]|(?= )|$)|(?P<roman>[IVXL]{1,7})(?:\.| (?=\S)|$)"
    r"|(?P<letter>[A-Z])(?:\.| (?=[A-Z]{2})|$))"
)
_QUESTION = re.compile(r"Vra(?:ag|gen)\b(?P<numbers>[\d ,en&–-]*):?")
_ANSWER = re.compile(r"Antwoord(?:en)?\b(?: (?:op )?(?:de )?vra(?:ag|gen))?(?P<numbers>[\d ,en&–-]*):?")
_LAST = "last"
# Room between two depths for what numbers and typography rank.
_STEP = 10


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading that is open: what stands below it is in its section."""

    level: int
    kind: str
    number: tuple[int, ...]
    style: str
    text: str


class HeadingLevels:
    """The levels of one document's headings, asked for in reading order; `styles` are those of all its headings."""

    def __init__(self, styles: Sequence[str]) -> None:
        used = [style for style in _STYLES if style in styles]
        self._ranks = {style: rank for rank, style in enumerate(used)}
        self._open: list[_Open] = []
        self._questions: dict[str, _Open] = {}

    def place(self, text: str, depth: int, style: str) -> Iterator[tuple[int, str]]:
        """Give the level of a heading; first that of the question it answers, when another one is open."""
        answer = _ANSWER.fullmatch(text)
        question = self._question_of(answer["numbers"]) if answer else None
        if question:
            if question not in self._open:
                yield self._enter(question)
            yield self._enter(_Open(question.level + 1, "", (), style, text))
            return
        kind, number = _read_number(text)
        level = depth * _STEP + self._ranks.get(style, 0)
        is_question = bool(_QUESTION.fullmatch(text))
        if is_question and _LAST in self._questions:
            level = min(level, self._questions[_LAST].level)
        opened = _Open(self._by_number(kind, number, level, style), kind, number, style, text)
        if is_question:
            self._questions.update(dict.fromkeys([_LAST, *re.findall(r"\d+", text)], opened))
        yield self._enter(opened)

    def _enter(self, opened: _Open) -> tuple[int, str]:
        self._open = [each for each in self._open if each.level < opened.level]
        self._open.append(opened)
        return opened.level, opened.text

    def _by_number(self, kind: str, number: tuple[int, ...], level: int, style: str) -> int:
        """The level that the number gives beside what is open; `level` when it tells nothing."""
        if not number:
            return level
        told: list[int] = []
        for other in reversed(self._open):
            same = len(number) == len(other.number) and number[:-1] == other.number[:-1]
            if other.kind == kind and same and number > other.number:
                told.append(other.level)
            elif other.kind == kind and len(number) > len(other.number) and number[: len(other.number)] == other.number:
                told.append(max(level, other.level + len(number) - len(other.number)))
        if told:
            # Of two rows of numbers that it may go on with, it goes on with the one it stands beside.
            return level if level in told else told[0]
        last = self._open[-1] if self._open else None
        # "1. Inleiding" set as "I. Algemeen" above it: another way of numbering that begins is a level of its own.
        begins_within = last and last.kind not in ("", kind) and last.level == level and number[-1] == 1
        return level + 1 if begins_within and last and last.style == style else level

    def _question_of(self, numbers: str) -> _Open | None:
        """The question with the first of these numbers that one has; the last question when none has."""
        wanted = [*re.findall(r"\d+", numbers), _LAST]
        return next((self._questions[number] for number in wanted if number in self._questions), None)


def _read_number(text: str) -> tuple[str, tuple[int, ...]]:
    match = _NUMBER.match(text)
    if not match:
        return "", ()
    if match["arabic"]:
        return "arabic", tuple(int(part) for part in match["arabic"].split("."))
    if match["roman"] and _ROMAN_VALUE.get(match["roman"]):
        return "roman", (_ROMAN_VALUE[match["roman"]],)
    if match["letter"]:
        return "letter", (ord(match["letter"]) - ord("A") + 1,)
    return "", ()


def _roman(value: int) -> str:
    text = ""
    for worth, sign in ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while value >= worth:
            text += sign
            value -= worth
    return text


_ROMAN_VALUE = {_roman(value): value for value in range(1, 90)}
