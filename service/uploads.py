"""Files that come in over HTTP, for the API and the page alike."""

from flask import current_app, request
from werkzeug.datastructures import FileStorage

from corpus.library import Added, Library
from service.changes import name_changed
from service.config import Config
from service.requests import BadRequest

FIELD = "file"


def accept_uploads() -> None:
    """Let this request be as large as an upload may be; called before the body is looked at."""
    config: Config = current_app.extensions["config"]
    request.max_content_length = config.max_upload_bytes


def uploaded_files() -> list[FileStorage]:
    """The files of this request's form; BadRequest when there is none."""
    files = [file for file in request.files.getlist(FIELD) if file.filename]
    if not files:
        raise BadRequest([{"pointer": f"/{FIELD}", "detail": f"send a file in the form field '{FIELD}'"}])
    return files


def add_upload(file: FileStorage) -> Added:
    """Add an uploaded file to the library; it is on disk when this returns. Errors as `Library.add`."""
    config: Config = current_app.extensions["config"]
    library: Library = current_app.extensions["library"]
    with file.stream as stream:
        data = stream.read()
    added = library.add_bytes(data, file.filename or "", config.data / "incoming")
    name_changed(added.document.id)
    return added
