"""The library becomes a new snapshot; vectors of passages that did not change are taken over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import filelock
import numpy as np

from corpus.document import Document
from corpus.library import Library, Skipped, SourceFile, read_sources
from index.answerable import best_dense
from index.background import QUESTIONS, background_of
from index.dense import DenseIndex
from index.encoder import Encoder, Vectors
from index.errors import IndexingError
from index.learned import learned_for
from index.lexical import LexicalIndex
from index.passages import Passage, split_into_passages, texts_by_place
from index.ranking import Ranking
from index.snapshot import Background, Manifest, Snapshot, SnapshotFolder, SourceEntry, recipe_of

Phase = Literal["read", "encode", "verify"]
# Hears the phase, how much of it is done, how much there is.
OnProgress = Callable[[Phase, int, int], None]

_KEPT_SNAPSHOTS = 2


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `encoded` counts the texts that had to go through the model."""

    manifest: Manifest
    changed: bool
    encoded: int


class BuildRunning(IndexingError):
    """Another process builds the index of this data folder."""


def build(library: Library, encoder: Encoder, data: Path, on_progress: OnProgress | None = None) -> BuildReport:
    """Bring the index up to date with the library; does nothing when it is.

    The new snapshot is verified before it becomes current; whatever fails before leaves the old one current.
    BuildRunning when another process is at it; DataFolderUnusable when the data folder cannot be written.
    """
    report = on_progress or (lambda phase, done, total: None)
    folder = SnapshotFolder(data)
    folder.prepare()
    try:
        with filelock.FileLock(data / "build.lock", blocking=False):
            return _build(library, encoder, folder, report)
    except filelock.Timeout as error:
        raise BuildRunning(f"another build is running in {data}; wait until it has ended") from error


def is_current(manifest: Manifest, encoder: Encoder, sources: Sequence[SourceFile]) -> bool:
    """Whether a snapshot is what a build of these sources with this encoder would give."""
    built = {(source.name, source.sha256) for source in manifest.sources}
    return manifest.recipe == recipe_of(encoder) and built == {(source.name, source.sha256) for source in sources}


def _build(library: Library, encoder: Encoder, folder: SnapshotFolder, report: OnProgress) -> BuildReport:
    sources = library.sources()
    previous = _previous(folder)
    if previous and is_current(previous.manifest, encoder, sources):
        return BuildReport(previous.manifest, changed=False, encoded=0)
    documents, entries = _read(sources, report)
    passages = [passage for document in documents for passage in split_into_passages(document)]
    vectors, encoded = _encode(passages, encoder, previous, report)
    dense = DenseIndex.from_vectors(vectors)
    report("verify", 0, 1)
    texts = texts_by_place(documents)
    lexical = LexicalIndex.from_texts(
        [each.text for each in texts.values()], [each.headings for each in texts.values()]
    )
    ranking = Ranking(passages, list(texts), dense, lexical, learned_for(encoder.name).ranking)
    background = _background(ranking, lexical, encoder) if passages else None
    version = folder.write(documents, passages, dense, lexical, recipe_of(encoder), entries, background)
    opened = folder.open(version)
    folder.activate(version)
    folder.prune(_KEPT_SNAPSHOTS)
    report("verify", 1, 1)
    return BuildReport(opened.manifest, changed=True, encoded=encoded)


def _previous(folder: SnapshotFolder) -> Snapshot | None:
    """The current snapshot; None when there is none that can be read, since a build replaces it anyway."""
    try:
        return folder.open(folder.current_version())
    except IndexingError:
        return None


def _read(sources: list[SourceFile], report: OnProgress) -> tuple[list[Document], list[SourceEntry]]:
    documents: list[Document] = []
    entries: list[SourceEntry] = []
    report("read", 0, len(sources))
    for done, (source, read) in enumerate(zip(sources, read_sources(sources), strict=True), start=1):
        if isinstance(read, Skipped):
            entry = SourceEntry(name=source.name, sha256=source.sha256, document_id=None, reason=read.reason)
        else:
            documents.append(read)
            entry = SourceEntry(name=source.name, sha256=source.sha256, document_id=read.id)
        entries.append(entry)
        report("read", done, len(sources))
    # In order of id, so that two builds of one library give the same rows.
    return sorted(documents, key=lambda document: document.id), entries


def _encode(
    passages: Sequence[Passage], encoder: Encoder, previous: Snapshot | None, report: OnProgress
) -> tuple[Vectors, int]:
    """Vectors by row, shape (passages, dim), and how many texts were encoded; equal texts are encoded once."""
    known: dict[str, Vectors] = {}
    if previous and previous.manifest.recipe.fingerprint == encoder.fingerprint:
        known = dict(zip((passage.text for passage in previous.passages), previous.dense.vectors(), strict=True))
    missing = list(dict.fromkeys(passage.text for passage in passages if passage.text not in known))
    done = 0
    report("encode", 0, len(missing))

    def on_encoded(count: int) -> None:
        nonlocal done
        done += count
        report("encode", done, len(missing))

    known |= dict(zip(missing, encoder.encode_passages(missing, on_encoded), strict=True))
    vectors = np.array([known[passage.text] for passage in passages], np.float32)
    return vectors.reshape(len(passages), encoder.dim), len(missing)


def _background(ranking: Ranking, lexical: LexicalIndex, encoder: Encoder) -> Background:
    queries = encoder.encode_questions(QUESTIONS)
    ranked = [
        ranking.rank(lexical.understand(question), query) for question, query in zip(QUESTIONS, queries, strict=True)
    ]
    return background_of([best_dense(candidates) for candidates in ranked])
