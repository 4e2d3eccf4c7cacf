"""The page of the collection: what is in it, and adding, removing and watching a build from it."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from corpus.errors import DocumentError
from corpus.library import Library
from service.builds import Builds
from service.collection_api import remove_from_library
from service.collection_table import GOOD_QUALITY, on_page, read_view, seen
from service.representations import build_json, document_summary_json, index_details_json
from service.requests import BadRequest
from service.serving import ServedIndex
from service.uploads import add_upload, own_turn, uploaded_files
from service.writing import may_write

blueprint = Blueprint("collection_pages", __name__)


@blueprint.get("/documents")
def documents() -> str:
    """Show what is in the collection, as the address's query filters and sorts it, the last build, and forms."""
    if may_write():
        # Who looks here may add something next.
        _builds().get_ready()
    return _page([])


@blueprint.post("/documents")
def add() -> Response | tuple[str, int]:
    """Add the files chosen, each on its own: those that cannot be added are named with the reason."""
    faults = []
    try:
        files = uploaded_files()
    except BadRequest as error:
        return _page([fault["detail"] for fault in error.faults]), 400
    with own_turn():
        for file in files:
            try:
                add_upload(file)
            except (DocumentError, FileExistsError) as error:
                faults.append(str(error))
    if len(faults) < len(files):
        _builds().start()
    if faults:
        return _page(faults), 400
    return redirect(url_for("collection_pages.documents", added=len(files)), 303)


@blueprint.post("/documents/<document_id>/remove")
def remove(document_id: str) -> Response:
    """Remove a document; the page then offers to bring it back."""
    removal = remove_from_library(document_id)
    return redirect(url_for("collection_pages.documents", removed=document_id, removal=removal), 303)


@blueprint.post("/documents/restore")
def restore() -> Response | tuple[str, int]:
    """Bring back what was removed."""
    library: Library = current_app.extensions["library"]
    try:
        restored = library.restore(request.form.get("removal", ""))
    except (FileExistsError, FileNotFoundError) as error:
        return _page([str(error)]), 400
    _builds().start()
    return redirect(url_for("collection_pages.documents", restored=", ".join(restored)), 303)


def _page(faults: list[str]) -> str:
    served: ServedIndex = current_app.extensions["served"]
    # In this order: a build that is told to have succeeded is in what is shown.
    latest = _builds().latest()
    snapshot = served.searcher().snapshot
    build = build_json(latest) if latest else None
    view = read_view(request.args)
    documents = [document_summary_json(document) for document in snapshot.documents.summaries()]
    found = seen(documents, view)
    rows, pages = on_page(found, view)
    dossiers = {dossier["number"]: dossier["title"] for document in documents for dossier in document["dossiers"]}
    return render_template(
        "documents.html",
        view=view,
        documents=rows,
        found=len(found),
        pages=pages,
        page=min(view.page, pages),
        dossiers=sorted(dossiers.items()),
        good_quality=GOOD_QUALITY,
        index=index_details_json(snapshot.manifest),
        build=build,
        is_building=latest is not None and latest.goes_on,
        faults=faults,
        removed=request.args.get("removed"),
        removal=request.args.get("removal"),
        restored=request.args.get("restored"),
        added=request.args.get("added", type=int),
    )


def _builds() -> Builds:
    builds: Builds = current_app.extensions["builds"]
    return builds
