"""Files that come in over HTTP, for the API and the page alike."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from flask import current_app, request
from werkzeug.datastructures import FileStorage

from corpus.library import Added, Library
from service.changes import name_changed
from service.config import Config
from service.requests import BadRequest

FIELD = "file"

# Each reads in a process that may take 512 MB.
_AT_ONCE = 2
# Those that wait keep a thread each, which others need for asking.
_MOST_WAITING = 8
_PATIENCE_S = 20.0


class UploadsBusy(Exception):
    """Read by whoever adds files: so many are being read that this one would wait too long; send it again soon."""

    def __init__(self) -> None:
        super().__init__("as many files as can be read at once are being read already; send this one again soon")


class Turns:
    """Lets a few uploads at a time be read, and a few more wait for their turn."""

    def __init__(self, at_once: int = _AT_ONCE, waiting: int = _MOST_WAITING, patience_s: float = _PATIENCE_S) -> None:
        self._reading = threading.BoundedSemaphore(at_once)
        self._present = threading.BoundedSemaphore(at_once + waiting)
        self._patience_s = patience_s

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and have it; UploadsBusy when too many wait already, or it does not come."""
        if not self._present.acquire(blocking=False):
            raise UploadsBusy
        try:
            if not self._reading.acquire(timeout=self._patience_s):
                raise UploadsBusy
            try:
                yield
            finally:
                self._reading.release()
        finally:
            self._present.release()


_turns = Turns()


def own_turn() -> AbstractContextManager[None]:
    """The turn in which this process reads the files of one request; UploadsBusy when it does not come."""
    return _turns.turn()


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
