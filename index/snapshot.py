"""One built index on disk: written aside, verified, made current by one atomic rename, and never changed.

<data>/snapshots/<version>/manifest.json     what the snapshot is, and the checksum of every other file
                           ...               what `index/snapshot_contents.py` lists
<data>/current                               the version that is served
"""

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np

from corpus.durable import sync, write_to_disk
from index.errors import DataFolderUnusable, IndexNotBuilt, SnapshotDamaged, SnapshotMismatch
from index.manifest import FORMAT, HOW_TO_REBUILD, Background, FileEntry, Manifest, Recipe, SourceEntry
from index.place_words import PlaceWords
from index.snapshot_contents import READ, VECTORS, WORDS, Contents, Snapshot, new_version, opened, probed_rows

_VERSION = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_MANIFEST = "manifest.json"


class SnapshotFolder:
    """The snapshots below a data folder and the file that names the current one."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._snapshots = data / "snapshots"
        self._current = data / "current"

    def prepare(self) -> None:
        """Make the data folder; DataFolderUnusable when it cannot be written."""
        try:
            self._snapshots.mkdir(parents=True, exist_ok=True)
            probe = self._data / f".{secrets.token_hex(8)}.probe"
            probe.touch(exist_ok=False)
            probe.unlink()
        except OSError as error:
            raise DataFolderUnusable(
                f"the data folder {self._data} cannot be written ({error.strerror}); "
                "give this user write access, or name another folder with VINDPLAATS_DATA"
            ) from error

    def current_version(self) -> str:
        """The version that is served; IndexNotBuilt when there is none."""
        try:
            version = self._current.read_text("utf-8").strip()
        except OSError as error:
            raise IndexNotBuilt(f"there is no index in {self._data} yet; run scripts/build_index.py") from error
        if not _VERSION.fullmatch(version):
            raise SnapshotDamaged(f"{self._current} names no snapshot; {HOW_TO_REBUILD}")
        return version

    def manifest(self, version: str) -> Manifest:
        """Read a snapshot's manifest; SnapshotDamaged or SnapshotMismatch when it cannot be used."""
        path = self._snapshots / version / _MANIFEST
        try:
            raw = json.loads(path.read_bytes())
            found = raw.get("format") if isinstance(raw, dict) else None
            if found != FORMAT:
                raise SnapshotMismatch(
                    f"snapshot {version} has format {found}, this program reads format {FORMAT}; {HOW_TO_REBUILD}"
                )
            manifest = Manifest.model_validate_json(path.read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise SnapshotDamaged(f"snapshot {version} has no readable manifest; {HOW_TO_REBUILD}") from error
        if manifest.version != version:
            raise SnapshotDamaged(f"snapshot {version} holds the manifest of {manifest.version}; {HOW_TO_REBUILD}")
        return manifest

    def open(self, version: str) -> Snapshot:
        """Open a snapshot after checking every file against its checksum.

        SnapshotDamaged or SnapshotMismatch when anything differs from the manifest.
        """
        manifest = self.manifest(version)
        names = [name for name in READ if name in manifest.files]
        # A million vectors take seconds to check: on another core, while documents are made of what was read.
        with ThreadPoolExecutor(2, "check") as beside:
            vectors = beside.submit(self._checked, version, VECTORS, manifest)
            files = dict(
                zip(names, beside.map(lambda name: self._verified(version, name, manifest), names), strict=True)
            )
            return opened(manifest, vectors.result, files)

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

    def place_words(self, version: str) -> PlaceWords:
        """The words of a snapshot's places, which builds take over; SnapshotDamaged when they cannot be."""
        return PlaceWords.from_bytes(self._verified(version, WORDS, self.manifest(version)))

    def write(
        self, contents: Contents, recipe: Recipe, sources: Sequence[SourceEntry], background: Background | None
    ) -> str:
        """Write a snapshot and give its version; it is not current yet.

        Everything is on disk when this returns. Nothing is left behind when it fails: DataFolderUnusable when
        the folder has no room or cannot be written.
        """
        files = contents.files()
        version = new_version()
        entries = {name: FileEntry(size=len(data), sha256=_sha256(data)) for name, data in files.items()}
        manifest = contents.manifest(version, self.kept(), recipe, sources, background, entries)
        aside = self._snapshots / f".{version}.building"
        try:
            aside.mkdir(parents=True)
            for name, data in files.items():
                write_to_disk(aside / name, data)
            write_to_disk(aside / _MANIFEST, manifest.model_dump_json(indent=1).encode())
            sync(aside)
            aside.rename(self._snapshots / version)
            sync(self._snapshots)
        except OSError as error:
            shutil.rmtree(aside, ignore_errors=True)
            raise DataFolderUnusable(
                f"the snapshot cannot be written below {self._data} ({error.strerror}); "
                "make room or give write access, or name another folder with VINDPLAATS_DATA"
            ) from error
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
        readable = self.kept()
        others = [manifest.version for manifest in readable if manifest.version != current]
        known = {current, *(manifest.version for manifest in readable)}
        damaged = [p.name for p in self._snapshots.iterdir() if p.name not in known and _VERSION.fullmatch(p.name)]
        for version in [*damaged, *others[: max(0, len(others) - keep)]]:
            shutil.rmtree(self._snapshots / version, ignore_errors=True)

    def kept(self) -> list[Manifest]:
        """The manifests of all snapshots that this program can read, oldest first."""
        manifests = []
        for folder in self._snapshots.iterdir() if self._snapshots.is_dir() else ():
            if _VERSION.fullmatch(folder.name):
                try:
                    manifests.append(self.manifest(folder.name))
                except (SnapshotDamaged, SnapshotMismatch):
                    continue
        return sorted(manifests, key=lambda manifest: (manifest.sequence, manifest.version))

    def roll_back(self) -> Manifest:
        """Make the newest snapshot before the current one current, after verifying it.

        IndexNotBuilt when none is kept; SnapshotDamaged when it cannot be served.
        """
        current = self.current_version()
        kept = self.kept()
        sequence = next((manifest.sequence for manifest in kept if manifest.version == current), None)
        earlier = [manifest for manifest in kept if sequence is None or manifest.sequence < sequence]
        earlier = [manifest for manifest in earlier if manifest.version != current]
        if not earlier:
            raise IndexNotBuilt(f"no snapshot before {current} is kept in {self._data}; nothing was changed")
        self.open(earlier[-1].version)
        self.activate(earlier[-1].version)
        return earlier[-1]

    def _verified(self, version: str, name: str, manifest: Manifest) -> bytes:
        """What a file of a snapshot holds; SnapshotDamaged when that is not what the manifest states."""
        try:
            data = (self._snapshots / version / name).read_bytes()
        except OSError as error:
            raise _lacking(version, name) from error
        if manifest.files.get(name) != FileEntry(size=len(data), sha256=_sha256(data)):
            raise _damaged(version, name)
        return data

    def _checked(self, version: str, name: str, manifest: Manifest) -> Path:
        """The path of a file that holds what the manifest states, without having it in memory; else SnapshotDamaged."""
        path = self._snapshots / version / name
        try:
            with path.open("rb") as file:
                found = FileEntry(size=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())
        except OSError as error:
            raise _lacking(version, name) from error
        if manifest.files.get(name) != found:
            raise _damaged(version, name)
        return path


def _lacking(version: str, name: str) -> SnapshotDamaged:
    return SnapshotDamaged(f"snapshot {version} lacks {name}; {HOW_TO_REBUILD}")


def _damaged(version: str, name: str) -> SnapshotDamaged:
    return SnapshotDamaged(f"{name} of snapshot {version} is damaged: its checksum differs; {HOW_TO_REBUILD}")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
