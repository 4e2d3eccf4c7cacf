"""The collections of a Milvus database: what the product asks of pymilvus, with its errors as ours.

Milvus Lite, one server and a cluster answer the same calls. Only the `index/milvus_*` modules import pymilvus.
"""

import json
import logging
import threading
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import grpc
from pymilvus import MilvusClient
from pymilvus.exceptions import MilvusException

from index.errors import EngineAway, EngineRefused, NotInEngine

# pymilvus writes every error to standard error before it raises it.
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)

_TIMEOUT_S = 10.0
# Building waits for indexes of millions of rows.
_PATIENCE_S = 3600.0
_NOT_FOUND = {100, 1600}  # a collection, an alias
_NOT_LOADED = 101
# What asking again does not help; all else passes. 1601 and 1602: there is such an alias.
_REFUSED = {1, 5, 6, 11, 26, 35, 1100, 1101, 1400, 1601, 1602, 65535}
_AWAY_SIGNS = ("connect", "unavailable", "retry", "deadline", "timeout")
_SLOW = {"create_collection", "insert", "flush", "load_collection", "drop_collection"}
# A message holds so many rows of some KB: far below the 64 MB that a server takes.
_ROWS_AT_ONCE = 500
_IDS_AT_ONCE = 4000

Row = dict[str, Any]


def quoted(value: str) -> str:
    """A text as it stands in a filter."""
    return json.dumps(value, ensure_ascii=False)


def containing(value: str) -> str:
    """The pattern, as it stands in a filter, of texts that hold this one."""
    return quoted("%" + value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")


class _NotLoaded(EngineRefused):
    """A collection is not in the memory of the database."""


class Store:
    """A connection to a database, made when it is first needed; threads may share it.

    `uri` is the path of a Milvus Lite file, or http(s)://[user:password@]host:port[/database]. EngineAway whenever the
    database does not answer within some seconds, EngineRefused when it answers with a fault, NotInEngine when it has
    no such collection or alias.
    """

    def __init__(self, uri: str) -> None:
        self._arguments, self.name = _arguments(uri)
        self._is_file = "://" not in uri
        self._client: MilvusClient | None = None
        self._connecting = threading.Lock()

    def call(self, method: str, *arguments: object, **named: object) -> Any:  # noqa: ANN401 (what pymilvus gives)
        """Call a method of pymilvus' client."""
        try:
            return self._call(method, *arguments, **named)
        except _NotLoaded:
            # A database that was started again may have its collections on disk only.
            self._call("load_collection", arguments[0])
            return self._call(method, *arguments, **named)

    def _call(self, method: str, *arguments: object, **named: object) -> Any:  # noqa: ANN401 (what pymilvus gives)
        timeout = _PATIENCE_S if method in _SLOW else _TIMEOUT_S
        try:
            with self._connecting:
                self._client = self._client or MilvusClient(timeout=_TIMEOUT_S, **self._arguments)
            return getattr(self._client, method)(*arguments, timeout=timeout, **named)
        except MilvusException as error:
            said = str(error.message)
            if error.code in _NOT_FOUND:
                raise NotInEngine(f"the database {self.name} lacks it: {said}") from error
            if error.code == _NOT_LOADED or "not loaded" in said:
                raise _NotLoaded(f"the database {self.name} has not loaded it: {said}") from error
            if error.code in _REFUSED and not any(sign in said.lower() for sign in _AWAY_SIGNS):
                raise EngineRefused(f"the database {self.name} refuses: {said}") from error
            raise EngineAway(f"the database {self.name} does not answer: {said}") from error
        except (grpc.RpcError, OSError) as error:
            raise EngineAway(f"the database {self.name} does not answer: {error}") from error

    def get(self, collection: str, key: str, ids: Sequence[int] | Sequence[str], fields: Sequence[str]) -> list[Row]:
        """The rows with these primary keys that there are, in any order; `key` is that field's name."""
        found: list[Row] = []
        for start in range(0, len(ids), _IDS_AT_ONCE):
            # pymilvus' own `get` does not quote what is in a key.
            listed = ", ".join(
                quoted(each) if isinstance(each, str) else str(each) for each in ids[start:][:_IDS_AT_ONCE]
            )
            rows = self.call("query", collection, filter=f"{key} in [{listed}]", output_fields=list(fields))
            found += [dict(row) for row in rows]
        return found

    def query(self, collection: str, condition: str, fields: Sequence[str], limit: int) -> list[Row]:
        """At most `limit` of the rows that meet a condition, in any order; at most 16384 are given at all."""
        rows = self.call("query", collection, filter=condition, output_fields=list(fields), limit=limit)
        return [dict(row) for row in rows]

    def count(self, collection: str, condition: str = "") -> int:
        """How many rows meet a condition; all that were ever written are counted."""
        rows = self.call("query", collection, filter=condition, output_fields=["count(*)"], consistency_level="Strong")
        return int(rows[0]["count(*)"])

    def search(
        self,
        collection: str,
        field: str,
        query: object,
        limit: int,
        fields: Sequence[str],
        condition: str = "",
        **parameters: object,
    ) -> list[Row]:
        """The rows whose field is nearest to a query, best first, each with its `distance`; `query` may be a text."""
        (hits,) = self.call(
            "search",
            collection,
            data=[query],
            anns_field=field,
            limit=limit,
            output_fields=list(fields),
            filter=condition,
            search_params={"params": parameters},
        )
        return [{**hit["entity"], "distance": hit["distance"]} for hit in hits]

    def insert(self, collection: str, rows: Iterator[Row]) -> int:
        """Insert rows, some at a time; gives how many there were."""
        count, waiting = 0, []
        for row in rows:
            waiting.append(row)
            if len(waiting) == _ROWS_AT_ONCE:
                self.call("insert", collection, waiting)
                count, waiting = count + len(waiting), []
        if waiting:
            self.call("insert", collection, waiting)
        return count + len(waiting)


def _arguments(uri: str) -> tuple[dict[str, str], str]:
    """What pymilvus is called with, and how the database may be named to anyone: without user and password."""
    parts = urlsplit(uri)
    if parts.scheme not in ("http", "https"):
        return {"uri": uri}, uri
    host = parts.netloc.rpartition("@")[2]
    arguments = {"uri": urlunsplit((parts.scheme, host, "", "", ""))}
    if parts.username:
        arguments["token"] = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    if parts.path.strip("/"):
        arguments["db_name"] = parts.path.strip("/")
    return arguments, urlunsplit((parts.scheme, host, parts.path, "", ""))
