"""The JSON API under /v1."""

from flask import Blueprint, Response, current_app, jsonify, request, url_for

from corpus.document import Document
from index.engine import Opened
from index.search import Answer, Searcher
from service import schemas
from service.document_text import as_markdown, as_plain_text
from service.errors import NotFound, UnsupportedMediaType
from service.evidence import evidence_pack
from service.negotiation import check_accepted, check_query, chosen_form
from service.openapi import API_VERSION, described
from service.representations import (
    Json,
    answer_json,
    document_json,
    document_summary_json,
    index_details_json,
    paragraph_json,
)
from service.requests import PageQuery, SearchRequest, parse_page, parse_search
from service.serving import ServedIndex

MARKDOWN, PLAIN = "text/markdown", "text/plain"

blueprint = Blueprint("api", __name__, url_prefix="/v1")
blueprint.before_request(check_accepted)
blueprint.before_request(check_query)


def state_version(response: Response) -> Response:
    """Tell the API's version, errors and unknown addresses included."""
    if request.path.startswith("/v1"):
        response.headers["API-Version"] = API_VERSION
    return response


@blueprint.post("/passages/_search")
@described("Questions", statuses={200: schemas.Answer}, problems=(400, 413, 415, 503), body=SearchRequest)
def search_passages() -> Response:
    """Answer a question with passages."""
    _, answer, snapshot = _answered()
    return jsonify(answer_json(answer, snapshot))


@blueprint.post("/evidence-packs")
@described("Questions", statuses={200: schemas.EvidencePack}, problems=(400, 413, 415, 503), body=SearchRequest)
def make_evidence_pack() -> Response:
    """Answer a question with a file that shows later what was asked and what stood there."""
    asked, answer, snapshot = _answered()
    response = jsonify(evidence_pack(asked, answer, snapshot))
    response.headers["Content-Disposition"] = f'attachment; filename="vindplaats-{snapshot.manifest.version}.json"'
    return response


@blueprint.get("/documents")
@described("Documents", statuses={200: schemas.DocumentList, 304: None}, problems=(400, 503), query=PageQuery)
def list_documents() -> Response:
    """List the documents, by id."""
    asked = parse_page(request.args)
    documents = _searcher().snapshot.documents
    ids = sorted(documents)
    start = (asked.page - 1) * asked.page_size
    links = _page_links(asked, len(ids))
    response = jsonify(
        {
            "documents": [
                document_summary_json(documents.summary(key)) for key in ids[start : start + asked.page_size]
            ],
            "page": asked.page,
            "pageSize": asked.page_size,
            "total": len(ids),
            "_links": {name: {"href": address} for name, address in links.items()},
        }
    )
    response.headers["Link"] = ", ".join(f'<{address}>; rel="{name}"' for name, address in links.items())
    return _unless_known(response)


@blueprint.get("/documents/<document_id>")
@described("Documents", statuses={200: schemas.Document, 304: None}, problems=(400, 404, 503), also=(MARKDOWN, PLAIN))
def show_document(document_id: str) -> Response:
    """Show a document with all its paragraphs and footnotes."""
    document = find_document(document_id)
    form = chosen_form(MARKDOWN, PLAIN)
    if form == MARKDOWN:
        response = Response(as_markdown(document), mimetype=MARKDOWN)
    elif form == PLAIN:
        response = Response(as_plain_text(document), mimetype=PLAIN)
    else:
        response = jsonify(document_json(document))
    response.vary.add("Accept")
    return _unless_known(response)


@blueprint.get("/documents/<document_id>/paragraphs/<number>")
@described("Documents", statuses={200: schemas.ParagraphInContext, 304: None}, problems=(400, 404, 503))
def show_paragraph(document_id: str, number: str) -> Response:
    """Show one paragraph with its vindplaats and neighbours."""
    document = find_document(document_id)
    last = len(document.paragraphs)
    if not (number.isascii() and number.isdigit() and len(number) < 9 and 1 <= int(number) <= last):
        raise NotFound(f"document {document_id} has no paragraph {number}; it has paragraphs 1 to {last}")
    return _unless_known(jsonify(paragraph_json(document, int(number), _searcher().snapshot.manifest.version)))


@blueprint.get("/index")
@described("Index", statuses={200: schemas.IndexDetails}, problems=(503,))
def show_index() -> Response:
    """Show what is searched and how it was made."""
    details: Json = index_details_json(_searcher().snapshot.manifest)
    return jsonify(details)


def _answered() -> tuple[SearchRequest, Answer, Opened]:
    """What this request asks, its answer, and the snapshot that gave it."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType(
            f"the body has content type {request.mimetype or 'none'}; send JSON with Content-Type: application/json"
        )
    asked = parse_search(request.get_data())
    served: ServedIndex = current_app.extensions["served"]
    searcher = served.searcher() if asked.index is None else served.kept_searcher(asked.index)
    answer = searcher.ask(asked.question, asked.history, asked.limit, asked.filter.narrowing(), asked.per_document)
    return asked, answer, searcher.snapshot


def find_document(document_id: str) -> Document:
    """The served document with this id; NotFound when there is none."""
    try:
        return _searcher().snapshot.documents[document_id]
    except KeyError:
        raise NotFound(f"there is no document {document_id} here; see /v1/documents for those there are") from None


def _unless_known(response: Response) -> Response:
    """The response, or 304 when the client told that it has this text already."""
    response.add_etag()
    response.make_conditional(request)
    return response


def _page_links(asked: PageQuery, total: int) -> dict[str, str]:
    """The addresses of this page and of those before and after it, by relation."""

    def address(page: int) -> str:
        return url_for("api.list_documents", page=page, pageSize=asked.page_size)

    links = {"self": address(asked.page)}
    if asked.page > 1:
        links["prev"] = address(asked.page - 1)
    if asked.page * asked.page_size < total:
        links["next"] = address(asked.page + 1)
    return links


def _searcher() -> Searcher:
    served: ServedIndex = current_app.extensions["served"]
    return served.searcher()
