"""Rebuilds in the background: one at a time, each with its record."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import watchfiles

from index.build_record import BuildRecord, BuildRecords, new_build_id, utc_now
from index.errors import IndexingError

_log = logging.getLogger(__name__)

# Runs one build under the id given, until it has ended.
RunBuild = Callable[[str], None]


class Builds:
    """Starts builds, one at a time, and tells how they go, also those of other processes on the data folder.

    `get_ready` may be called when a build is to be expected; it does not wait.
    """

    def __init__(self, data: Path, run_build: RunBuild, get_ready: Callable[[], None] = lambda: None) -> None:
        self._records = BuildRecords(data)
        self._run_build = run_build
        self.get_ready = get_ready
        self._mutex = threading.Lock()
        self._running: BuildRecord | None = None
        self._is_wanted_again = False
        # What became of a build that failed, where it could not be written, perhaps for the same reason: a full disk.
        self._unwritten: BuildRecord | None = None
        self._settle: Callable[[], None] = lambda: None

    def settle_with(self, settle: Callable[[], None]) -> None:
        """Call this before a build is told to have succeeded: who reads so must find what it made."""
        self._settle = settle

    def start(self) -> BuildRecord:
        """Start a build and give its record, or the record of the one that runs.

        What changed in the library before this call is in the index when that build has ended.
        """
        with self._mutex:
            if self._running is not None:
                # The running build may have listed the library already.
                self._is_wanted_again = True
                return self._read(self._running)
            latest = self._records.latest() if self._records.is_building() else None
            if latest is not None and latest.status == "running":
                return latest
            record = BuildRecord(id=new_build_id(), status="queued", phase="queued", started_at=utc_now())
            self._records.write(record)
            self._running = record
        threading.Thread(target=self._run, args=(record,), name="build", daemon=True).start()
        return record

    def read(self, build_id: str) -> BuildRecord:
        """The record of a build; KeyError when there is none."""
        return self._settled(self._ended(self._records.read(build_id)))

    def latest(self) -> BuildRecord | None:
        """The build that began last, if there was any."""
        latest = self._records.latest()
        return latest and self._settled(self._ended(latest))

    def _ended(self, record: BuildRecord) -> BuildRecord:
        unwritten = self._unwritten
        return unwritten if unwritten and unwritten.id == record.id and record.goes_on else record

    def _settled(self, record: BuildRecord) -> BuildRecord:
        if record.status == "succeeded":
            self._settle()
        return record

    def _run(self, begun: BuildRecord) -> None:
        while True:
            try:
                self._run_build(begun.id)
            except Exception as error:
                self._fail(begun, str(error) or type(error).__name__)
            with self._mutex:
                if not self._is_wanted_again:
                    self._running = None
                    return
                self._is_wanted_again = False

    def _fail(self, begun: BuildRecord, error: str) -> None:
        _log.error("build %s failed: %s", begun.id, error)
        record = self._read(begun)
        if record.goes_on:
            ended = {"status": "failed", "phase": "done", "error": error, "ended_at": utc_now()}
            failed = record.model_copy(update=ended)
            try:
                self._records.write(failed)
            except IndexingError as unwritable:
                self._unwritten = failed
                _log.error("that build %s failed is not recorded: %s", begun.id, unwritable)

    def _read(self, begun: BuildRecord) -> BuildRecord:
        """The record of a build as it is now; as it began when somebody emptied the data folder."""
        try:
            return self._records.read(begun.id)
        except KeyError:
            return begun


def build_on_changes(folder: Path, builds: Builds) -> None:
    """Start a build whenever files in a folder change, from now on, in a thread of its own."""
    folder.mkdir(parents=True, exist_ok=True)

    def watch() -> None:
        # Hidden files are no documents: what is being added, and the trash.
        for changes in watchfiles.watch(folder, watch_filter=_is_visible_in(folder), raise_interrupt=False):
            _log.info("%d changes in %s", len(changes), folder)
            try:
                builds.start()
            except IndexingError as error:
                # The next change is built again; what changed now is then built, too.
                _log.error("changes in %s are not built: %s", folder, error)

    threading.Thread(target=watch, name="watch", daemon=True).start()


def _is_visible_in(folder: Path) -> Callable[[watchfiles.Change, str], bool]:
    def is_visible(change: watchfiles.Change, path: str) -> bool:
        return not any(part.startswith(".") for part in Path(path).relative_to(folder).parts)

    return is_visible
