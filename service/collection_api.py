"""The part of the API that changes the collection: documents in and out, builds."""

from flask import Blueprint, Response, current_app, jsonify, request, url_for

from corpus.library import Library
from corpus.summary import summary_of
from service import schemas
from service.builds import Builds
from service.errors import NotFound, UnsupportedMediaType
from service.negotiation import check_accepted, check_query
from service.openapi import described
from service.representations import Json, build_json, document_summary_json
from service.requests import UploadForm
from service.serving import ServedIndex
from service.uploads import add_upload, own_turn, uploaded_files

blueprint = Blueprint("collection_api", __name__, url_prefix="/v1")
blueprint.before_request(check_accepted)
blueprint.before_request(check_query)


@blueprint.post("/documents")
@described(
    "Documents",
    statuses={200: schemas.AddedDocument, 201: schemas.AddedDocument},
    problems=(400, 403, 409, 413, 415, 503, 507),
    form=UploadForm,
)
def add_document() -> Response:
    """Add a document and start a build; 201 when it is on disk, 200 when it was there already."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType(
            f"the body has content type {request.mimetype or 'none'}; send multipart/form-data with a field 'file'"
        )
    _builds().get_ready()
    with own_turn():
        added = add_upload(uploaded_files()[0])
    record = _builds().start()
    response = jsonify(document_summary_json(summary_of(added.document)) | {"build": build_json(record)})
    response.status_code = 201 if added.is_new else 200
    response.headers["Location"] = url_for("api.show_document", document_id=added.document.id)
    return response


@blueprint.delete("/documents/<document_id>")
@described("Documents", statuses={204: None}, problems=(400, 403, 404, 503, 507))
def remove_document(document_id: str) -> tuple[str, int]:
    """Move a document's files to the trash and start a build."""
    remove_from_library(document_id)
    return "", 204


@blueprint.post("/index-builds")
@described("Index", statuses={202: schemas.Build}, problems=(400, 403, 503, 507))
def start_build() -> Response:
    """Start a build, or give the one that runs."""
    record = _builds().start()
    response = jsonify(build_json(record))
    response.status_code = 202
    response.headers["Location"] = url_for("collection_api.show_build", build_id=record.id)
    return response


@blueprint.get("/index-builds")
@described("Index", statuses={200: schemas.BuildList})
def list_builds() -> Response:
    """Show the build that began last."""
    latest = _builds().latest()
    builds: list[Json] = [build_json(latest)] if latest else []
    return jsonify({"builds": builds})


@blueprint.get("/index-builds/<build_id>")
@described("Index", statuses={200: schemas.Build}, problems=(400, 404))
def show_build(build_id: str) -> Response:
    """Show how far a build is, or how it ended."""
    try:
        return jsonify(build_json(_builds().read(build_id)))
    except KeyError:
        raise NotFound(f"there is no build {build_id}; the last ones are kept") from None


def remove_from_library(document_id: str) -> str:
    """Move a document's files to the trash, start a build, and give the removal's id; NotFound when there is none.

    All files of the document go, its twins and metadata too: the next best would come back in its place.
    """
    library: Library = current_app.extensions["library"]
    served: ServedIndex = current_app.extensions["served"]
    manifest = served.searcher().snapshot.manifest
    names = [source.name for source in manifest.sources if source.document_id == document_id]
    # What was added a moment ago is in no snapshot yet, but is named after its document.
    names += [source.name for source in library.sources() if source.path.stem == document_id]
    try:
        removal = library.remove(names)
    except FileNotFoundError:
        raise NotFound(f"there is no document {document_id} here; see /v1/documents for those there are") from None
    _builds().start()
    return removal


def _builds() -> Builds:
    builds: Builds = current_app.extensions["builds"]
    return builds
