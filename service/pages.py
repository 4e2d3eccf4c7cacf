"""The pages of the conversation: asking, keeping it as a file, and what is said about accessibility."""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from flask import Blueprint, Response, current_app, render_template, request
from werkzeug.datastructures import MultiDict

from corpus.citation import page_range
from index.references import references_in
from index.search import Searcher
from service.config import Config
from service.export import conversation_markdown
from service.languages import quotation_language
from service.pieces import Link, Piece, cut, link_to, links_in, preview
from service.reasons import reason_in
from service.representations import Json, index_json
from service.scope_texts import scope_text
from service.serving import ServedIndex
from service.starters import Starters
from service.texts import LANGUAGES, counted, date_text, pages_text, translator, visitor_language
from service.turns import BadConversation, Scope, Turn, answer_turns, read_scope, read_turns

blueprint = Blueprint("pages", __name__)

_LANGUAGE_COOKIE_S = 365 * 24 * 3600
# A list of more to choose from would be longer than the page; the number is typed then.
_MOST_CHOICES = 60


@blueprint.app_context_processor
def _for_every_page() -> dict[str, Any]:
    language = visitor_language()
    return {
        "language": language,
        "other_languages": {code: texts["own_name"] for code, texts in LANGUAGES.items() if code != language},
        "text": translator(language),
        "counted": lambda name, count: counted(language, name, count),
        "date_text": lambda date: date_text(language, date),
        "pages_text": lambda pages: pages_text(language, pages),
        "page_range": page_range,
        "quotation_language": quotation_language,
        "reason_in": lambda reason: reason_in(language, reason),
        "scope_text": lambda scope: scope_text(language, scope),
        "preview": preview,
        "today": datetime.date.today,
    }


@blueprint.after_app_request
def _remember_language(response: Response) -> Response:
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie("lang", visitor_language(), max_age=_LANGUAGE_COOKIE_S, httponly=True, samesite="Lax")
    return response


@blueprint.get("/")
def conversation() -> str:
    """Show the page to ask from, without questions yet; `document`, `dossier`, `from` and `to` narrow it."""
    try:
        scope = read_scope(request.args)
    except BadConversation:
        scope = Scope()
    return _conversation([], scope=scope)


@blueprint.post("/")
def ask() -> tuple[str, int]:
    """Answer a question below the earlier ones, which the form sends along.

    `starter` asks that question instead; `correct` the `corrected-N` one in place of question N, by itself; with
    `show` nothing new is asked. The first `shown` answers are left out.
    """
    question = (request.form.get("starter") or request.form.get("question", "")).strip()
    turns, scope = _sent(), Scope()
    try:
        scope = read_scope(request.form)
        _check_lengths([*(turn.question for turn in turns), question])
        if "show" in request.form:
            return _conversation(turns, scope=scope, draft=question), 200
        corrected = _number("correct")
        if corrected is not None and corrected < len(turns):
            asked = request.form.get(f"corrected-{corrected}", "").strip()
            _check_lengths([asked])
            if not asked:
                raise BadConversation("question_empty")
            turns[corrected] = Turn(asked, replace(turns[corrected].scope, is_alone=True))
            return _conversation(turns, scope=scope, draft=question, first=corrected if _number("shown") else 0), 200
        if not question:
            raise BadConversation("question_empty")
    except BadConversation as error:
        fault = translator(visitor_language())(error.name, **error.values)
        longest = _config().max_question_characters
        turns = [turn for turn in turns if len(turn.question) <= longest]
        scope = replace(read_scope(_without_dates(request.form)), since=scope.since, until=scope.until)
        return _conversation(turns, scope=scope, draft=question, fault=fault, fault_name=error.name), 400
    turns.append(Turn(question, scope))
    return _conversation(turns, scope=scope, first=min(_number("shown") or 0, len(turns) - 1)), 200


@blueprint.post("/export")
def export() -> Response | str:
    """The conversation with all its citations: `as` "markdown" a file, else a page to print."""
    turns, searcher, language = _sent(), _searcher(), visitor_language()
    answers = answer_turns(searcher, turns)
    if request.form.get("as") == "markdown":
        made = conversation_markdown(answers, index_json(searcher.snapshot.manifest), language, request.url_root)
        name = f'attachment; filename="vindplaats-{searcher.snapshot.manifest.version[:8]}.md"'
        return Response(made, mimetype="text/markdown", headers={"Content-Disposition": name})
    return render_template("export.html", turns=answers, **_about(searcher))


@blueprint.get("/toegankelijkheid")
def accessibility() -> str:
    """The accessibility statement."""
    return render_template(f"accessibility_{visitor_language()}.html")


def _conversation(
    turns: list[Turn], *, scope: Scope, draft: str = "", fault: str = "", fault_name: str = "", first: int = 0
) -> str:
    searcher = _searcher()
    fault_is_of_period = fault_name in ("period_backwards", "date_unreadable")
    return render_template(
        "conversation.html",
        turns=answer_turns(searcher, turns, first),
        asked=turns,
        first=first,
        draft=draft,
        scope=replace(scope, is_alone=False),
        fault=fault,
        fault_is_of_period=fault_is_of_period,
        # What cannot be used stays as it was typed, to be mended.
        typed_dates=[request.form.get(name, "") if fault_is_of_period else "" for name in ("from", "to")],
        starters=_starters(searcher) if not turns else [],
        max_question_characters=_config().max_question_characters,
        **_choices(searcher),
        **_about(searcher),
    )


def _about(searcher: Searcher) -> dict[str, Any]:
    documents = searcher.snapshot.documents

    def pieces(passage: Mapping[str, Any]) -> list[Piece]:
        links = links_in(passage["text"], documents, passage["source"]["documentId"])
        return list(cut(passage["text"], highlights=passage["highlights"], links=links))

    def unknown_link(turn: Json) -> Link | None:
        links = [link_to(reference, documents) for reference in references_in(turn["understoodAs"])]
        return next((link for link in links if link and not link.is_here), None)

    return {"index": index_json(searcher.snapshot.manifest), "pieces": pieces, "unknown_link": unknown_link}


def _choices(searcher: Searcher) -> dict[str, Any]:
    """What a question can be narrowed to; found once for each index, as it takes a look at every document."""
    if searcher not in _choices_found:
        _choices_found[searcher] = _find_choices(searcher)
    return _choices_found[searcher]


# While an index is served, not longer.
_choices_found: WeakKeyDictionary[Searcher, dict[str, Any]] = WeakKeyDictionary()


def _find_choices(searcher: Searcher) -> dict[str, Any]:
    documents = sorted(searcher.snapshot.documents.summaries(), key=lambda document: document.id)
    dossiers = {dossier.number: dossier.title for document in documents for dossier in document.identity.dossiers}
    return {
        "documents": documents if len(documents) <= _MOST_CHOICES else None,
        "dossiers": sorted(dossiers.items()) if len(dossiers) <= _MOST_CHOICES else None,
    }


def _starters(searcher: Searcher) -> list[str]:
    starters: Starters = current_app.extensions["starters"]
    return starters.questions(searcher)


def _sent() -> list[Turn]:
    return read_turns(request.form, _config().max_history)


def _without_dates(form: MultiDict[str, str]) -> MultiDict[str, str]:
    return MultiDict((name, value) for name, value in form.items(multi=True) if name not in ("from", "to"))


def _check_lengths(questions: list[str]) -> None:
    longest, maximum = max(map(len, questions), default=0), _config().max_question_characters
    if longest > maximum:
        raise BadConversation("question_long", length=longest, maximum=maximum)


def _number(field: str) -> int | None:
    value = request.form.get(field, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else None


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config


def _searcher() -> Searcher:
    served: ServedIndex = current_app.extensions["served"]
    return served.searcher()
