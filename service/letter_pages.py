"""The page of one document, with every paragraph at its address."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from corpus.citation import document_citation, official_url
from service.api import find_document
from service.errors import NotFound
from service.pieces import paragraph_pieces
from service.serving import ServedIndex

blueprint = Blueprint("letter_pages", __name__)


@blueprint.get("/documents/<document_id>")
def letter(document_id: str) -> str:
    """Show a document; with `beside` its headings are one level lower, for the panel beside the conversation."""
    document = find_document(document_id)
    served: ServedIndex = current_app.extensions["served"]
    documents = served.searcher().snapshot.documents
    return render_template(
        "letter.html",
        document=document,
        top=2 if "beside" in request.args else 1,
        citation=document_citation(document.identity),
        official_url=official_url(document.identity),
        pieces=lambda paragraph: paragraph_pieces(document, paragraph, documents),
    )


@blueprint.get("/<document_id>")
def short_address(document_id: str) -> Response:
    """Lead /kst-27925-681 to the letter."""
    served: ServedIndex = current_app.extensions["served"]
    if document_id not in served.searcher().snapshot.documents:
        raise NotFound(f"there is nothing at /{document_id}; see /documents for the documents there are")
    return redirect(url_for("letter_pages.letter", document_id=document_id), 301)
