"""Kamervragen and their answers: the short lines that announce a question or an answer."""

import re
from typing import Final

QUESTION_LEVEL: Final = 1
ANSWER_LEVEL: Final = 2

_LONGEST = 80
_NUMBERS = r"\d{1,3}[a-z]?(?:(?:, en|,| en| t/m| tot en met| ?[-–&]) ?\d{1,3}[a-z]?)*"
_QUESTION = re.compile(rf"(?:Vraag|Vragen)(?: {_NUMBERS})? ?[:.]?", re.IGNORECASE)
_ANSWER = re.compile(
    r"(?:Gezamenlijke? )?(?:Antwoord|Antwoorden|Beantwoording)"
    rf"(?:(?: op)?(?: de)? (?:vraag|vragen|onderdeel|onderdelen))?(?: {_NUMBERS})? ?[:.]?",
    re.IGNORECASE,
)
_SOURCE_NUMBER = re.compile(r"(?:\[(?P<bracketed>\d{1,2})\]|(?P<number>\d{1,2})[.)])(?= |$)")


def question_level(text: str) -> int | None:
    """The heading level of a line that announces a question or an answer; None when it is another line.

    An answer stands one level below its question, so that both are in one section path.
    """
    if len(text) > _LONGEST:
        return None
    if _QUESTION.fullmatch(text):
        return QUESTION_LEVEL
    return ANSWER_LEVEL if _ANSWER.fullmatch(text) else None


def source_number(text: str) -> str | None:
    """The number that opens a line in the list of sources below the last answer: `[1]`, `1)` or `1.`; else None."""
    match = _SOURCE_NUMBER.match(text)
    return (match["bracketed"] or match["number"]) if match else None


def refers_to_source(text: str, number: str) -> bool:
    """Whether a question refers to a source of the list, `[1]` or `1)`."""
    return bool(re.search(rf"\[{number}\]|(?<![\d(]){number}\)", text))
