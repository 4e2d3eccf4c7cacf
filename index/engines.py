"""Which engine keeps the index, by the setting."""

from pathlib import Path

from index.engine import Engine
from index.errors import IndexingError
from index.snapshot import SnapshotFolder

EMBEDDED = "embedded"
MILVUS = "milvus:"


class EngineMissing(IndexingError):
    """The setting names an engine whose client is not installed."""


def engine_for(setting: str, data: Path) -> Engine:
    """`embedded` for the snapshots below a data folder, `milvus:URI` for a Milvus database.

    EngineMissing when its client is not installed. The database is asked when it is first needed.
    """
    if setting == EMBEDDED:
        return SnapshotFolder(data)
    if not setting.startswith(MILVUS):
        raise ValueError(f"{setting} names no engine")
    try:
        from index.milvus_engine import MilvusEngine
    except ImportError as error:
        raise EngineMissing(
            f"VINDPLAATS_ENGINE={setting.split('://')[0]}... needs the extra 'milvus' ({error}); "
            "install it with: scripts/environment milvus"
        ) from error
    return MilvusEngine(setting.removeprefix(MILVUS))
