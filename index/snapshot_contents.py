"""What a snapshot holds, as values and as the bytes of its files.

vectors.faiss           embeddings, one row a passage
cells.faiss             the same in cells and 8 bits, where there are many
passages.safetensors    passages by row
places.safetensors      paragraphs and footnotes by number
texts.txt               their texts, behind each other
documents.jsonl         documents, as answers quote them
summaries.jsonl         documents without their texts
lexical.safetensors     stems, and the places where they stand
words.safetensors       the words of each place, for the next build

All are memory-mapped.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from corpus.document import Document
from index.checked_files import CheckedFiles, Content
from index.dense import DenseIndex
from index.documents import DOCUMENTS, SUMMARIES, Documents, KeptDocuments, document_lines, summary_lines
from index.errors import SnapshotDamaged
from index.learned import RankingWeights
from index.lexical import LEXICAL, LexicalIndex
from index.manifest import FORMAT, HOW_TO_REBUILD, Background, FileEntry, Manifest, Recipe, SourceEntry
from index.passage_table import PASSAGES, PassageTable
from index.place_table import PLACES, TEXTS, PlaceTable
from index.place_words import WORDS, PlaceWords

if TYPE_CHECKING:
    from index.embedded import EmbeddedReader

VECTORS, CELLS = "vectors.faiss", "cells.faiss"
# Needed to serve; cells only where the manifest has them. The largest come last: the others are opened meanwhile.
SERVED = (DOCUMENTS, SUMMARIES, PLACES, TEXTS, PASSAGES, LEXICAL, CELLS, VECTORS)

_MOMENT = "%Y%m%dT%H%M%SZ"
# Passages that a new version is asked for before it serves.
_PROBES = 5


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An opened snapshot.

    `passages[row]` belongs to row `row` of `dense`; places have one number in `passages` and in `lexical`.
    """

    manifest: Manifest
    documents: Documents
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
    """What is written into a snapshot, documents in order of their passages.

    `analysed` gives the words of its places and their index once they are made: the rest need not wait for them.
    """

    documents: Sequence[Document]
    passages: PassageTable
    dense: DenseIndex
    analysed: Callable[[], tuple[PlaceWords, LexicalIndex]]

    @property
    def words(self) -> PlaceWords:
        """The words of its places."""
        return self.analysed()[0]

    @property
    def lexical(self) -> LexicalIndex:
        """The index of its places by words."""
        return self.analysed()[1]

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

    def files(self) -> dict[str, Content]:
        """What each file holds, by name; equal for equal contents. They may be written side by side."""
        documents, cells, places = self.documents, self.dense.cells, self.passages.places
        return {
            VECTORS: self.dense.write,
            **({} if cells is None else {CELLS: cells.write}),
            PASSAGES: lambda write: write(self.passages.to_bytes()),
            PLACES: lambda write: write(places.to_bytes()),
            TEXTS: lambda write: write(places.texts_to_bytes()),
            DOCUMENTS: lambda write: write(document_lines(documents)),
            SUMMARIES: lambda write: write(summary_lines(documents)),
            LEXICAL: lambda write: write(self.lexical.to_bytes()),
            WORDS: lambda write: write(self.words.to_bytes()),
        }


def opened(manifest: Manifest, files: CheckedFiles) -> Snapshot:
    """Open a snapshot from its files in `SERVED`.

    SnapshotDamaged when they are not there, do not fit together or differ from what the manifest states.
    """
    documents = KeptDocuments.from_bytes(files.content(DOCUMENTS), files.content(SUMMARIES))
    places = PlaceTable.from_bytes(files.content(PLACES), files.content(TEXTS))
    passages = PassageTable.from_bytes(files.content(PASSAGES), places)
    lexical = LexicalIndex.from_bytes(files.content(LEXICAL))
    cells = files.path(CELLS) if CELLS in manifest.files else None
    dense = DenseIndex.open(files.path(VECTORS), cells)
    counted = (len(documents), sum(each.paragraphs for each in documents.summaries()), len(passages))
    if counted != (manifest.documents, manifest.paragraphs, manifest.passages) or (
        dense.rows != len(passages) or lexical.places != len(places)
    ):
        raise SnapshotDamaged(
            f"snapshot {manifest.version} holds other counts than its manifest states; {HOW_TO_REBUILD}"
        )
    if dense.dim != manifest.recipe.dim:
        raise SnapshotDamaged(
            f"snapshot {manifest.version} holds vectors of {dense.dim} numbers, its manifest states "
            f"{manifest.recipe.dim}; {HOW_TO_REBUILD}"
        )
    return Snapshot(manifest, documents, passages, dense, lexical)


def new_version() -> str:
    """A name for a version that is made now, unlike all others."""
    return f"{datetime.now(UTC):{_MOMENT}}-{secrets.token_hex(4)}"


def probed_rows(count: int) -> list[int]:
    """The rows, of so many, for whose passages a new version is asked before it serves."""
    return sorted({count * number // _PROBES for number in range(_PROBES)}) if count else []
