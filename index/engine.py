"""What keeps an index: the folder on disk that comes with the product, or a database on other machines.

The searcher, the builder and the service know only these protocols. Every engine keeps immutable versions, one of which
is current; it ranks by `index.ranking`, so that the same documents give the same hits whatever keeps them.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from index.coverage import Searched
from index.dense import DenseIndex
from index.documents import Documents
from index.encoder import Vectors
from index.learned import RankingWeights
from index.lexical import LexicalIndex, QuestionWord
from index.manifest import Background, Manifest, Recipe, SourceEntry
from index.narrowing import Narrowing
from index.passage_table import PassageTable
from index.passages import Span
from index.place_words import PlaceWords
from index.ranking import Candidate
from index.references import Reference
from index.snapshot_contents import Contents, Snapshot


@dataclass(frozen=True, slots=True)
class Found:
    """Ranked places, best first, with the passages and vectors by which they were ranked.

    `passages`, `dense` and `lexical` hold the candidates at least, the whole index at most; `sentence_row` of a
    candidate is a row of theirs.
    """

    ranked: Sequence[Candidate]
    passages: PassageTable
    dense: DenseIndex
    lexical: LexicalIndex

    def best_sentence(self, candidate: Candidate) -> Vectors:
        """The vector of a candidate's best sentence, shape (dim,)."""
        (vector,) = self.dense.vectors(np.array([candidate.sentence_row]))
        return np.asarray(vector)

    def sentences_of(self, candidate: Candidate) -> tuple[str, list[Span], Vectors]:
        """The text of a candidate's place, and its sentences in reading order: spans and vectors, (sentences, dim)."""
        text, spans, rows = self.passages.sentences_around(candidate.sentence_row)
        return text, spans, self.dense.vectors(rows)


class Scope(Protocol):
    """A part of a version, or all of it, in which is sought."""

    @property
    def searched(self) -> Searched:
        """How much that is."""
        ...

    def referred(self, references: Sequence[Reference]) -> tuple["Scope | None", str | None]:
        """What a question's references leave of it, None for all, and the name of the first that is unknown.

        A document that is here admits its places; one that is not, the places that cite it.
        """
        ...

    def find(self, words: Sequence[QuestionWord], query: Vectors, limit: int | None) -> Found:
        """Rank its places for a question's words and its vector; the first `limit` are right, None for all of them."""
        ...


class Reader(Protocol):
    """Answers questions about one version; any number of threads may share it."""

    def understand(self, question: str) -> tuple[QuestionWord, ...]:
        """The content words of a question, as `LexicalIndex.understand` has them."""
        ...

    def within(self, narrowing: Narrowing) -> Scope:
        """What a narrowing admits; UnknownFilterValue when it names what is not here."""
        ...


class Opened(Protocol):
    """One version, opened. It never changes; threads share it.

    Asking it raises EngineAway where it needs its engine, which may have dropped it since.
    """

    @property
    def manifest(self) -> Manifest:
        """What the version is."""
        ...

    @property
    def documents(self) -> Documents:
        """The documents by id, as answers quote them."""
        ...

    def reader(self, weights: RankingWeights) -> Reader:
        """What answers questions about it, ranked by these weights."""
        ...


class Engine(Protocol):
    """Versions of an index; threads share it.

    Whatever is asked of an engine that does not answer raises EngineAway, any other fault of its own EngineRefused.
    What engines do alike is in `index/versions.py`.
    """

    def prepare(self) -> None:
        """Make what is needed before a version is written; DataFolderUnusable when that cannot be."""
        ...

    def building(self, patience_s: float) -> AbstractContextManager[object]:
        """Be the only builder within this context; BuildRunning when another is, so long.

        A build locks its data folder already: this is for engines that builders with other data folders share.
        """
        ...

    def current_version(self) -> str:
        """The version that is served; IndexNotBuilt when there is none, SnapshotDamaged when it is named wrongly.

        Asked ten times a second, and before anything was prepared.
        """
        ...

    def manifest(self, version: str) -> Manifest:
        """A version's manifest; SnapshotDamaged or SnapshotMismatch when it cannot be used."""
        ...

    def open_ahead(self) -> None:
        """Begin to open the current version where that takes time; who opens it next waits less. Raises nothing."""
        ...

    def open(self, version: str) -> Opened:
        """Open a version to ask it; SnapshotDamaged or SnapshotMismatch when it cannot be."""
        ...

    def whole(self, version: str) -> Snapshot:
        """What a build takes over of a version: manifest, documents, passages, vectors. Errors as of `open`."""
        ...

    def place_words(self, version: str) -> PlaceWords:
        """The words of a version's places; SnapshotDamaged when they are not kept, and so to be found anew."""
        ...

    def write(
        self,
        contents: Contents,
        recipe: Recipe,
        sources: Sequence[SourceEntry],
        background: Callable[[], Background | None],
    ) -> str:
        """Write a version, all of which lasts when this returns, and which is not current yet.

        What `background` gives, asked once, belongs to its manifest; it may be asked while the rest is written. Nothing
        is left behind when it fails: DataFolderUnusable for want of room.
        """
        ...

    def verify(self, version: str) -> None:
        """Open a version and look whether it finds its own passages (`probed_rows`); SnapshotDamaged when not."""
        ...

    def activate(self, version: str) -> None:
        """Make a version the current one, in one step for all who ask, and lasting."""
        ...

    def prune(self, keep: int) -> None:
        """Remove what dead builds left and what cannot be read, and all but the current and the `keep` newest others.

        Only while building.
        """
        ...

    def kept(self) -> list[Manifest]:
        """The manifests of all versions that this program can read, oldest first."""
        ...

    def roll_back(self) -> Manifest:
        """Make the newest version before the current one current, after looking at it.

        IndexNotBuilt when none is kept, SnapshotDamaged when it cannot be served; nothing was changed then.
        """
        ...
