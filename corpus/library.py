"""The folder of source documents: what is in it, and how files get in and out."""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.document import Document
from corpus.errors import DocumentError, UnreadableDocument
from corpus.readers import read_document


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file in the library; `name` is its path within the folder, with forward slashes."""

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that gives no document, and why, in a sentence for the keeper."""

    file: str
    reason: str


class Library:
    """A folder of source documents. Hidden files and links are no documents."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sources(self) -> list[SourceFile]:
        """The source files, ordered by name; none when the folder does not exist. OSError when one cannot be read."""
        files = (path for path in self.folder.rglob("*") if path.is_file() and not path.is_symlink())
        named = ((path.relative_to(self.folder), path) for path in files)
        visible = sorted(
            (relative.as_posix(), path)
            for relative, path in named
            if not any(part.startswith(".") for part in relative.parts)
        )
        return [SourceFile(name, path, _sha256(path)) for name, path in visible]

    def add(self, source: Path) -> Path:
        """Copy a file into the folder, whole or not at all, and give its place there.

        DocumentError when it cannot be read as a document; FileExistsError when another file has its name.
        The same file again changes nothing.
        """
        read_document(source)
        data = source.read_bytes()
        target = self.folder / source.name
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / f".{secrets.token_hex(8)}.adding"
        try:
            with aside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            # A hard link fails when the name is taken, where a rename would overwrite.
            os.link(aside, target)
        except FileExistsError:
            if target.read_bytes() != data:
                raise FileExistsError(
                    f"{source.name} is already in {self.folder} with other contents; "
                    "rename the new file, or remove the old one first"
                ) from None
        finally:
            aside.unlink(missing_ok=True)
        return target


def read_sources(
    sources: list[SourceFile], on_read: Callable[[str], None] | None = None
) -> Iterator[Document | Skipped]:
    """Read source files one by one, in order; a file that gives no document gives the reason instead.

    Of two files with one document id the first is read and the other skipped. `on_read` hears each file's name.
    """
    taken: dict[str, str] = {}
    for source in sources:
        try:
            document = read_document(source.path)
            if document.source_sha256 != source.sha256:
                raise UnreadableDocument(f"{source.name} changed while it was read; build the index again")
        except DocumentError as error:
            yield Skipped(source.name, str(error))
        except OSError as error:
            yield Skipped(source.name, f"{source.name} cannot be opened ({error.strerror}); check the file")
        else:
            other = taken.setdefault(document.id, source.name)
            if other == source.name:
                yield replace(document, source_name=source.name)
            else:
                yield Skipped(source.name, f"{source.name} is the same document as {other} ({document.id})")
        if on_read:
            on_read(source.name)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
