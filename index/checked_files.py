"""The files of a version on disk: written with checksums, and opened only when these are right."""

import hashlib
import mmap
import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import IO

from corpus.durable import new_file
from index.columns import Buffer
from index.errors import SnapshotDamaged
from index.manifest import HOW_TO_REBUILD, FileEntry, Manifest

# A million vectors are two gigabytes: in parts, several cores share them.
_PART_BYTES = 64 * 1024 * 1024
_THREADS = 2


# Writes what a file is to hold, by any number of calls of a function that takes its bytes, in order.
Content = Callable[[Callable[[bytes], int]], object]


def write_file(path: Path, content: Content) -> FileEntry:
    """Write a file to disk, in pieces as they are made, and give its entry in the manifest."""
    with new_file(path) as file:
        writer = _Writer(file)
        content(writer.write)
    return writer.entry()


class _Writer:
    """Writes into a file, and finds the checksums of its parts on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._size = file, 0
        self._parts: list[str] = []
        self._part = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write some bytes, and give how many."""
        self._file.write(data)
        rest = memoryview(data)
        while rest:
            room = _PART_BYTES - self._size % _PART_BYTES
            self._part.update(rest[:room])
            self._size += len(rest[:room])
            rest = rest[room:]
            if self._size % _PART_BYTES == 0:
                self._end_part()
        return len(data)

    def entry(self) -> FileEntry:
        """What was written."""
        if self._size % _PART_BYTES:
            self._end_part()
        return FileEntry(size=self._size, sha256=tuple(self._parts))

    def _end_part(self) -> None:
        self._parts.append(self._part.hexdigest())
        self._part = hashlib.sha256()


class CheckedFiles:
    """Files of one version, each of which can be had once it is what the manifest says, checked in the order given.

    Use it in a `with` statement, which ends the threads that check them.
    """

    def __init__(self, folder: Path, manifest: Manifest, names: Iterable[str]) -> None:
        self._folder, self._manifest = folder, manifest
        self._threads = ThreadPoolExecutor(_THREADS, "check")
        self._parts: dict[str, list[Future[str]]] = {
            name: [
                self._threads.submit(_sha256_of_part, folder / name, number)
                for number in range(len(manifest.files[name].sha256))
            ]
            for name in names
            if name in manifest.files
        }

    def __enter__(self) -> "CheckedFiles":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Once one is damaged the others need not be looked at.
        self._threads.shutdown(wait=True, cancel_futures=error is not None)

    def path(self, name: str) -> Path:
        """The path of a file that holds what the manifest states; else SnapshotDamaged."""
        path = self._folder / name
        try:
            size = path.stat().st_size
            sha256 = tuple(part.result() for part in self._parts[name])
        except (OSError, KeyError) as error:
            raise self._lacking(name) from error
        if self._manifest.files[name] != FileEntry(size=size, sha256=sha256):
            raise SnapshotDamaged(
                f"{name} of snapshot {self._manifest.version} is damaged: its checksum differs; {HOW_TO_REBUILD}"
            )
        return path

    def content(self, name: str) -> Buffer:
        """What a file holds, memory-mapped; SnapshotDamaged when that is not what the manifest states."""
        path = self.path(name)
        try:
            with path.open("rb") as file:
                # What is empty cannot be mapped.
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""
        except OSError as error:
            raise self._lacking(name) from error

    def _lacking(self, name: str) -> SnapshotDamaged:
        return SnapshotDamaged(f"snapshot {self._manifest.version} lacks {name}; {HOW_TO_REBUILD}")


def _sha256_of_part(path: Path, number: int) -> str:
    start = number * _PART_BYTES
    with path.open("rb") as file:
        length = min(_PART_BYTES, os.fstat(file.fileno()).st_size - start)
        if length <= 0:
            return ""
        # Mapped for a moment: to copy what is read takes a tenth longer, to map it all would count as memory.
        with mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ, offset=start) as part:
            return hashlib.sha256(part).hexdigest()
