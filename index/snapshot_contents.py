"""What a snapshot holds, as values and as the bytes of its files.

vectors.faiss      embeddings, one row a passage; memory-mapped
cells.faiss        the same in cells and 8 bits, where there are many
passages.npz       passages by row
documents.jsonl    documents, as answers quote them
lexical.npz        stems, and the places where they stand
words.npz          the words of each place, for the next build
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from corpus.document import Document
from index.dense import DenseIndex
from index.errors import SnapshotDamaged
from index.learned import RankingWeights
from index.lexical import LexicalIndex
from index.manifest import FORMAT, HOW_TO_REBUILD, Background, FileEntry, Manifest, Recipe, SourceEntry
from index.passage_table import PassageTable
from index.passages import texts_by_place
from index.place_words import PlaceWords

if TYPE_CHECKING:
    from index.embedded import EmbeddedReader

VECTORS, _PASSAGES, _DOCUMENTS, _LEXICAL = "vectors.faiss", "passages.npz", "documents.jsonl", "lexical.npz"
_CELLS = "cells.faiss"
# Read whole when a snapshot is opened; CELLS only where the manifest has them.
READ = (_PASSAGES, _DOCUMENTS, _LEXICAL, _CELLS)
WORDS = "words.npz"

_MOMENT = "%Y%m%dT%H%M%SZ"
# Passages that a new version is asked for before it serves.
_PROBES = 5

_document_form = TypeAdapter(Document)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An opened snapshot.

    `passages[row]` belongs to row `row` of `dense`; places have one number in `passages` and in `lexical`.
    """

    manifest: Manifest
    documents: dict[str, Document]
    passages: PassageTable
    dense: DenseIndex
    lexical: LexicalIndex

    def reader(self, weights: RankingWeights) -> "EmbeddedReader":
        """What answers questions about it, ranked by these weights."""
        # What reads a snapshot imports it.
        from index.embedded import EmbeddedReader

        return EmbeddedReader(self, weights)


@dataclass(frozen=True, slots=True)
class Contents:
    """What is written into a snapshot, documents in order of their passages."""

    documents: Sequence[Document]
    passages: PassageTable
    dense: DenseIndex
    lexical: LexicalIndex
    words: PlaceWords

    def manifest(
        self,
        version: str,
        earlier: Sequence[Manifest],
        recipe: Recipe,
        sources: Sequence[SourceEntry],
        background: Background | None,
        files: Mapping[str, FileEntry],
    ) -> Manifest:
        """What a version (`new_version`) that holds this says of itself; it comes after all `earlier` ones."""
        built_at = datetime.strptime(version.partition("-")[0], _MOMENT).replace(tzinfo=UTC)
        return Manifest(
            format=FORMAT,
            version=version,
            sequence=1 + max((manifest.sequence for manifest in earlier), default=0),
            built_at=f"{built_at:%Y-%m-%dT%H:%M:%SZ}",
            recipe=recipe,
            documents=len(self.documents),
            paragraphs=sum(len(document.paragraphs) for document in self.documents),
            passages=len(self.passages),
            background=background,
            sources=tuple(sources),
            files=dict(files),
        )

    def files(self) -> dict[str, bytes]:
        """The files by name, equal for equal contents."""
        cells = self.dense.cells
        return {
            VECTORS: self.dense.to_bytes(),
            **({} if cells is None else {_CELLS: cells.to_bytes()}),
            _PASSAGES: self.passages.to_bytes(),
            _DOCUMENTS: b"".join(_document_form.dump_json(document) + b"\n" for document in self.documents),
            _LEXICAL: self.lexical.to_bytes(),
            WORDS: self.words.to_bytes(),
        }


def opened(manifest: Manifest, vectors: Callable[[], Path], files: Mapping[str, bytes]) -> Snapshot:
    """Open a snapshot from what its served files hold, whose checksums were right.

    `vectors` gives the file of its vectors once that was checked, too, and is asked last. SnapshotDamaged when they do
    not fit together or differ from what the manifest states.
    """
    try:
        documents = [_document_form.validate_json(line) for line in files[_DOCUMENTS].splitlines()]
    except ValidationError as error:
        raise SnapshotDamaged(f"snapshot {manifest.version} cannot be read ({error}); {HOW_TO_REBUILD}") from error
    passages = PassageTable.from_bytes(files[_PASSAGES], texts_by_place(documents))
    lexical = LexicalIndex.from_bytes(files[_LEXICAL])
    dense = DenseIndex.open(vectors(), files.get(_CELLS))
    counted = (len(documents), sum(len(document.paragraphs) for document in documents), len(passages))
    if counted != (manifest.documents, manifest.paragraphs, manifest.passages) or (
        dense.rows != len(passages) or lexical.places != len(passages.places)
    ):
        raise SnapshotDamaged(
            f"snapshot {manifest.version} holds other counts than its manifest states; {HOW_TO_REBUILD}"
        )
    if dense.dim != manifest.recipe.dim:
        raise SnapshotDamaged(
            f"snapshot {manifest.version} holds vectors of {dense.dim} numbers, its manifest states "
            f"{manifest.recipe.dim}; {HOW_TO_REBUILD}"
        )
    return Snapshot(manifest, {document.id: document for document in documents}, passages, dense, lexical)


def new_version() -> str:
    """A name for a version that is made now, unlike all others."""
    return f"{datetime.now(UTC):{_MOMENT}}-{secrets.token_hex(4)}"


def probed_rows(count: int) -> list[int]:
    """The rows, of so many, for whose passages a new version is asked before it serves."""
    return sorted({count * number // _PROBES for number in range(_PROBES)}) if count else []
