"""Let the k-th write, fsync or rename fail, once or from then on: `PYTHONPATH=.:tests python tests/failing_calls.py`.

Does so for every k of adding a document, building, removing, bringing back and building again (SQLite's method), and
looks after each whether anything was lost.
"""

import errno
import io
import itertools
import json
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from fake_encoder import CountingEncoder

from corpus.confined import ConfinedReader
from corpus.library import Library
from corpus.readers import read_document
from index.build import build, differences
from index.errors import DataFolderUnusable, IndexNotBuilt
from index.search import Searcher
from index.snapshot import SnapshotFolder

WORDS = ("drones", "software", "fietsen")
_CALLS = ("fsync", "replace", "rename", "link", "mkdir", "truncate")


class Faults:
    """Counts the calls that change the disk and fails the one numbered `at`, from 1, and those after it if so wanted."""

    def __init__(self, at: int, code: int, for_ever: bool) -> None:
        self.calls = self.failed = 0
        self._at, self._code, self._for_ever = at, code, for_ever
        # A snapshot's files are written side by side.
        self._mutex = threading.Lock()

    def meet(self) -> None:
        """Count a call; OSError when it is to fail."""
        with self._mutex:
            self.calls += 1
            if self.calls == self._at or (self._for_ever and self.calls > self._at):
                self.failed += 1
                raise OSError(self._code, os.strerror(self._code))


class _File:
    """An open file of which a write may end half way."""

    def __init__(self, file: io.IOBase, faults: Faults) -> None:
        self._file, self._faults = file, faults

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)

    def __enter__(self) -> "_File":
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()

    def write(self, data: bytes | str) -> int:
        try:
            self._faults.meet()
        except OSError:
            self._file.write(data[: len(data) // 2])
            self._file.flush()
            raise
        return self._file.write(data)


@contextmanager
def failing(at: int, code: int = errno.ENOSPC, for_ever: bool = False) -> Iterator[Faults]:
    """Let the call numbered `at` fail in what runs here."""
    faults = Faults(at, code, for_ever)
    opened = io.open

    def open_counted(file: object, mode: str = "r", *arguments: object, **named: object) -> object:
        if not set(mode) & set("wxa+"):
            return opened(file, mode, *arguments, **named)
        faults.meet()
        return _File(opened(file, mode, *arguments, **named), faults)

    def counted(real: Callable) -> Callable:
        def call(*arguments: object, **named: object) -> object:
            faults.meet()
            return real(*arguments, **named)

        return call

    with mock.patch.object(io, "open", open_counted):
        patches = [mock.patch.object(os, name, counted(getattr(os, name))) for name in _CALLS]
        for patch in patches:
            patch.start()
        try:
            yield faults
        finally:
            for patch in patches:
                patch.stop()


def read_here(reader: ConfinedReader, path: Path, companion: Path | None = None, *, name: str | None = None) -> object:
    """Read in this process, which is faster; how reading in another fails is tested elsewhere."""
    return read_document(path, companion, name=name)


class Collection:
    """A collection of two documents of which one is added, one removed and brought back, all in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder / "documents", folder / "var"
        self.folder.mkdir()
        self.library = Library(self.folder)
        self.new = folder / "nieuw.txt"
        self.new.write_text("Een alinea over drones.\n\nEen alinea over software.\n")
        (self.folder / "eerste.txt").write_text("Een alinea over fietsen.\n")
        self.build()

    def build(self) -> None:
        """Bring the index up to date."""
        build(self.library, CountingEncoder(WORDS), self.data, kept=1)

    def change(self) -> None:
        """What may fail at every call."""
        self.library.add(self.new)
        self.build()
        removal = self.library.remove(["eerste.txt"])
        self.build()
        self.library.restore(removal)
        self.build()

    def check(self, *, may_build: bool) -> None:
        """Every file is whole, the current index serves, and it becomes what the files say."""
        here = {path.name: path.read_text() for path in self.folder.glob("[!.]*")}
        kept = {path.name: path.read_text() for path in self.folder.glob(".trash/*/*")}
        assert (here | kept)["eerste.txt"] == "Een alinea over fietsen.\n", "a document was lost"
        assert here.get("nieuw.txt", self.new.read_text()) == self.new.read_text(), "half a document was added"
        assert (here | kept).keys() <= {"eerste.txt", "nieuw.txt"}
        folder = SnapshotFolder(self.data)
        serves = folder.open(folder.current_version())
        assert Searcher(serves, CountingEncoder(WORDS)).ask("fietsen drones").hits, "the index does not answer"
        if may_build:
            self.build()
            manifest = folder.manifest(folder.current_version())
            assert differences(manifest, self.library.sources()) == [] and manifest.skipped == ()
            assert manifest.documents == len(here)
            assert not list((self.data / "snapshots").glob(".*")), "something was left behind"
            folder.open(folder.current_version())


def fail_at(at: int, code: int, for_ever: bool) -> bool:
    """Change a collection with this fault, look what is left, mend it and look again. Gives whether the fault was met."""
    with tempfile.TemporaryDirectory() as scratch, mock.patch.object(ConfinedReader, "read", read_here):
        collection = Collection(Path(scratch))
        with failing(at, code, for_ever) as faults:
            try:
                collection.change()
                told = False
            except (DataFolderUnusable, IndexNotBuilt, OSError):
                told = True
        assert told or not for_ever or not faults.failed, "what could not be written was told as done"
        collection.check(may_build=False)
        collection.check(may_build=True)
        return faults.failed > 0


def sweep(step: int = 1, start: int = 1) -> dict[str, int]:
    """Every `step`-th call, once and for ever, without room and with a broken disk."""
    tally = {"faults": 0}
    for code, for_ever in itertools.product((errno.ENOSPC, errno.EIO), (False, True)):
        at = start
        while fail_at(at, code, for_ever):
            tally["faults"] += 1
            at += step
        tally["calls"] = max(tally.get("calls", 0), at - step)
    return tally


if __name__ == "__main__":
    print(json.dumps(sweep(int(sys.argv[1]) if len(sys.argv) > 1 else 1)))
