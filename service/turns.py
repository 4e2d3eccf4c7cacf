"""The conversation as its form sends it: questions, each with what it was narrowed to, answered together."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from index.errors import UnknownFilterValue
from index.narrowing import Narrowing
from index.search import Searcher
from service.representations import Json, answer_json, index_json


class BadConversation(Exception):
    """Read by the visitor: `name` is that of the text that explains it, `values` what stands in it."""

    def __init__(self, name: str, **values: object) -> None:
        super().__init__(name)
        self.name = name
        self.values = values


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is narrowed to, and whether it stands alone: understood without the earlier ones."""

    document: str = ""
    dossier: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    is_alone: bool = False

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return replace(self, is_alone=False) != Scope()

    def narrowing(self) -> Narrowing:
        """The same, as the searcher takes it."""
        return Narrowing(
            documents=frozenset((self.document,)) if self.document else None,
            dossier=self.dossier or None,
            since=self.since,
            until=self.until,
        )

    def encoded(self) -> str:
        """In one word, as a form's hidden field; empty when nothing is narrowed."""
        values = {
            "document": self.document,
            "dossier": self.dossier,
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
            "alone": "1" if self.is_alone else "",
        }
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation."""

    question: str
    scope: Scope = Scope()


def read_scope(fields: MultiDict[str, str]) -> Scope:
    """The scope in a form's or an address's fields; BadConversation when a date is none or the period runs back."""
    since, until = _date(fields.get("from", "")), _date(fields.get("to", ""))
    if since and until and since > until:
        raise BadConversation("period_backwards")
    return Scope(
        document=fields.get("document", "").strip(),
        dossier=fields.get("dossier", "").replace(" ", ""),
        since=since,
        until=until,
        is_alone=fields.get("alone") == "1",
    )


def read_turns(form: MultiDict[str, str], most: int) -> list[Turn]:
    """The earlier questions in a form, oldest first, at most the last `most`; a scope that cannot be read is none."""
    scopes = form.getlist("history-scope")
    turns = []
    for at, question in enumerate(form.getlist("history")):
        try:
            scope = read_scope(MultiDict(parse_qsl(scopes[at]))) if at < len(scopes) else Scope()
        except BadConversation:
            scope = Scope()
        if question.strip():
            turns.append(Turn(question.strip(), scope))
    return turns[-most:]


def answer_turns(searcher: Searcher, turns: Sequence[Turn], first: int = 0) -> list[Json]:
    """The answers to the questions from number `first` on, in order, each with its `scope`.

    A question that is narrowed to what is no longer here has `isGone` and no passages.
    """
    asked = [
        (at, turn.question, () if turn.scope.is_alone else tuple(earlier.question for earlier in turns[:at]))
        for at, turn in enumerate(turns)
    ][first:]
    answers: dict[int, Json] = {}
    for narrowing in dict.fromkeys(turns[at].scope.narrowing() for at, _, _ in asked):
        together = [entry for entry in asked if turns[entry[0]].scope.narrowing() == narrowing]
        answers |= _answer_together(searcher, together, narrowing)
    return [answers[at] | {"scope": turns[at].scope} for at, _, _ in asked]


def _answer_together(
    searcher: Searcher, asked: Iterable[tuple[int, str, Sequence[str]]], narrowing: Narrowing
) -> dict[int, Json]:
    asked = list(asked)
    try:
        answers = searcher.ask_all([(question, history) for _, question, history in asked], narrowing=narrowing)
    except UnknownFilterValue:
        gone = {"answered": False, "isGone": True, "passages": [], "index": index_json(searcher.snapshot.manifest)}
        return {at: gone | {"question": question, "understoodAs": question} for at, question, _ in asked}
    return {
        at: answer_json(answer, searcher.snapshot) | {"isGone": False}
        for (at, _, _), answer in zip(asked, answers, strict=True)
    }


def _date(value: str) -> datetime.date | None:
    if not value.strip():
        return None
    try:
        return datetime.date.fromisoformat(value.strip())
    except ValueError:
        raise BadConversation("date_unreadable") from None
