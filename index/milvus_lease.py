"""One builder at a time, on whatever machine: an alias in the database that only one can make.

Who holds it writes a new mark beside it every few seconds. One that sees the same mark for long takes over: the builder
has died. Nobody's clock is compared with another's.
"""

import contextlib
import secrets
import threading
import time
from collections.abc import Iterator

from pymilvus import DataType, MilvusClient

from index.errors import BuildRunning, EngineAway, EngineRefused, IndexingError, NotInEngine
from index.milvus_schema import BUILDER
from index.milvus_store import Store

_MARK_EVERY_S = 2.0
# A builder that is busy or paused must not be taken for dead.
DEAD_AFTER_S = 20.0
_LOOK_EVERY_S = 0.5


@contextlib.contextmanager
def lease(store: Store, patience_s: float, dead_after_s: float = DEAD_AFTER_S) -> Iterator[None]:
    """Be the only builder within this context; BuildRunning when another still is after `patience_s`.

    To see that a builder died takes `dead_after_s`, however short the patience.
    """
    mine = f"{BUILDER}_{secrets.token_hex(8)}"
    schema = MilvusClient.create_schema(auto_id=False)
    schema.add_field("key", DataType.INT64, is_primary=True)
    schema.add_field("mark", DataType.VARCHAR, max_length=64)
    schema.add_field("nothing", DataType.FLOAT_VECTOR, dim=2)
    indexes = MilvusClient.prepare_index_params()
    indexes.add_index("nothing", index_type="FLAT", metric_type="IP")
    store.call("create_collection", mine, schema=schema, index_params=indexes)
    stopping = threading.Event()
    marking = threading.Thread(target=_mark, args=(store, mine, stopping), name="lease", daemon=True)
    try:
        _write_mark(store, mine)
        _wait_for(store, mine, patience_s, dead_after_s)
        marking.start()
        yield
    finally:
        stopping.set()
        if marking.ident is not None:
            marking.join()
        _end(store, mine)


def _wait_for(store: Store, mine: str, patience_s: float, dead_after_s: float) -> None:
    began = time.monotonic()
    seen: tuple[str, str | None] | None = None
    seen_at = began
    while not _take(store, mine):
        holder = _holder(store)
        if holder is None:
            continue
        now = time.monotonic()
        if holder != seen:
            if seen is not None and holder[0] == seen[0] and now - began >= patience_s:
                raise BuildRunning("another build is running in the database; wait until it has ended")
            seen, seen_at = holder, now
        elif now - seen_at >= dead_after_s:
            _end(store, holder[0])
        time.sleep(_LOOK_EVERY_S)


def _take(store: Store, mine: str) -> bool:
    """Make the alias ours; False when there is one."""
    try:
        store.call("create_alias", mine, BUILDER)
    except (EngineRefused, NotInEngine):
        return False
    return True


def _holder(store: Store) -> tuple[str, str | None] | None:
    """The collection that holds the lease, and its mark; None when there is none any more."""
    try:
        name = store.call("describe_alias", BUILDER)["collection_name"]
        marks = store.get(name, "key", [1], ("mark",))
    except NotInEngine:
        return None
    return name, marks[0]["mark"] if marks else None


def _mark(store: Store, mine: str, stopping: threading.Event) -> None:
    while not stopping.wait(_MARK_EVERY_S):
        # A database that is away for a moment: the build itself will tell.
        with contextlib.suppress(IndexingError):
            _write_mark(store, mine)


def _write_mark(store: Store, mine: str) -> None:
    store.call("upsert", mine, [{"key": 1, "mark": secrets.token_hex(8), "nothing": [0.0, 0.0]}])


def _end(store: Store, name: str) -> None:
    """Give up a lease: the alias goes with its collection."""
    try:
        if store.call("describe_alias", BUILDER)["collection_name"] == name:
            store.call("drop_alias", BUILDER)
    except (NotInEngine, EngineAway):
        pass
    with contextlib.suppress(NotInEngine, EngineAway):
        store.call("drop_collection", name)
