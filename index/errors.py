"""What can go wrong in making or reading an index."""

from corpus.errors import MendableError


class IndexingError(MendableError):
    """Read by whoever runs a command or the service: says what is wrong, with which file, and what to do."""


class ModelUnavailable(IndexingError):
    """There is no embedding model to load, and none can be made from the package that carries its weights."""


class IndexNotBuilt(IndexingError):
    """The data folder holds no snapshot that can be served."""


class SnapshotDamaged(IndexingError):
    """A snapshot's files are not those that its manifest lists; it is never served."""


class SnapshotMismatch(IndexingError):
    """A snapshot was made by another model or another version of the product; it is never served."""


class DataFolderUnusable(IndexingError):
    """The data folder cannot be written, or has no room."""


class BuildRunning(IndexingError):
    """Another process builds the index of this data folder."""


class EngineAway(IndexingError):
    """The database that keeps the index does not answer; nothing is lost, and asking again later helps."""


class EngineRefused(IndexingError):
    """The database that keeps the index answers with a fault."""


class NotInEngine(IndexingError):
    """The database that keeps the index has no such collection or alias."""


class UnknownFilterValue(IndexingError):
    """A question was narrowed to documents, a dossier, a sender or a kind that the snapshot does not hold.

    `faults` tells of each filter, by its name in `index.search.Narrowing`, what is not here.
    """

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = faults
