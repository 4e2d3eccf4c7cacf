"""The documents of a version in Milvus: read when they are asked for, the last ones kept in memory for a while."""

import itertools
from collections.abc import Iterator, Sequence, ValuesView
from functools import lru_cache

from corpus.document import Document
from corpus.document_form import DOCUMENT_FORM
from corpus.summary import Summary, summary_of
from index.documents import Documents
from index.errors import SnapshotDamaged
from index.manifest import HOW_TO_REBUILD
from index.milvus_schema import DOCUMENTS, TEXTS, collection
from index.milvus_scope import Places
from index.milvus_store import Store
from index.references import Reference

_REMEMBERED = 256
_AT_ONCE = 64


class StoredTexts:
    """Texts that are longer than a field, by name."""

    def __init__(self, store: Store, version: str) -> None:
        self._store, self._collection = store, collection(version, TEXTS)

    def read(self, names: Sequence[str]) -> dict[str, str]:
        """The texts with these names that there are; SnapshotDamaged when a part of one is missing."""
        first = self._contents([f"{name}#0" for name in names])
        counts, pieces = {}, dict[str, str]()
        for name in names:
            if (content := first.get(f"{name}#0")) is not None:
                count, _, pieces[f"{name}#0"] = content.partition("\n")
                counts[name] = int(count)
        pieces |= self._contents([f"{name}#{at}" for name, count in counts.items() for at in range(1, count)])
        try:
            return {name: "".join(pieces[f"{name}#{at}"] for at in range(count)) for name, count in counts.items()}
        except KeyError as error:
            raise SnapshotDamaged(f"{self._collection} lacks {error}; {HOW_TO_REBUILD}") from error

    def _contents(self, keys: Sequence[str]) -> dict[str, str]:
        # A part is up to 60 KB, and an answer of the database 64 MB.
        some = (keys[start : start + 500] for start in range(0, len(keys), 500))
        found = (self._store.get(self._collection, "key", part, ("key", "content")) for part in some)
        return {row["key"]: row["content"] for rows in found for row in rows}


class _Together(ValuesView[Document]):
    """The values of stored documents, read some at a time instead of one by one."""

    def __init__(self, documents: "StoredDocuments") -> None:
        super().__init__(documents)
        self._documents = documents

    def __iter__(self) -> Iterator[Document]:
        return self._documents.all()


class StoredDocuments(Documents):
    """The documents of a version by id, in the order of their passages. Threads may share it."""

    def __init__(self, store: Store, version: str, count: int) -> None:
        self._store, self._version, self._count = store, version, count
        self._texts = StoredTexts(store, version)
        self._read = lru_cache(_REMEMBERED)(self._fetched)
        self._meant = lru_cache(_REMEMBERED)(Places(store, version).meant_by)

    def __getitem__(self, document_id: str) -> Document:
        return self._read(document_id)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return itertools.chain.from_iterable(self._ids())

    def values(self) -> ValuesView[Document]:
        """Every document in order."""
        return _Together(self)

    def summaries(self) -> Iterator[Summary]:
        """All of them without their texts, in order; these are read with the rest."""
        return map(summary_of, self.all())

    def summary(self, document_id: str) -> Summary:
        """One without its text; KeyError when it is not here."""
        return summary_of(self[document_id])

    def all(self) -> Iterator[Document]:
        """Every document in order, some at a time in memory."""
        for ids in self._ids():
            names = [f"document:{document_id}" for document_id in ids]
            texts = self._texts.read(names)
            yield from (DOCUMENT_FORM.validate_json(texts[name]) for name in names)

    def meant_by(self, reference: Reference) -> frozenset[str]:
        """The ids of the documents that a reference means; asked once, and remembered."""
        return self._meant(reference)

    def _ids(self) -> Iterator[list[str]]:
        """The ids in order, some at a time."""
        name = collection(self._version, DOCUMENTS)
        for start in range(0, self._count, _AT_ONCE):
            within = f"at >= {start} and at < {start + _AT_ONCE}"
            rows = self._store.query(name, within, ("document_id", "at"), _AT_ONCE)
            yield [row["document_id"] for row in sorted(rows, key=lambda row: row["at"])]

    def _fetched(self, document_id: str) -> Document:
        name = f"document:{document_id}"
        return DOCUMENT_FORM.validate_json(self._texts.read([name])[name])
