"""What a build is doing, on disk, so that every process on a data folder can tell it."""

import re
import secrets
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import filelock
from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import DataFolderUnusable

_ID = re.compile(r"[0-9a-f]{16}")
_KEPT_RECORDS = 50
_WRITE_EVERY_S = 0.25

Status = Literal["queued", "running", "succeeded", "failed"]
Phase = Literal["queued", "read", "encode", "verify", "done"]


class SkippedFile(BaseModel):
    """A file that gave no document."""

    model_config = ConfigDict(frozen=True)

    file: str
    reason: str


class BuildRecord(BaseModel):
    """A build: `done` of `total` in its phase; `snapshot` is set when it succeeded, `error` when it failed."""

    model_config = ConfigDict(frozen=True)

    id: str
    status: Status
    phase: Phase
    done: int = 0
    total: int = 0
    started_at: str
    ended_at: str | None = None
    skipped: tuple[SkippedFile, ...] = ()
    error: str | None = None
    snapshot: str | None = None
    documents: int | None = None
    paragraphs: int | None = None

    @property
    def goes_on(self) -> bool:
        """Whether it has not ended, as far as is written down."""
        return self.status in ("queued", "running")


def new_build_id() -> str:
    """An id that no other build has."""
    return secrets.token_hex(8)


def utc_now() -> str:
    """Now, in UTC, as ISO 8601 with seconds."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


class BuildRecords:
    """The records below a data folder, newest last."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "builds"
        self._lock_path = data / "build.lock"

    def write(self, record: BuildRecord) -> None:
        """Keep a record, whole or not at all; DataFolderUnusable when there is no room."""
        path = self._folder / f"{record.id}.json"
        aside = self._folder / f".{record.id}.{secrets.token_hex(4)}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            aside.write_text(record.model_dump_json(), "utf-8")
            aside.replace(path)
        except OSError as error:
            raise DataFolderUnusable(f"{self._folder} cannot be written ({error.strerror}); make room") from error
        finally:
            aside.unlink(missing_ok=True)

    def read(self, build_id: str) -> BuildRecord:
        """The record of a build; KeyError when there is none.

        A build whose process died is told as failed, though nothing could write that down.
        """
        if not _ID.fullmatch(build_id):
            raise KeyError(build_id)
        record = self._written(build_id)
        if record.status == "running" and not self.is_building():
            # The end is written before the lock is released, so it may have come since.
            record = self._written(build_id)
            if record.status == "running":
                return record.model_copy(
                    update={"status": "failed", "error": "the build was interrupted; start another"}
                )
        return record

    def latest(self) -> BuildRecord | None:
        """The build that began last, if there was any."""
        for path in self._latest_first():
            try:
                return self.read(path.stem)
            except KeyError:
                continue
        return None

    def is_building(self) -> bool:
        """Whether a process builds now, here or elsewhere."""
        if not self._lock_path.exists():
            return False
        try:
            with filelock.FileLock(self._lock_path, blocking=False):
                return False
        except filelock.Timeout:
            return True

    def prune(self) -> None:
        """Forget all but the latest records."""
        for path in self._latest_first()[_KEPT_RECORDS:]:
            path.unlink(missing_ok=True)

    def _written(self, build_id: str) -> BuildRecord:
        """The record as it is on disk; KeyError when there is none."""
        try:
            return BuildRecord.model_validate_json((self._folder / f"{build_id}.json").read_bytes())
        except (OSError, ValidationError) as error:
            raise KeyError(build_id) from error

    def _latest_first(self) -> list[Path]:
        """The files of records, by when they were written last."""
        found: list[tuple[int, str, Path]] = []
        for path in self._folder.glob("[0-9a-f]*.json"):
            # Another process may have pruned it since it was listed.
            with suppress(FileNotFoundError):
                found.append((path.stat().st_mtime_ns, path.name, path))
        return [path for _, _, path in sorted(found, reverse=True)]


class RecordedProgress:
    """Writes a build's progress into its record, a few times a second at most."""

    def __init__(self, records: BuildRecords, build_id: str) -> None:
        self._records = records
        self.record = BuildRecord(id=build_id, status="running", phase="read", started_at=utc_now())
        self._written = 0.0
        records.write(self.record)

    def __call__(self, phase: Literal["read", "encode", "verify"], done: int, total: int) -> None:
        """Tell how far the phase is."""
        is_news = phase != self.record.phase
        self.record = self.record.model_copy(update={"phase": phase, "done": done, "total": total})
        if is_news or time.monotonic() - self._written > _WRITE_EVERY_S:
            self._written = time.monotonic()
            self._records.write(self.record)

    def end(self, **outcome: object) -> None:
        """Write how the build ended."""
        self.record = self.record.model_copy(update={"phase": "done", "ended_at": utc_now(), **outcome})
        self._records.write(self.record)
