"""An index in a Milvus database: each version is a set of collections, and an alias says which is current.

The manifest is written last, so a version without one was never finished. What is current changes by altering one
alias, which is one step for all who ask.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

import numpy as np

from index.dense import DenseIndex
from index.documents import KeptDocuments
from index.errors import IndexingError, NotInEngine, SnapshotDamaged, SnapshotMismatch
from index.lexical import LexicalIndex
from index.manifest import HOW_TO_REBUILD, Background, FileEntry, Manifest, Recipe, SourceEntry
from index.milvus_documents import StoredDocuments, StoredTexts
from index.milvus_lease import lease
from index.milvus_reader import MilvusOpened
from index.milvus_rows import document_rows, parts, passage_rows, place_rows, text_rows, word_rows
from index.milvus_schema import (
    CURRENT,
    DOCUMENTS,
    KINDS,
    PASSAGES,
    PLACES,
    TEXTS,
    WORDS,
    collection,
    schemas,
    version_of,
)
from index.milvus_store import Row, Store
from index.passage_table import PassageTable
from index.passages import texts_by_place
from index.place_table import PlaceTable
from index.place_words import PlaceWords
from index.ragged import starts_of
from index.snapshot_contents import Contents, Snapshot, new_version, probed_rows
from index.versions import before, manifest_of, no_version_in, oldest_first, spared

_ROWS: dict[str, Callable[[Contents], Iterator[Row]]] = {
    PASSAGES: passage_rows,
    PLACES: place_rows,
    DOCUMENTS: document_rows,
    WORDS: word_rows,
    TEXTS: text_rows,
}
_READ_AT_ONCE = 2000
_MANIFEST = "manifest"
_PROBED_WIDTH = 100
# Never so many passages that cells would be made for what only a build reads.
_NO_CELLS = 2**62


class MilvusEngine:
    """The versions in one database."""

    def __init__(self, uri: str) -> None:
        self._store = Store(uri)
        self.name = self._store.name

    def prepare(self) -> None:
        """Look whether the database answers."""
        self._store.call("list_collections")

    def building(self, patience_s: float) -> AbstractContextManager[None]:
        """Be the only builder, on any machine, within this context; BuildRunning when another is, so long."""
        return lease(self._store, patience_s)

    def current_version(self) -> str:
        """The version that the alias names; IndexNotBuilt when there is none."""
        try:
            name = self._store.call("describe_alias", CURRENT)["collection_name"]
        except NotInEngine as error:
            raise no_version_in(self.name) from error
        version = version_of(name)
        if version is None:
            raise SnapshotDamaged(f"{CURRENT} in {self.name} names no version; {HOW_TO_REBUILD}")
        return version

    def manifest(self, version: str) -> Manifest:
        """A version's manifest; SnapshotDamaged or SnapshotMismatch when it cannot be used."""
        try:
            written = StoredTexts(self._store, version).read([_MANIFEST])[_MANIFEST]
        except (NotInEngine, KeyError) as error:
            raise SnapshotDamaged(f"version {version} in {self.name} has no manifest; {HOW_TO_REBUILD}") from error
        return manifest_of(version, written)

    def open_ahead(self) -> None:
        """Do nothing: the rows are there already."""

    def open(self, version: str) -> MilvusOpened:
        """Open a version after counting its rows; SnapshotDamaged when there are not as many as its manifest states."""
        manifest = self.manifest(version)
        for kind, entry in manifest.files.items():
            try:
                count = self._store.count(collection(version, kind))
            except NotInEngine as error:
                raise SnapshotDamaged(f"version {version} lacks its {kind}; {HOW_TO_REBUILD}") from error
            if count != entry.size:
                raise SnapshotDamaged(f"version {version} has {count} {kind}, not {entry.size}; {HOW_TO_REBUILD}")
        return MilvusOpened(self._store, manifest)

    def whole(self, version: str) -> Snapshot:
        """All of a version in memory, but for its words, which a build finds anew."""
        manifest = self.open(version).manifest
        read = StoredDocuments(self._store, version, manifest.documents).all()
        documents = list(read)
        places = PlaceTable.of(texts_by_place(documents))
        columns = ("start", "stop", "grains", "place")
        spans = np.zeros((manifest.passages, len(columns)), np.int64)
        vectors = np.zeros((manifest.passages, manifest.recipe.dim), np.float32)
        for first in range(0, manifest.passages, _READ_AT_ONCE):
            ids = list(range(first, min(first + _READ_AT_ONCE, manifest.passages)))
            for row in self._store.get(collection(version, PASSAGES), "passage", ids, ("passage", "vector", *columns)):
                spans[row["passage"]] = [row[name] for name in columns]
                vectors[row["passage"]] = row["vector"]
        starts = starts_of(np.bincount(spans[:, 3], minlength=len(places)))
        begins, ends = spans[:, 0].astype(np.int32), spans[:, 1].astype(np.int32)
        passages = PassageTable(places, starts, begins, ends, spans[:, 2].astype(np.uint8))
        dense = DenseIndex.from_vectors(vectors, exact_up_to=_NO_CELLS)
        return Snapshot(manifest, KeptDocuments.of(documents), passages, dense, LexicalIndex.of(PlaceTable.of({})))

    def place_words(self, version: str) -> PlaceWords:
        """Never kept here: SnapshotDamaged."""
        raise SnapshotDamaged(f"the words of {version}'s places are not kept in {self.name}")

    def write(
        self,
        contents: Contents,
        recipe: Recipe,
        sources: Sequence[SourceEntry],
        background: Callable[[], Background | None],
    ) -> str:
        """Write a version, which is not current yet. Nothing is left behind when it fails."""
        version = new_version()
        try:
            counts = {}
            for kind, schema, indexes in schemas(recipe.dim):
                name = collection(version, kind)
                self._store.call("create_collection", name, schema=schema, index_params=indexes)
                counts[kind] = self._store.insert(name, _ROWS[kind](contents))
            entries = {kind: FileEntry(size=count, sha256=()) for kind, count in counts.items() if kind != TEXTS}
            manifest = contents.manifest(version, self.kept(), recipe, sources, background(), entries)
            for kind in _ROWS:
                if kind != TEXTS:
                    self._store.call("flush", collection(version, kind))
            self._store.insert(collection(version, TEXTS), parts(_MANIFEST, manifest.model_dump_json()))
            self._store.call("flush", collection(version, TEXTS))
        except BaseException:
            with contextlib.suppress(IndexingError):
                self._drop(version)
            raise
        return version

    def verify(self, version: str) -> None:
        """Ask a version for some of its own passages; SnapshotDamaged when one does not come first."""
        manifest = self.open(version).manifest
        name = collection(version, PASSAGES)
        for row in self._store.get(name, "passage", probed_rows(manifest.passages), ("passage", "vector")):
            (found,) = self._store.search(name, "vector", row["vector"], 1, ("passage",), ef=_PROBED_WIDTH)
            if found["distance"] + 1e-4 < float(np.square(row["vector"]).sum()):
                raise SnapshotDamaged(f"version {version} does not find its own passage {row['passage']}")

    def activate(self, version: str) -> None:
        """Make a version the current one, in one step for all who ask."""
        name = collection(version, PASSAGES)
        try:
            self._store.call("describe_alias", CURRENT)
        except NotInEngine:
            self._store.call("create_alias", name, CURRENT)
        else:
            self._store.call("alter_alias", name, CURRENT)

    def prune(self, keep: int) -> None:
        """Remove what dead builds left, and all but the current and the `keep` newest others; only while building."""
        current = self.current_version()
        stay = spared(current, self.kept(), keep)
        for version in self._versions() - set(stay):
            self._drop(version)
        # Copies may still ask the one before the current; older ones are loaded when they are asked for.
        for version in stay[:-2]:
            for kind in KINDS:
                self._store.call("release_collection", collection(version, kind))

    def kept(self) -> list[Manifest]:
        """The manifests of all versions that this program can read, oldest first."""
        manifests = []
        for version in self._versions():
            with contextlib.suppress(SnapshotDamaged, SnapshotMismatch):
                manifests.append(self.manifest(version))
        return oldest_first(manifests)

    def roll_back(self) -> Manifest:
        """Make the newest version before the current one current; IndexNotBuilt when none is kept."""
        earlier = before(self.current_version(), self.kept(), self.name)
        self.verify(earlier.version)
        self.activate(earlier.version)
        return earlier

    def _versions(self) -> set[str]:
        names = map(version_of, self._store.call("list_collections"))
        return {version for version in names if version is not None}

    def _drop(self, version: str) -> None:
        """Remove a version's collections, the one with its manifest first: half of it is then no version any more."""
        for kind in reversed(KINDS):
            with contextlib.suppress(NotInEngine):
                self._store.call("drop_collection", collection(version, kind))
