"""The library becomes a new snapshot; what did not change is neither read nor encoded again."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal
from weakref import WeakKeyDictionary

import filelock

from corpus.confined import ConfinedReader
from corpus.library import Library, Readings, SourceFile, read_sources
from index.answerable import best_dense
from index.background import QUESTIONS, background_of
from index.build_record import BuildRecords, RecordedProgress, SkippedFile, new_build_id
from index.dense import Room
from index.encoder import Encoder, Vectors
from index.engine import Engine, Opened
from index.errors import BuildRunning, EngineAway, IndexingError, SnapshotDamaged
from index.learned import RankingWeights, learned_for
from index.lexical import LexicalIndex
from index.manifest import Background, Manifest, Recipe, SourceEntry, recipe_of
from index.passage_table import PassageTable
from index.passage_vectors import write_vectors
from index.passages import texts_by_place
from index.place_table import PlaceTable
from index.place_words import PlaceWords
from index.ragged import Numbers
from index.ranking import NEAREST, Ranking
from index.snapshot import SnapshotFolder, make_usable
from index.snapshot_contents import Contents, Snapshot
from index.vector_journal import VectorJournal

Phase = Literal["read", "encode", "verify"]
# Hears the phase, how much of it is done, how much there is.
OnProgress = Callable[[Phase, int, int], None]

KEPT_SNAPSHOTS = 2
# A library that changes at every look would keep a build going for ever.
_MOST_PASSES = 10
# Long enough for a look at whether somebody builds, which takes the lock for a moment.
_LOCK_PATIENCE_S = 1.0


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `encoded` counts the texts that had to go through the model.

    `opened` is the current version when it was current already: to see that took opening it.
    """

    manifest: Manifest
    changed: bool
    encoded: int
    opened: Opened | None = None


def build(
    library: Library,
    encoder: Encoder,
    data: Path,
    on_progress: OnProgress | None = None,
    *,
    build_id: str | None = None,
    kept: int = KEPT_SNAPSHOTS,
    patience_s: float = _LOCK_PATIENCE_S,
    engine: Engine | None = None,
    reader: ConfinedReader | None = None,
) -> BuildReport:
    """Bring the index up to date with the library; does nothing when it is.

    The new snapshot is verified before it becomes current; whatever fails before leaves the old one current.
    Files that come while it builds are taken along. The build is recorded under `build_id` (a new one when None).
    BuildRunning when another process is still at it after `patience_s`; DataFolderUnusable when the data folder
    cannot be written. The index is kept by `engine`, in the data folder when None; `reader` reads files, when None one
    that ends with the build.
    """
    folder = engine or SnapshotFolder(data)
    # Also where the index is elsewhere: the lock and the records of builds are here.
    make_usable(data)
    folder.prepare()
    records = BuildRecords(data)
    try:
        with filelock.FileLock(data / "build.lock", timeout=patience_s), folder.building(patience_s):
            recorded = RecordedProgress(records, build_id or new_build_id())

            def report(phase: Phase, done: int, total: int) -> None:
                recorded(phase, done, total)
                if on_progress:
                    on_progress(phase, done, total)

            try:
                done = _build_until_current(library, encoder, data, folder, report, kept, reader)
            except BaseException as error:
                recorded.end(status="failed", error=str(error) or type(error).__name__)
                raise
            manifest = done.manifest
            recorded.end(
                status="succeeded",
                snapshot=manifest.version,
                documents=manifest.documents,
                paragraphs=manifest.paragraphs,
                skipped=tuple(SkippedFile(file=file.name, reason=file.reason or "") for file in manifest.skipped),
            )
            records.prune()
            return done
    except filelock.Timeout as error:
        raise BuildRunning(f"another build is running in {data}; wait until it has ended") from error


def get_ready(encoder: Encoder) -> None:
    """Make what every build with this encoder needs, before one is asked for."""
    _background_vectors(encoder)


def is_current(manifest: Manifest, encoder: Encoder, sources: Sequence[SourceFile]) -> bool:
    """Whether a snapshot is what a build of these sources with this encoder would give."""
    return manifest.recipe == recipe_of(encoder) and not differences(manifest, sources)


def differences(manifest: Manifest, sources: Sequence[SourceFile]) -> list[str]:
    """What changed in the library since a snapshot was built, a sentence for each file, ordered by name."""
    built = {source.name: source.sha256 for source in manifest.sources}
    here = {file.name: file.sha256 for file in _files(sources)}
    found = []
    for name in sorted(built.keys() | here.keys()):
        if name not in built:
            found.append(f"{name} is not in the index")
        elif name not in here:
            found.append(f"{name} is in the index but no longer in the library")
        elif built[name] != here[name]:
            found.append(f"{name} changed since it was indexed")
    return found


def _build_until_current(
    library: Library,
    encoder: Encoder,
    data: Path,
    folder: Engine,
    report: OnProgress,
    kept: int,
    reader: ConfinedReader | None,
) -> BuildReport:
    journal = VectorJournal(data, encoder.fingerprint, encoder.dim)
    changed, encoded = False, 0
    for _ in range(_MOST_PASSES):
        sources = library.sources()
        # What this build has made and verified itself need not be opened to see that it is current.
        if changed and is_current(folder.manifest(folder.current_version()), encoder, sources):
            break
        if not changed and (opened := _current(folder, encoder, sources)):
            return BuildReport(opened.manifest, changed, encoded, opened)
        count = _build_snapshot(sources, encoder, folder, journal, _previous(folder), report, reader)
        folder.prune(kept)
        journal.clear()
        changed, encoded = True, encoded + count
    return BuildReport(folder.manifest(folder.current_version()), changed, encoded)


def _build_snapshot(
    sources: Sequence[SourceFile],
    encoder: Encoder,
    folder: Engine,
    journal: VectorJournal,
    previous: Snapshot | None,
    report: OnProgress,
    reader: ConfinedReader | None,
) -> int:
    """Build, verify and activate one snapshot; gives how many texts were encoded."""
    recipe = recipe_of(encoder)
    report("read", 0, len(sources))
    known = previous.documents.values() if previous and previous.manifest.recipe.readers == recipe.readers else ()
    readings = read_sources(sources, known, lambda done: report("read", done, len(sources)), reader)
    places = PlaceTable.of(texts_by_place(readings.documents))
    taken = places.equals_in(previous.passages.places if previous else None)
    same_splitter = previous and previous.manifest.recipe.splitter == recipe.splitter
    passages, rows = PassageTable.split(places, previous.passages if previous and same_splitter else None, taken)
    # Words are one core's work in Python; encoding, FAISS and writing leave Python to others.
    with ThreadPoolExecutor(1, "words") as beside:
        analysed = beside.submit(_analyse, places, taken, recipe, folder, previous)
        room = Room(len(passages), encoder.dim)
        encoded = write_vectors(
            passages, rows, encoder, journal, previous, lambda done, total: report("encode", done, total), room.vectors
        )
        report("verify", 0, 1)
        same_vectors = previous is not None and previous.manifest.recipe.fingerprint == encoder.fingerprint
        questions = _background_vectors(encoder)
        dense = room.index(questions, previous.dense if previous and same_vectors else None, rows)
        contents = Contents(readings.documents, passages, dense, analysed.result)
        background = partial(_background, contents, questions, learned_for(encoder.name).ranking)
        version = folder.write(contents, recipe, _entries(sources, readings), background)
    folder.verify(version)
    folder.activate(version)
    report("verify", 1, 1)
    return encoded


def _current(folder: Engine, encoder: Encoder, sources: Sequence[SourceFile]) -> Opened | None:
    """The current version, opened, when it is what a build would give; None also when it cannot be read."""
    try:
        version = folder.current_version()
        return folder.open(version) if is_current(folder.manifest(version), encoder, sources) else None
    except EngineAway:
        raise
    except IndexingError:
        return None


def _previous(folder: Engine) -> Snapshot | None:
    """The current snapshot; None when there is none that can be read, since a build replaces it anyway."""
    try:
        return folder.whole(folder.current_version())
    except EngineAway:
        raise
    except IndexingError:
        return None


def _files(sources: Sequence[SourceFile]) -> list[SourceFile]:
    """The sources with their companions, each file once."""
    companions = {source.companion.name: source.companion for source in sources if source.companion}
    return [*sources, *companions.values()]


def _entries(sources: Sequence[SourceFile], readings: Readings) -> list[SourceEntry]:
    reasons = {skipped.file: skipped.reason for skipped in readings.skipped}
    return [
        SourceEntry(
            name=file.name,
            sha256=file.sha256,
            document_id=readings.document_ids.get(file.name),
            reason=reasons.get(file.name),
        )
        for file in _files(sources)
    ]


def _analyse(
    places: PlaceTable, taken: Numbers, recipe: Recipe, folder: Engine, previous: Snapshot | None
) -> tuple[PlaceWords, LexicalIndex]:
    words = PlaceWords.of(places, _known_words(recipe, folder, previous), taken)
    return words, LexicalIndex.of(places, words)


def _known_words(recipe: Recipe, folder: Engine, previous: Snapshot | None) -> PlaceWords | None:
    """The words of the previous snapshot's places, where they were found by equal rules."""
    if previous is None or previous.manifest.recipe.words != recipe.words:
        return None
    try:
        return folder.place_words(previous.manifest.version)
    except SnapshotDamaged:
        # Not served, so the damage went unnoticed until now; the words can be found anew.
        return None


# Of encoders in use: a process that builds again and again need not encode them again.
_encoded: WeakKeyDictionary[Encoder, Vectors] = WeakKeyDictionary()


def _background_vectors(encoder: Encoder) -> Vectors:
    if encoder not in _encoded:
        _encoded[encoder] = encoder.encode_questions(QUESTIONS)
    return _encoded[encoder]


def _background(contents: Contents, questions: Vectors, weights: RankingWeights) -> Background | None:
    if not contents.passages:
        return None
    # Before words are waited for.
    nearest = contents.dense.nearest(questions, NEAREST)
    lexical = contents.lexical
    ranking = Ranking(contents.passages, contents.dense, lexical, weights)
    ranked = ranking.rank_all([lexical.understand(question) for question in QUESTIONS], questions, nearest)
    return background_of([best_dense(candidates) for candidates in ranked])
