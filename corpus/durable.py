"""Writing that is on disk when it returns: what a power cut must not undo."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file to write, all of which is on disk when the context ends; FileExistsError when it is there already."""
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def write_to_disk(path: Path, data: bytes) -> None:
    """Write a new file; FileExistsError when it is there already."""
    with new_file(path) as file:
        file.write(data)


def sync(path: Path) -> None:
    """Make a file's contents, or the names in a folder, last: a new file's name is in its folder, not in the file."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
