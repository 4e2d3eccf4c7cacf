"""Kamervragen and their answers: the short lines that announce a question or an answer."""

import re
from collections.abc import Sequence
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
_BARE_NUMBER = re.compile(r"(?P<number>\d{1,3})[.)]?")
_TYPED_LABEL = re.compile(r"(?P<label>\d{1,3}[.)]) ")
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


class QuestionSigns:
    """What a document's lines and list labels say about questions and answers in it."""

    def __init__(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        levels = [question_level(text) for text in [*texts, *labels]]
        has_answers = ANSWER_LEVEL in levels
        self.has_questions = levels.count(QUESTION_LEVEL) > 1 or (QUESTION_LEVEL in levels and has_answers)
        # Some ministries number the questions without the word "Vraag".
        self.has_bare_numbers = has_answers and QUESTION_LEVEL not in levels
        # The first of the sources that questions refer to, `[1]` or `1)`, but not "(bijlage 1)".
        self.refers_to_sources = any(re.search(r"\[1\]|(?<![\d(])\b1\)", text) for text in texts)

    def bare_number(self, text: str, label: str | None) -> str | None:
        """The number of a question that is announced by nothing but it: alone on a line, or before the question."""
        if not self.has_bare_numbers:
            return None
        alone = _BARE_NUMBER.fullmatch(text)
        if alone:
            return alone["number"]
        typed = _TYPED_LABEL.match(text)
        match = _BARE_NUMBER.fullmatch(label or (typed["label"] if typed else ""))
        return match["number"] if match and text.endswith("?") else None
