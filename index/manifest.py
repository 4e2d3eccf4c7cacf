"""What a snapshot says of itself: what it was built from, how, and the checksums of its files."""

from pydantic import BaseModel, ConfigDict

from corpus.document import READERS
from index.encoder import Encoder
from index.passages import SPLITTER
from index.words import ANALYSIS

# Raised whenever the files' form changes; a snapshot of another form is refused and rebuilt.
FORMAT = 6

HOW_TO_REBUILD = "run scripts/build_index.py to build it anew"


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FileEntry(_Stored):
    """A file of the snapshot: size in bytes, checksums of its parts (index/checked_files.py)."""

    size: int
    sha256: tuple[str, ...]


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
    words: str
    readers: str


def recipe_of(encoder: Encoder) -> Recipe:
    """The recipe that this program follows with this encoder."""
    return Recipe(
        model=encoder.name,
        fingerprint=encoder.fingerprint,
        dim=encoder.dim,
        splitter=SPLITTER,
        words=ANALYSIS,
        readers=READERS,
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
