"""What a question is narrowed to, as conditions that a database checks."""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from index.coverage import Searched
from index.milvus_schema import DOCUMENTS, NO_DATE, PLACES, collection
from index.milvus_store import Store, containing, quoted
from index.narrowing import Narrowing
from index.references import Reference
from index.words import fold, stem

# A number that more places cite tells nothing; the first so many are sought in.
_MOST_CITING = 10_000


@dataclasses.dataclass(frozen=True, slots=True)
class Condition:
    """Which places may answer: `documents` is a filter on the fields of documents, `places` one on those of places.

    Both must hold; an empty one admits all. Rows of places and passages have the fields of documents, too.
    """

    documents: str = ""
    places: str = ""

    def __str__(self) -> str:
        return both(self.documents, self.places)


def both(one: str, other: str) -> str:
    """A filter that admits what two admit; an empty one admits all."""
    return f"({one}) and ({other})" if one and other else one or other


def condition_of(narrowing: Narrowing) -> str:
    """A narrowing as a filter on the fields of documents; empty for everything."""
    parts = []
    if narrowing.documents is not None:
        parts.append(f"document_id in {one_of(narrowing.documents)}")
    if narrowing.dossier is not None:
        parts.append(f"array_contains(dossiers, {quoted(narrowing.dossier)})")
    if narrowing.since is not None or narrowing.until is not None:
        since, until = narrowing.since or date.min, narrowing.until or date.max
        parts.append(f"day >= {since.toordinal()} and day <= {until.toordinal()}")
    if narrowing.sender is not None:
        parts.append(f'sender != "" and sender like {containing(fold(narrowing.sender))}')
    if narrowing.kind is not None:
        parts.append(f"kind == {quoted(narrowing.kind)}")
    return " and ".join(parts)


class Places:
    """What there is in a version, by conditions."""

    def __init__(self, store: Store, version: str) -> None:
        self._store = store
        self._places, self._documents = collection(version, PLACES), collection(version, DOCUMENTS)

    def has(self, condition: str) -> bool:
        """Whether a document meets a condition."""
        return bool(self._store.query(self._documents, condition, ("document_id",), 1))

    def unknown(self, document_ids: Collection[str]) -> list[str]:
        """The ids that no document here has, in order."""
        found = (
            self._store.get(self._documents, "document_id", sorted(document_ids), ("document_id",))
            if document_ids
            else []
        )
        return sorted(set(document_ids) - {row["document_id"] for row in found})

    def meant_by(self, reference: Reference) -> frozenset[str]:
        """The ids of the documents that a reference means, of the first so many."""
        if reference.date is not None:
            condition = f"day == {reference.date.toordinal()}"
        elif reference.dossier is not None:
            condition = f"array_contains(named, {quoted(reference.dossier)})"
            if reference.number is not None:
                condition = both(condition, f"number == {quoted(reference.number)}")
        else:
            return frozenset()
        known = self._store.query(self._documents, condition, ("document_id",), _MOST_CITING)
        return frozenset(row["document_id"] for row in known)

    def citing(self, words: Sequence[str]) -> str:
        """The places whose own text has all these words as a condition; empty when none has."""
        stems = ", ".join(quoted(stem(word)) for word in words)
        rows = self._store.query(self._places, f"array_contains_all(cited, [{stems}])", ("place",), _MOST_CITING)
        return f"place in {sorted(int(row['place']) for row in rows)}" if rows else ""

    def searched(self, condition: Condition) -> Searched:
        """How much meets a condition."""
        if condition.places:
            rows = self._store.query(self._places, str(condition), ("document_id", "paragraph"), _MOST_CITING)
            ids = sorted({row["document_id"] for row in rows})
            paragraphs = len({(row["document_id"], row["paragraph"]) for row in rows})
            documents, within = len(ids), f"document_id in {one_of(ids)}"
        else:
            within = condition.documents
            documents = self._store.count(self._documents, within)
            paragraphs = self._store.count(self._places, both(within, 'mark == ""'))
        return Searched(documents, paragraphs, self._day(within, -1.0), self._day(within, 1.0))

    def _day(self, condition: str, direction: float) -> date | None:
        """The first (-1) or last (1) day among the dates of documents."""
        dated = both(condition, f"day != {NO_DATE}")
        found = self._store.search(self._documents, "days", [direction, 0.0], 1, ("day",), dated)
        return date.fromordinal(int(found[0]["day"])) if found else None


def one_of(values: Iterable[str]) -> str:
    """Some texts as the list that a filter looks in."""
    return "[" + ", ".join(quoted(value) for value in sorted(values)) + "]"
