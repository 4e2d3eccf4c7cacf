"""Rebuilds in the background: one at a time, each with its record."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import watchfiles

from index.build_record import BuildRecord, BuildRecords, new_build_id, utc_now

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
        self._running: str | None = None
        self._is_wanted_again = False
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
                return self._records.read(self._running)
            latest = self._records.latest() if self._records.is_building() else None
            if latest is not None and latest.status == "running":
                return latest
            build_id = new_build_id()
            record = BuildRecord(id=build_id, status="queued", phase="queued", started_at=utc_now())
            self._records.write(record)
            self._running = build_id
        threading.Thread(target=self._run, args=(build_id,), name="build", daemon=True).start()
        return record

    def read(self, build_id: str) -> BuildRecord:
        """The record of a build; KeyError when there is none."""
        return self._settled(self._records.read(build_id))

    def latest(self) -> BuildRecord | None:
        """The build that began last, if there was any."""
        latest = self._records.latest()
        return latest and self._settled(latest)

    def _settled(self, record: BuildRecord) -> BuildRecord:
        if record.status == "succeeded":
            self._settle()
        return record

    def _run(self, build_id: str) -> None:
        while True:
            try:
                self._run_build(build_id)
            except Exception as error:
                self._fail(build_id, str(error) or type(error).__name__)
            with self._mutex:
                if not self._is_wanted_again:
                    self._running = None
                    return
                self._is_wanted_again = False

    def _fail(self, build_id: str, error: str) -> None:
        _log.error("build %s failed: %s", build_id, error)
        record = self._records.read(build_id)
        if record.status in ("queued", "running"):
            ended = {"status": "failed", "phase": "done", "error": error, "ended_at": utc_now()}
            self._records.write(record.model_copy(update=ended))


def build_on_changes(folder: Path, builds: Builds) -> None:
    """Start a build whenever files in a folder change, from now on, in a thread of its own."""
    folder.mkdir(parents=True, exist_ok=True)

    def watch() -> None:
        # Hidden files are no documents: what is being added, and the trash.
        for changes in watchfiles.watch(folder, watch_filter=_is_visible_in(folder), raise_interrupt=False):
            _log.info("%d changes in %s", len(changes), folder)
            builds.start()

    threading.Thread(target=watch, name="watch", daemon=True).start()


def _is_visible_in(folder: Path) -> Callable[[watchfiles.Change, str], bool]:
    def is_visible(change: watchfiles.Change, path: str) -> bool:
        return not any(part.startswith(".") for part in Path(path).relative_to(folder).parts)

    return is_visible
