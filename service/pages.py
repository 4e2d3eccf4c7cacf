"""The pages: the conversation, the documents, a letter."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from corpus.citation import dutch_date, official_url, page_range
from corpus.document import Document, Paragraph
from index.search import Searcher
from service.api import find_document
from service.config import Config
from service.errors import NotFound
from service.representations import Json, answer_json, index_json
from service.serving import ServedIndex
from service.texts import LANGUAGES, counted, pages_text, translator, visitor_language

blueprint = Blueprint("pages", __name__)

_LANGUAGE_COOKIE_S = 365 * 24 * 3600


@blueprint.app_context_processor
def _for_every_page() -> dict[str, Any]:
    language = visitor_language()
    other = next(other for other in LANGUAGES if other != language)
    return {
        "language": language,
        "other_language": other,
        "text": translator(language),
        "counted": lambda name, count: counted(language, name, count),
        "pages_text": lambda pages: pages_text(language, pages),
        "page_range": page_range,
        "segments": segments,
    }


@blueprint.after_request
def _remember_language(response: Response) -> Response:
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie("lang", visitor_language(), max_age=_LANGUAGE_COOKIE_S, httponly=True, samesite="Lax")
    return response


@blueprint.get("/")
def conversation() -> str:
    """Show the page to ask from, without questions yet."""
    return _conversation([], "", None)


@blueprint.post("/")
def ask() -> tuple[str, int]:
    """Answer a question below the earlier ones, which the form sends along."""
    config: Config = current_app.extensions["config"]
    text = translator(visitor_language())
    question = request.form.get("question", "").strip()
    history = [earlier for earlier in request.form.getlist("history") if earlier.strip()][-config.max_history :]
    longest = max((len(earlier) for earlier in [*history, question]), default=0)
    fault = None
    if not question:
        fault = text("question_empty")
    elif longest > config.max_question_characters:
        history = [earlier for earlier in history if len(earlier) <= config.max_question_characters]
        fault = text("question_long", length=longest, maximum=config.max_question_characters)
    if fault:
        return _conversation(history, question, fault), 400
    return _conversation([*history, question], "", None), 200


@blueprint.get("/documents/<document_id>")
def letter(document_id: str) -> str:
    """Show a document with every paragraph at its address."""
    document = find_document(document_id)
    return render_template(
        "letter.html",
        document=document,
        date=dutch_date(document.identity),
        official_url=official_url(document.identity),
        marked_text=marked_text,
    )


@blueprint.get("/<document_id>")
def short_address(document_id: str) -> WerkzeugResponse:
    """Lead /kst-27925-681 to the letter."""
    if document_id not in _searcher().snapshot.documents:
        raise NotFound(f"there is nothing at /{document_id}; see /documents for the documents there are")
    return redirect(url_for("pages.letter", document_id=document_id), 301)


def segments(text: str, highlights: list[dict[str, int]]) -> Iterator[tuple[str, bool]]:
    """Cut a text at its highlights: its pieces in order, each with whether it is highlighted."""
    position = 0
    for highlight in sorted(highlights, key=lambda highlight: highlight["start"]):
        yield text[position : highlight["start"]], False
        yield text[highlight["start"] : highlight["end"]], True
        position = highlight["end"]
    yield text[position:], False


def marked_text(document: Document, paragraph: Paragraph) -> Iterator[tuple[str, str | None]]:
    """Cut a paragraph's text at its note marks: pieces, each with the mark that follows it."""
    position = 0
    known = {footnote.mark for footnote in document.footnotes}
    for note in sorted(paragraph.notes, key=lambda note: note.position):
        if note.mark in known:
            yield paragraph.text[position : note.position], note.mark
            position = note.position
    yield paragraph.text[position:], None


def _conversation(questions: list[str], draft: str, fault: str | None) -> str:
    searcher = _searcher()
    turns: list[Json] = [
        answer_json(answer, searcher.snapshot)
        for answer in searcher.ask_all([(question, questions[:turn]) for turn, question in enumerate(questions)])
    ]
    return render_template(
        "conversation.html",
        turns=turns,
        questions=questions,
        draft=draft,
        fault=fault,
        index=index_json(searcher.snapshot.manifest),
        max_question_characters=current_app.extensions["config"].max_question_characters,
    )


def _searcher() -> Searcher:
    served: ServedIndex = current_app.extensions["served"]
    return served.searcher()
