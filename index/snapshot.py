"""One built index on disk: written aside, verified, made current by one atomic rename, and never changed.

<data>/snapshots/<version>/manifest.json     what the snapshot is, and the checksum of every other file
                           vectors.faiss     embeddings, one row a passage
                           passages.jsonl    passages by row
                           documents.jsonl   documents, as answers quote them
                           lexical.npz       words, and the places where they stand
<data>/current                               the version that is served
"""

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from corpus.citation import Place
from corpus.document import READERS, Document
from corpus.durable import sync, write_to_disk
from index.dense import DenseIndex
from index.encoder import Encoder
from index.errors import DataFolderUnusable, IndexNotBuilt, SnapshotDamaged, SnapshotMismatch
from index.lexical import LexicalIndex
from index.passages import SPLITTER, Grain, Passage, Span, texts_by_place

# Raised whenever the files' form changes; a snapshot of another form is refused and rebuilt.
FORMAT = 3

HOW_TO_REBUILD = "run scripts/build_index.py to build it anew"

_VERSION = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_VECTORS, _PASSAGES, _DOCUMENTS, _MANIFEST = "vectors.faiss", "passages.jsonl", "documents.jsonl", "manifest.json"
_LEXICAL = "lexical.npz"


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FileEntry(_Stored):
    """A file of the snapshot: size in bytes, checksum."""

    size: int
    sha256: str


class SourceEntry(_Stored):
    """A source file that the snapshot was built from, and the document it is of; `reason` tells why it was skipped."""

    name: str
    sha256: str
    document_id: str | None
    reason: str | None = None


class Background(_Stored):
    """How well questions that nothing here answers score: mean and standard deviation of their best score."""

    mean: float
    deviation: float


class Recipe(_Stored):
    """What decides what is found besides the files themselves; another recipe means another index."""

    model: str
    fingerprint: str
    dim: int
    splitter: str
    readers: str


def recipe_of(encoder: Encoder) -> Recipe:
    """The recipe that this program follows with this encoder."""
    return Recipe(
        model=encoder.name, fingerprint=encoder.fingerprint, dim=encoder.dim, splitter=SPLITTER, readers=READERS
    )


class Manifest(_Stored):
    """What a snapshot is. `built_at` is in UTC, as ISO 8601.

    `sequence` grows by one a build: a clock that is set back must not make an old snapshot the newest.
    """

    format: int
    version: str
    sequence: int
    built_at: str
    recipe: Recipe
    documents: int
    paragraphs: int
    passages: int
    background: Background | None
    sources: tuple[SourceEntry, ...]
    files: dict[str, FileEntry]

    @property
    def skipped(self) -> tuple[SourceEntry, ...]:
        """The source files that gave no document."""
        return tuple(source for source in self.sources if source.reason is not None)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An opened snapshot.

    `passages[row]` belongs to row `row` of `dense`, `places[number]` to text `number` of `lexical`.
    """

    manifest: Manifest
    documents: dict[str, Document]
    passages: tuple[Passage, ...]
    places: tuple[Place, ...]
    dense: DenseIndex
    lexical: LexicalIndex


_document_form = TypeAdapter(Document)


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
        contents = {
            name: self._verified(version, name, manifest) for name in (_VECTORS, _PASSAGES, _DOCUMENTS, _LEXICAL)
        }
        try:
            documents = [_document_form.validate_json(line) for line in contents[_DOCUMENTS].splitlines()]
            passages = tuple(_read_passages(contents[_PASSAGES], {document.id: document for document in documents}))
        except (ValidationError, KeyError, TypeError, ValueError) as error:
            raise SnapshotDamaged(f"snapshot {version} cannot be read ({error}); {HOW_TO_REBUILD}") from error
        dense = DenseIndex.from_bytes(contents[_VECTORS])
        lexical = LexicalIndex.from_bytes(contents[_LEXICAL])
        places = tuple(texts_by_place(documents))
        counted = (len(documents), sum(len(document.paragraphs) for document in documents), len(passages))
        if counted != (manifest.documents, manifest.paragraphs, manifest.passages) or (
            dense.rows != len(passages) or lexical.places != len(places)
        ):
            raise SnapshotDamaged(f"snapshot {version} holds other counts than its manifest states; {HOW_TO_REBUILD}")
        if dense.dim != manifest.recipe.dim:
            raise SnapshotDamaged(
                f"snapshot {version} holds vectors of {dense.dim} numbers, its manifest states "
                f"{manifest.recipe.dim}; {HOW_TO_REBUILD}"
            )
        return Snapshot(manifest, {document.id: document for document in documents}, passages, places, dense, lexical)

    def write(
        self,
        documents: Sequence[Document],
        passages: Sequence[Passage],
        dense: DenseIndex,
        lexical: LexicalIndex,
        recipe: Recipe,
        sources: Sequence[SourceEntry],
        background: Background | None,
    ) -> str:
        """Write a snapshot and give its version; it is not current yet.

        Everything is on disk when this returns. Nothing is left behind when it fails: DataFolderUnusable when
        the folder has no room or cannot be written.
        """
        contents = {
            _VECTORS: dense.to_bytes(),
            _PASSAGES: b"".join(_passage_line(passage) for passage in passages),
            _DOCUMENTS: b"".join(_document_form.dump_json(document) + b"\n" for document in documents),
            _LEXICAL: lexical.to_bytes(),
        }
        built_at = datetime.now(UTC)
        version = f"{built_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        manifest = Manifest(
            format=FORMAT,
            version=version,
            sequence=1 + max((manifest.sequence for manifest in self.kept()), default=0),
            built_at=f"{built_at:%Y-%m-%dT%H:%M:%SZ}",
            recipe=recipe,
            documents=len(documents),
            paragraphs=sum(len(document.paragraphs) for document in documents),
            passages=len(passages),
            background=background,
            sources=tuple(sources),
            files={name: FileEntry(size=len(data), sha256=_sha256(data)) for name, data in contents.items()},
        )
        aside = self._snapshots / f".{version}.building"
        try:
            aside.mkdir(parents=True)
            for name, data in contents.items():
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
        versions = {manifest.version for manifest in readable}
        damaged = [p.name for p in self._snapshots.iterdir() if p.name not in versions and _VERSION.fullmatch(p.name)]
        for version in [*damaged, *others[: max(0, len(others) - keep)]]:
            if version != current:
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
        entry = manifest.files.get(name)
        try:
            data = (self._snapshots / version / name).read_bytes()
        except OSError as error:
            raise SnapshotDamaged(f"snapshot {version} lacks {name}; {HOW_TO_REBUILD}") from error
        if entry is None or len(data) != entry.size or _sha256(data) != entry.sha256:
            raise SnapshotDamaged(f"{name} of snapshot {version} is damaged: its checksum differs; {HOW_TO_REBUILD}")
        return data


def _passage_line(passage: Passage) -> bytes:
    place = passage.place
    row = [place.document_id, place.paragraph, place.footnote, passage.span.start, passage.span.end, passage.grains]
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _read_passages(data: bytes, documents: dict[str, Document]) -> list[Passage]:
    """The passages with their texts, which are kept once, in the documents."""
    texts = {
        (document.id, paragraph.number, None): paragraph.text
        for document in documents.values()
        for paragraph in document.paragraphs
    } | {
        (document.id, footnote.paragraph, footnote.mark): footnote.text
        for document in documents.values()
        for footnote in document.footnotes
    }
    passages = []
    # Making the flags anew for every passage would take as long as the rest.
    known_grains = {int(grains): grains for grains in map(Grain, range(1, 8))}
    # One array instead of a line at a time: the parser's start costs more than a line.
    for document_id, paragraph, footnote, start, end, grains in json.loads(b"[%b]" % b",".join(data.splitlines())):
        text = texts[(document_id, paragraph, footnote)]
        if not 0 <= start < end <= len(text):
            raise ValueError(f"a passage of {document_id} lies outside its paragraph")
        place = Place(document_id, paragraph, footnote)
        passages.append(Passage(place, Span(start, end), known_grains[grains], text[start:end]))
    return passages


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
