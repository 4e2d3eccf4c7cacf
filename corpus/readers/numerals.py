"""The numbers that Word and OpenDocument compute for list items, headings and notes."""

from collections.abc import Callable
from typing import Final

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
# Beyond these a number is written in digits: a file that says "start at 10,000,000" must not fill the memory.
_LAST_ROMAN: Final = 3_999
_LAST_LETTER: Final = 26 * 26


def decimal(number: int) -> str:
    """Write 12 as `12`."""
    return str(number)


def two_digits(number: int) -> str:
    """Write 2 as `02`."""
    return f"{number:02d}"


def roman(number: int) -> str:
    """Write 4 as `iv`."""
    if not 0 < number <= _LAST_ROMAN:
        return str(number)
    text = ""
    for value, sign in _ROMAN:
        text += sign * (number // value)
        number %= value
    return text


def repeated_letter(number: int) -> str:
    """Write 27 as `aa`, 28 as `bb`, as Word does."""
    if not 0 < number <= _LAST_LETTER:
        return str(number)
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def counted_letter(number: int) -> str:
    """Write 27 as `aa`, 28 as `ab`, as OpenDocument does."""
    if not 0 < number <= _LAST_LETTER:
        return str(number)
    first, last = divmod(number - 1, 26)
    return (chr(ord("a") + first - 1) if first else "") + chr(ord("a") + last)


def upper(write: Callable[[int], str]) -> Callable[[int], str]:
    """The same in capitals."""
    return lambda number: write(number).upper()
