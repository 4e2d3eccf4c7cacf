"""The JSON API under /v1."""

from flask import Blueprint, Response, current_app, jsonify, request

from corpus.document import Document
from index.search import Searcher
from service.errors import NotFound, UnsupportedMediaType
from service.representations import (
    Json,
    answer_json,
    document_json,
    document_summary_json,
    index_details_json,
    paragraph_json,
)
from service.requests import parse_search
from service.serving import ServedIndex

API_VERSION = "1.0.0"

blueprint = Blueprint("api", __name__, url_prefix="/v1")


def state_version(response: Response) -> Response:
    """Tell the API's version, errors and unknown addresses included."""
    if request.path.startswith("/v1"):
        response.headers["API-Version"] = API_VERSION
    return response


@blueprint.post("/passages/_search")
def search_passages() -> Response:
    """Answer a question with passages."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType(
            f"the body has content type {request.mimetype or 'none'}; send JSON with Content-Type: application/json"
        )
    asked = parse_search(request.get_data())
    served: ServedIndex = current_app.extensions["served"]
    searcher = served.searcher() if asked.index is None else served.kept_searcher(asked.index)
    answer = searcher.ask(asked.question, asked.history, asked.limit, asked.filter.narrowing(), asked.per_document)
    return jsonify(answer_json(answer, searcher.snapshot))


@blueprint.get("/documents")
def list_documents() -> Response:
    """List the documents, by id."""
    documents = _searcher().snapshot.documents
    return jsonify({"documents": [document_summary_json(documents[document_id]) for document_id in sorted(documents)]})


@blueprint.get("/documents/<document_id>")
def show_document(document_id: str) -> Response:
    """Show a document with all its paragraphs and footnotes."""
    return jsonify(document_json(find_document(document_id)))


@blueprint.get("/documents/<document_id>/paragraphs/<number>")
def show_paragraph(document_id: str, number: str) -> Response:
    """Show one paragraph with its vindplaats and neighbours."""
    document = find_document(document_id)
    last = len(document.paragraphs)
    if not (number.isascii() and number.isdigit() and len(number) < 9 and 1 <= int(number) <= last):
        raise NotFound(f"document {document_id} has no paragraph {number}; it has paragraphs 1 to {last}")
    return jsonify(paragraph_json(document, int(number)))


@blueprint.get("/index")
def show_index() -> Response:
    """Show what is searched and how it was made."""
    details: Json = index_details_json(_searcher().snapshot.manifest)
    return jsonify(details)


def find_document(document_id: str) -> Document:
    """The served document with this id; NotFound when there is none."""
    try:
        return _searcher().snapshot.documents[document_id]
    except KeyError:
        raise NotFound(f"there is no document {document_id} here; see /v1/documents for those there are") from None


def _searcher() -> Searcher:
    served: ServedIndex = current_app.extensions["served"]
    return served.searcher()
