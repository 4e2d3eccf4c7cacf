"""What a visitor reads, in Dutch and in English."""

import datetime
from collections.abc import Callable

from flask import request

from corpus.citation import page_range
from service.texts_dutch import DUTCH
from service.texts_english import ENGLISH

# By code; the first is for who chose none.
LANGUAGES = {"nl": DUTCH, "en": ENGLISH}
_COOKIE = "lang"


def visitor_language() -> str:
    """The language of this request: as chosen by the switch, remembered in a cookie, else Dutch."""
    for wish in (request.args.get("lang"), request.cookies.get(_COOKIE)):
        if wish in LANGUAGES:
            return wish
    return next(iter(LANGUAGES))


def translator(language: str) -> Callable[..., str]:
    """A function from a text's name, and the values in it, to the text."""
    texts = LANGUAGES[language]

    def text(name: str, /, **values: object) -> str:
        return texts[name].format(**values)

    return text


def counted(language: str, name: str, count: int) -> str:
    """A number of things in words: "1 document", "1.200 documenten"."""
    text = translator(language)
    number = f"{count:,}".replace(",", text("thousands_separator"))
    return text(f"{name}_one") if count == 1 else text(name, count=number)


def pages_text(language: str, pages: list[int]) -> str:
    """Pages as a visitor reads them, empty when there are none."""
    return translator(language)("page", pages=page_range(tuple(pages))) if pages else ""


def date_text(language: str, date: datetime.date | str | None) -> str:
    """A date, or one as ISO 8601, as a visitor reads it: "2 december 2019"; empty when there is none."""
    if not date:
        return ""
    day = datetime.date.fromisoformat(date[:10]) if isinstance(date, str) else date
    months = translator(language)("months").split()
    return f"{day.day} {months[day.month - 1]} {day.year}"
