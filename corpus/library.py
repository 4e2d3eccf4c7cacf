"""The folder of source documents: what is in it, and how files get in and out."""

import hashlib
import os
import re
import secrets
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from corpus.confined import ConfinedReader
from corpus.document import FORMATS, Document, Format
from corpus.durable import sync, write_to_disk
from corpus.errors import DocumentError, UnreadableDocument

_METADATA = "metadata.xml"
_TRASH = ".trash"
_REMOVAL = re.compile(r"[0-9a-f]{16}")
_ENDINGS: dict[Format, str] = {
    "xml": "xml",
    "html": "html",
    "docx": "docx",
    "odt": "odt",
    "rtf": "rtf",
    "markdown": "md",
    "pdf": "pdf",
    "text": "txt",
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file in the library; `name` is its path within the folder, with forward slashes.

    `companion` is the metadata file that belongs to it.
    """

    name: str
    path: Path
    sha256: str
    companion: "SourceFile | None" = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that gives no document, and why, in a sentence for the keeper."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Added:
    """A file that was added: its document, its place, and whether it was not there before."""

    document: Document
    path: Path
    is_new: bool


@dataclass(frozen=True, slots=True)
class Readings:
    """What a library's files gave: documents by id, files that were skipped, and the id that each other file is of."""

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]
    document_ids: dict[str, str]


class Library:
    """A folder of source documents. Hidden files and links are no documents."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sources(self) -> list[SourceFile]:
        """The source files, ordered by name; none when the folder does not exist. OSError when one cannot be read."""
        paths = {name: path for name, path in self._files().items() if not _is_metadata(name)}
        return [
            SourceFile(name, path, _sha256(path), self._companion(name, paths)) for name, path in sorted(paths.items())
        ]

    def add(self, source: Path, name: str | None = None) -> Added:
        """Copy a file into the folder, whole or not at all; it is on disk when this returns.

        It gets a name made from its document's id and format, whatever `name` it came with (by default the
        file's own), so that no name can lead out of the folder. DocumentError when it cannot be read as a document;
        FileExistsError when the folder holds that document in that format with other contents. The same file
        again changes nothing.
        """
        with ConfinedReader() as reader:
            document = reader.read(source, name=name or source.name)
        data = source.read_bytes()
        if hashlib.sha256(data).hexdigest() != document.source_sha256:
            raise UnreadableDocument(f"{name or source.name} changed while it was added; add it again")
        target = self.folder / f"{document.id}.{_ENDINGS[document.format]}"
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / f".{secrets.token_hex(8)}.adding"
        try:
            write_to_disk(aside, data)
            # A hard link fails when the name is taken, where a rename would overwrite.
            os.link(aside, target)
            is_new = True
        except FileExistsError:
            if target.read_bytes() != data:
                raise FileExistsError(
                    f"{document.id} is already here as {target.name}, with other contents; remove that first"
                ) from None
            is_new = False
        finally:
            aside.unlink(missing_ok=True)
        sync(self.folder)
        return Added(replace(document, source_name=target.name), target, is_new)

    def add_bytes(self, data: bytes, name: str, incoming: Path) -> Added:
        """Add a file that came with its bytes, through a private file in the folder `incoming`; like `add`."""
        incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = incoming / secrets.token_hex(8)
        try:
            write_to_disk(aside, data)
            return self.add(aside, name or "document")
        finally:
            aside.unlink(missing_ok=True)

    def remove(self, names: Sequence[str]) -> str:
        """Move files to the trash folder and give the name under which `restore` brings them back.

        FileNotFoundError when none of them is here.
        """
        present = {name: path for name, path in self._files().items() if name in set(names)}
        if not present:
            raise FileNotFoundError(f"none of {', '.join(names)} is in the library")
        removal = secrets.token_hex(8)
        for name, path in present.items():
            place = self.folder / _TRASH / removal / name
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)
        sync(self.folder)
        return removal

    def restore(self, removal: str) -> list[str]:
        """Bring back what one removal moved to the trash, and give the files' names.

        FileNotFoundError when there is no such removal; FileExistsError when a file with such a name came since.
        """
        trash = self.folder / _TRASH / removal
        if not _REMOVAL.fullmatch(removal) or not trash.is_dir():
            raise FileNotFoundError(f"there is no removal {removal} in the trash")
        places = {path.relative_to(trash).as_posix(): path for path in trash.rglob("*") if path.is_file()}
        taken = sorted(name for name in places if (self.folder / name).exists())
        if taken:
            raise FileExistsError(f"{', '.join(taken)} came back by another way; remove it first")
        for name, path in places.items():
            target = self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        shutil.rmtree(trash, ignore_errors=True)
        sync(self.folder)
        return sorted(places)

    def _files(self) -> dict[str, Path]:
        found = {}
        # Half of the time that pathlib would take, of which a start of a service on thousands of files has to wait.
        for folder, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                path = os.path.join(folder, name)
                if not name.startswith(".") and os.path.isfile(path) and not os.path.islink(path):
                    found[Path(path).relative_to(self.folder).as_posix()] = Path(path)
        return found

    def _companion(self, name: str, documents: dict[str, Path]) -> SourceFile | None:
        """The metadata file of a source: named after it, in a folder named after it, or alone with it in its folder."""
        own = PurePosixPath(name)
        if own.suffix.lower() != ".xml":
            return None
        places = [own.with_name(f"{own.stem}{joint}{_METADATA}") for joint in (".", "-", "_")]
        places.append(own.with_suffix("") / _METADATA)
        alone = [other for other in documents if PurePosixPath(other).parent == own.parent and other.endswith(".xml")]
        if len(alone) == 1:
            places.append(own.with_name(_METADATA))
        for place in places:
            path = self.folder / place
            if path.is_file() and not path.is_symlink():
                return SourceFile(place.as_posix(), path, _sha256(path))
        return None


def read_sources(
    sources: Sequence[SourceFile],
    known: Iterable[Document] = (),
    on_read: Callable[[int], None] | None = None,
    reader: ConfinedReader | None = None,
) -> Readings:
    """Read source files by `reader`, when None by one that ends with it; `on_read` hears how many are done.

    A file whose contents a `known` document was read from is not read again, whatever its name is now.

    Of files with one document id the one in the best format is read, the others are its twins; a second file in the
    same format is skipped. A file that gives no document is skipped with its reason.
    """
    read_before = {(document.source_sha256, document.metadata_sha256): document for document in known}
    skipped: list[Skipped] = []
    versions: defaultdict[str, list[Document]] = defaultdict(list)
    with nullcontext(reader) if reader else ConfinedReader() as reader:
        for done, source in enumerate(sources, start=1):
            try:
                document = _known(source, read_before) or _read(reader, source)
                versions[document.id].append(document)
            except DocumentError as error:
                skipped.append(Skipped(source.name, str(error)))
            except OSError as error:
                reason = f"{source.name} cannot be opened ({error.strerror}); check the file"
                skipped.append(Skipped(source.name, reason))
            if on_read:
                on_read(done)
    documents, doubles = _settle_twins(versions)
    names = {document.source_name: document.id for document in documents}
    names |= {twin: document.id for document in documents for twin in document.twins}
    names |= {
        source.companion.name: names[source.name] for source in sources if source.companion and source.name in names
    }
    return Readings(tuple(documents), tuple(sorted(skipped + doubles, key=lambda skip: skip.file)), names)


def _known(source: SourceFile, read_before: dict[tuple[str, str], Document]) -> Document | None:
    metadata_sha256 = source.companion.sha256 if source.companion else ""
    document = read_before.get((source.sha256, metadata_sha256))
    # An id that comes from the file's name is no longer right under another name.
    if document is None or (document.source_name != source.name and not document.identity.is_kamerstuk):
        return None
    return replace(document, source_name=source.name, twins=())


def _read(reader: ConfinedReader, source: SourceFile) -> Document:
    document = reader.read(source.path, source.companion.path if source.companion else None)
    if (document.source_sha256, document.metadata_sha256) != (
        source.sha256,
        source.companion.sha256 if source.companion else "",
    ):
        raise UnreadableDocument(f"{source.name} changed while it was read; build the index again")
    return replace(document, source_name=source.name)


def _settle_twins(versions: dict[str, list[Document]]) -> tuple[list[Document], list[Skipped]]:
    """One document an id, ordered by id: the best version, with the names of those in other formats."""
    documents, doubles = [], []
    for document_id in sorted(versions):
        best, *others = sorted(versions[document_id], key=lambda version: FORMATS.index(version.format))
        twins = [other.source_name for other in others if other.format != best.format]
        doubles += [
            Skipped(
                other.source_name,
                f"{other.source_name} is the same document as {best.source_name} ({document_id}); remove one of them",
            )
            for other in others
            if other.format == best.format
        ]
        documents.append(replace(best, twins=tuple(twins)))
    return documents, doubles


def _is_metadata(name: str) -> bool:
    return PurePosixPath(name).name.lower().endswith(_METADATA)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
