"""Writing that is on disk when it returns: what a power cut must not undo."""

import os
from pathlib import Path


def write_to_disk(path: Path, data: bytes | memoryview) -> None:
    """Write a new file; FileExistsError when it is there already."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Make a file's contents, or the names in a folder, last: a new file's name is in its folder, not in the file."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
