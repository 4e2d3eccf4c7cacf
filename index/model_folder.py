"""A model's folder in the user's cache folder: made once, whole or not at all, and recognised by its contents."""

import hashlib
import json
import mmap
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.durable import sync
from index.errors import ModelUnavailable

CHECKSUMS_FILE = "checksums.json"

_LOCK_SECONDS = 600.0
_MAKING = ".making-"

Progress = Callable[[str], None]


def make_once(folder: Path, write: Callable[[Path], None], bytes_needed: int, progress: Progress) -> Path:
    """Return a folder of the cache, letting `write` fill it first when it is missing or damaged.

    Every file is hashed on each call. A file that `write` did not write counts as damage, so keep exports elsewhere.
    Of processes that start together one makes the folder and the others wait for it. ModelUnavailable when it is
    not there and cannot be made.
    """
    if is_whole(folder):
        return folder
    cache = folder.parent
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _one_process_at_a_time(cache, progress):
            if not is_whole(folder):
                _remove_remains(folder)
                _make(folder, write, bytes_needed, progress)
    except OSError as error:
        raise ModelUnavailable(
            f"The model cannot be written to the cache folder {cache}: {reason_of(error)}. "
            f"Make that folder writable, with about {_gigabytes(bytes_needed)} free, or name another one in "
            "XDG_CACHE_HOME."
        ) from error
    return folder


def folder_fingerprint(folder: Path) -> str:
    """SHA-256 over the names and contents of a model folder's files; equal fingerprints mean equal models.

    Leaves out the record that `make_once` keeps of its own checksums.
    ModelUnavailable when the folder holds no files or one cannot be read.
    """
    try:
        checksums = _hash_files(folder)
    except OSError as error:
        raise ModelUnavailable(f"The model folder {folder} cannot be read: {reason_of(error)}.") from error
    if not checksums:
        raise ModelUnavailable(f"There is no model in {folder}: name a folder that holds one.")
    return _fingerprint(checksums)


def recorded_fingerprint(folder: Path) -> str:
    """The fingerprint of a folder that `make_once` has just returned, without hashing its files again."""
    return _fingerprint(json.loads((folder / CHECKSUMS_FILE).read_bytes()))


def is_whole(folder: Path) -> bool:
    """Whether the folder holds exactly the files that were made, unchanged."""
    try:
        recorded = json.loads((folder / CHECKSUMS_FILE).read_bytes())
        return bool(recorded and recorded == _hash_files(folder))
    except (OSError, ValueError):
        return False


def write_json(path: Path, content: object) -> None:
    """Write a value as a JSON file that a person can read."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def reason_of(error: Exception) -> object:
    """What an error says to a user, without its number."""
    return getattr(error, "strerror", None) or error


@contextmanager
def _one_process_at_a_time(cache: Path, progress: Progress) -> Iterator[None]:
    lock = FileLock(cache / "making.lock", mode=0o600)
    with suppress(Timeout):
        lock.acquire(timeout=0)
    if not lock.is_locked:
        progress("Another process is preparing the model; waiting for it")
        try:
            lock.acquire(timeout=_LOCK_SECONDS)
        except Timeout as error:
            raise ModelUnavailable(
                f"Another process has held {lock.lock_file} for {_LOCK_SECONDS / 60:.0f} minutes: "
                "end that process and try again."
            ) from error
    try:
        yield
    finally:
        lock.release()


def _remove_remains(folder: Path) -> None:
    """Remove a damaged folder and whatever cut-off attempts left behind; only for who holds the lock."""
    if os.path.lexists(folder):
        # Renamed first, so that no process ever sees half of it under the good name.
        folder.rename(Path(tempfile.mkdtemp(prefix=_MAKING, dir=folder.parent)) / "damaged")
    for remains in folder.parent.glob(f"{_MAKING}*"):
        shutil.rmtree(remains)


def _make(folder: Path, write: Callable[[Path], None], bytes_needed: int, progress: Progress) -> None:
    free = shutil.disk_usage(folder.parent).free
    if free < bytes_needed:
        raise ModelUnavailable(
            f"The model needs about {_gigabytes(bytes_needed)} free in the cache folder {folder.parent}, which has "
            f"{free / 1e9:.2f} GB: make room, or name another folder in XDG_CACHE_HOME."
        )
    progress(f"Preparing the model, once, in {folder}")
    making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=folder.parent))
    try:
        write(making)
        for path in making.rglob("*"):
            sync(path)
        checksums = making / CHECKSUMS_FILE
        write_json(checksums, _hash_files(making))
        sync(checksums)
        sync(making)
        making.rename(folder)
        sync(folder.parent)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    progress("The model is ready")


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1g} GB"


def _fingerprint(checksums: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(checksums, sort_keys=True).encode()).hexdigest()


def _hash_files(folder: Path) -> dict[str, str]:
    """SHA-256 of every file, by its name relative to the folder; without the record of checksums itself."""
    checksums = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != CHECKSUMS_FILE:
            checksums[name] = _sha256(path)
    return checksums


def _sha256(path: Path) -> str:
    if not path.stat().st_size:
        return hashlib.sha256().hexdigest()
    # All at once: between two pieces it would wait for what is imported meanwhile in another thread.
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return hashlib.sha256(whole).hexdigest()
