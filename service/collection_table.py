"""The table of documents as a visitor wants to see it: filtered, sorted, a page at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from service.representations import Json

COLUMNS = ("title", "kst", "date", "sender", "paragraphs", "quality")
ROWS_ON_PAGE = 100
GOOD_QUALITY = 0.9


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of the collection. `words` all stand in title, number, dossier or sender; `page` counts from 1."""

    words: str = ""
    dossier: str = ""
    only_poor: bool = False
    sort: str = "title"
    is_descending: bool = False
    page: int = 1

    @property
    def filters(self) -> bool:
        """Whether documents are left out."""
        return bool(self.words or self.dossier or self.only_poor)

    def address(self, **changes: object) -> str:
        """The query of this view's address, with other values where `changes` gives them."""
        values = {
            "words": self.words,
            "dossier": self.dossier,
            "poor": "1" if self.only_poor else "",
            "sort": self.sort,
            "order": "desc" if self.is_descending else "",
            "page": str(self.page),
        } | changes
        return "?" + urlencode({name: value for name, value in values.items() if value})

    def sorted_by(self, column: str) -> str:
        """The query that sorts by a column: the other way round where it is sorted by that already."""
        turns_round = column == self.sort and not self.is_descending
        return self.address(sort=column, order="desc" if turns_round else "", page="")


def read_view(fields: MultiDict[str, str]) -> View:
    """The view that an address asks for; what cannot be understood is as if it were not there."""
    sort, page = fields.get("sort", ""), fields.get("page", "")
    return View(
        words=fields.get("words", "").strip(),
        dossier=fields.get("dossier", "").replace(" ", ""),
        only_poor=fields.get("poor") == "1",
        sort=sort if sort in COLUMNS else "title",
        is_descending=fields.get("order") == "desc",
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 7 and int(page) else 1,
    )


def seen(documents: Iterable[Json], view: View) -> list[Json]:
    """The documents that the view's filters let through, in its order; those without a value come last."""
    words = view.words.lower().split()
    found = [document for document in documents if _passes(document, view, words)]
    found.sort(key=lambda document: str(document["id"]))
    found.sort(key=lambda document: _value(document, view.sort), reverse=view.is_descending)
    found.sort(key=lambda document: _value(document, view.sort) == "")
    return found


def on_page(documents: Sequence[Json], view: View) -> tuple[Sequence[Json], int]:
    """The documents on the view's page, and how many pages there are, at least one."""
    pages = max(1, -(-len(documents) // ROWS_ON_PAGE))
    first = (min(view.page, pages) - 1) * ROWS_ON_PAGE
    return documents[first : first + ROWS_ON_PAGE], pages


def _passes(document: Json, view: View, words: Sequence[str]) -> bool:
    dossiers = [dossier["number"] for dossier in document["dossiers"]]
    # "36600" also means 36600-VII.
    if view.dossier and view.dossier not in {*dossiers, *(number.split("-")[0] for number in dossiers)}:
        return False
    if view.only_poor and document["quality"]["score"] >= GOOD_QUALITY:
        return False
    titles = [dossier["title"] for dossier in document["dossiers"]]
    text = " ".join([document["id"], document["title"], document["sender"] or "", *dossiers, *titles]).lower()
    return all(word in text for word in words)


def _value(document: Json, column: str) -> Any:  # noqa: ANN401 (a text or a number; alike within one column)
    if column == "kst":
        number = document["number"] or ""
        dossier = document["dossier"]["number"] if document["dossier"] else ""
        return f"{dossier:>12}{number:>8}" if dossier else ""
    if column == "paragraphs":
        return document["paragraphCount"]
    if column == "quality":
        return document["quality"]["score"]
    return str(document[column] or "").lower()
