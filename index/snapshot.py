"""One built index on disk: written aside, verified, made current by one atomic rename, and never changed.

<data>/snapshots/<version>/manifest.json     what the snapshot is, and the checksum of every other file
                           ...               what `index/snapshot_contents.py` lists
<data>/current                               the version that is served
"""

import re
import secrets
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np

from corpus.durable import sync, write_to_disk
from index.checked_files import CheckedFiles, write_file
from index.errors import DataFolderUnusable, IndexingError, SnapshotDamaged, SnapshotMismatch
from index.manifest import HOW_TO_REBUILD, Background, Manifest, Recipe, SourceEntry
from index.place_words import WORDS, PlaceWords
from index.snapshot_contents import SERVED, Contents, Snapshot, new_version, opened, probed_rows
from index.versions import before, manifest_of, no_version_in, oldest_first, spared

_VERSION = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_MANIFEST = "manifest.json"


def make_usable(data: Path) -> None:
    """Make the data folder; DataFolderUnusable when it cannot be written."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe = data / f".{secrets.token_hex(8)}.probe"
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise DataFolderUnusable(
            f"the data folder {data} cannot be written ({error.strerror}); "
            "give this user write access, or name another folder with VINDPLAATS_DATA"
        ) from error


class SnapshotFolder:
    """The snapshots below a data folder and the file that names the current one."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._snapshots = data / "snapshots"
        self._current = data / "current"
        # A version that is opened already, or is being opened, for whoever opens it next.
        self._ahead: tuple[str, Future[Snapshot]] | None = None

    def prepare(self) -> None:
        """Make the data folder; DataFolderUnusable when it cannot be written."""
        make_usable(self._data)

    def current_version(self) -> str:
        """The version that is served; IndexNotBuilt when there is none."""
        try:
            version = self._current.read_text("utf-8").strip()
        except OSError as error:
            raise no_version_in(str(self._data)) from error
        if not _VERSION.fullmatch(version):
            raise SnapshotDamaged(f"{self._current} names no snapshot; {HOW_TO_REBUILD}")
        return version

    def manifest(self, version: str) -> Manifest:
        """Read a snapshot's manifest; SnapshotDamaged or SnapshotMismatch when it cannot be used."""
        try:
            written = (self._snapshots / version / _MANIFEST).read_bytes()
        except OSError as error:
            raise SnapshotDamaged(f"snapshot {version} has no readable manifest; {HOW_TO_REBUILD}") from error
        return manifest_of(version, written)

    def open_ahead(self) -> None:
        """Begin to open the current version in a thread of its own, so that who opens it next waits less or not."""
        try:
            version = self.current_version()
        except IndexingError:
            # Whoever opens it is told.
            return
        beside = ThreadPoolExecutor(1, "ahead")
        self._ahead = version, beside.submit(self._open, version)
        beside.shutdown(wait=False)

    def open(self, version: str) -> Snapshot:
        """Open a snapshot after checking every file against its checksum.

        SnapshotDamaged or SnapshotMismatch when anything differs from the manifest.
        """
        ahead, self._ahead = self._ahead, None
        return ahead[1].result() if ahead and ahead[0] == version else self._open(version)

    def _open(self, version: str) -> Snapshot:
        manifest = self.manifest(version)
        with CheckedFiles(self._snapshots / version, manifest, SERVED) as files:
            return opened(manifest, files)

    def whole(self, version: str) -> Snapshot:
        """All of a snapshot, as `open` gives it."""
        return self.open(version)

    def building(self, patience_s: float) -> AbstractContextManager[None]:
        """Nothing more than the lock on the data folder, which every build takes."""
        return nullcontext()

    def verify(self, version: str) -> None:
        """Ask a snapshot for some of its own passages; SnapshotDamaged when one does not come first."""
        snapshot = self.open(version)
        for row in probed_rows(len(snapshot.passages)):
            (vector,) = snapshot.dense.vectors(np.array([row]))
            ((found,),) = snapshot.dense.nearest(vector[None, :], 1)
            nearest = snapshot.dense.vectors(np.array([found]))[0]
            if float(nearest @ vector) + 1e-4 < float(vector @ vector):
                raise SnapshotDamaged(f"snapshot {version} does not find its own passage in row {row}")
        opened = Future[Snapshot]()
        opened.set_result(snapshot)
        self._ahead = version, opened

    def place_words(self, version: str) -> PlaceWords:
        """The words of a snapshot's places, which builds take over; SnapshotDamaged when they cannot be."""
        with CheckedFiles(self._snapshots / version, self.manifest(version), [WORDS]) as files:
            return PlaceWords.from_bytes(files.content(WORDS))

    def write(
        self,
        contents: Contents,
        recipe: Recipe,
        sources: Sequence[SourceEntry],
        background: Callable[[], Background | None],
    ) -> str:
        """Write a snapshot and give its version; it is not current yet. `background` is asked while files are written.

        Everything is on disk when this returns. Nothing is left behind when it fails: DataFolderUnusable when
        the folder has no room or cannot be written.
        """
        version = new_version()
        aside = self._snapshots / f".{version}.building"
        try:
            aside.mkdir(parents=True)
            with ThreadPoolExecutor(2, "write") as writers:
                files = contents.files()
                written = {name: writers.submit(write_file, aside / name, content) for name, content in files.items()}
                scored = background()
                entries = {name: entry.result() for name, entry in written.items()}
            manifest = contents.manifest(version, self.kept(), recipe, sources, scored, entries)
            write_to_disk(aside / _MANIFEST, manifest.model_dump_json(indent=1).encode())
            sync(aside)
            aside.rename(self._snapshots / version)
            sync(self._snapshots)
        except OSError as error:
            raise DataFolderUnusable(
                f"the snapshot cannot be written below {self._data} ({error.strerror}); "
                "make room or give write access, or name another folder with VINDPLAATS_DATA"
            ) from error
        finally:
            # Nothing is there any more once it has its name.
            shutil.rmtree(aside, ignore_errors=True)
        return version

    def activate(self, version: str) -> None:
        """Make a snapshot the current one, by one atomic rename."""
        aside = self._data / f".{secrets.token_hex(8)}.current"
        try:
            write_to_disk(aside, version.encode() + b"\n")
            aside.replace(self._current)
            sync(self._data)
        except OSError as error:
            raise DataFolderUnusable(f"{self._current} cannot be written ({error.strerror}); make room") from error
        finally:
            aside.unlink(missing_ok=True)

    def prune(self, keep: int) -> None:
        """Remove what builds that died left behind, and all but the current and the `keep` newest other snapshots.

        Only for the process that holds the build lock.
        """
        current = self.current_version()
        for folder in self._snapshots.glob(".*.building"):
            shutil.rmtree(folder, ignore_errors=True)
        stay = spared(current, self.kept(), keep)
        for folder in self._snapshots.iterdir():
            if _VERSION.fullmatch(folder.name) and folder.name not in stay:
                shutil.rmtree(folder, ignore_errors=True)

    def kept(self) -> list[Manifest]:
        """The manifests of all snapshots that this program can read, oldest first."""
        manifests = []
        for folder in self._snapshots.iterdir() if self._snapshots.is_dir() else ():
            if _VERSION.fullmatch(folder.name):
                try:
                    manifests.append(self.manifest(folder.name))
                except (SnapshotDamaged, SnapshotMismatch):
                    continue
        return oldest_first(manifests)

    def roll_back(self) -> Manifest:
        """Make the newest snapshot before the current one current, after verifying it.

        IndexNotBuilt when none is kept; SnapshotDamaged when it cannot be served.
        """
        earlier = before(self.current_version(), self.kept(), str(self._data))
        self.open(earlier.version)
        self.activate(earlier.version)
        return earlier
