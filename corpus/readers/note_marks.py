"""The marks of footnotes and endnotes where a file stores only which note comes where."""

import re
from collections.abc import Callable, Iterator

from corpus.readers.numerals import decimal, repeated_letter, roman, upper

FORMATS: dict[str, Callable[[int], str]] = {
    "lowerLetter": repeated_letter,
    "upperLetter": upper(repeated_letter),
    "lowerRoman": roman,
    "upperRoman": upper(roman),
    "chicago": lambda number: "*" * min(number, 10),
}


class NoteMarks:
    """Numbers one kind of notes after another, in reading order; no two notes of a document share a mark."""

    def __init__(self) -> None:
        self._marks: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._copies: dict[str, int] = {}

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        """Kind, id and mark of every note, in reading order."""
        return ((kind, note, mark) for (kind, note), mark in self._marks.items())

    def mark(self, kind: str, note: str, *, form: str = "decimal", start: int = 1, own: str = "") -> str:
        """The mark of a note, by its kind ("footnote") and its id; `own` is one that the author chose.

        A mark that is taken (an endnote 1 beside a footnote 1) is told apart as `1_2`, because it is an address.
        """
        key = (kind, note)
        if key not in self._marks:
            if not re.fullmatch(r"[\w*]+", own):
                self._counts[kind] = self._counts.get(kind, start - 1) + 1
                own = FORMATS.get(form, decimal)(self._counts[kind])
            copies = self._copies[own] = self._copies.get(own, 0) + 1
            self._marks[key] = own if copies == 1 else f"{own}_{copies}"
        return self._marks[key]
