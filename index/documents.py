"""The documents of a version, as answers quote them: read one by one, when they are asked for."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from threading import Lock

import cachetools
from pydantic import TypeAdapter, ValidationError

from corpus.document import Document
from corpus.document_form import DOCUMENT_FORM
from corpus.summary import Summary, summary_of
from index.columns import Buffer
from index.errors import SnapshotDamaged
from index.references import Reference

DOCUMENTS, SUMMARIES = "documents.jsonl", "summaries.jsonl"

# Of JSON; as objects they take somewhat more. No document is larger (corpus/confined.py).
_REMEMBERED_BYTES = 64 * 1024 * 1024

_summary_form = TypeAdapter(Summary)


class Documents(Mapping[str, Document]):
    """Documents by id, in the order of their passages. They never change, so threads may share them."""

    @abstractmethod
    def summaries(self) -> Iterable[Summary]:
        """All of them without their texts, in order."""

    @abstractmethod
    def summary(self, document_id: str) -> Summary:
        """One without its text; KeyError when it is not here."""

    def meant_by(self, reference: Reference) -> frozenset[str]:
        """The ids of the documents that a reference means; none when there is no such document."""
        return frozenset(each.id for each in self.summaries() if reference.means(each.identity))


class KeptDocuments(Documents):
    """Documents as lines of JSON, perhaps of a file that is memory-mapped; those asked for last stay in memory."""

    def __init__(self, lines: Buffer, summaries: Sequence[Summary]) -> None:
        self._lines, self._summaries = lines, {summary.id: summary for summary in summaries}
        ends = [0]
        while (end := lines.find(b"\n", ends[-1])) >= 0:
            ends.append(end + 1)
        if len(summaries) != len(self._summaries) or len(summaries) != len(ends) - 1:
            raise SnapshotDamaged(f"{DOCUMENTS} holds other documents than {SUMMARIES}")
        self._parts = dict(zip(self._summaries, (slice(*ends) for ends in pairwise(ends)), strict=True))
        sizes = {key: min(part.stop - part.start, _REMEMBERED_BYTES) for key, part in self._parts.items()}
        remembered = cachetools.LRUCache[str, Document](_REMEMBERED_BYTES, lambda document: sizes[document.id])
        # Nothing here leads back to this object: it is to go, and its files with it, with the last who uses it.
        self._read = cachetools.cached(remembered, lock=Lock())(partial(_parsed, lines, self._parts))

    @classmethod
    def of(cls, documents: Sequence[Document]) -> "KeptDocuments":
        """These documents, in order."""
        return cls(document_lines(documents), list(map(summary_of, documents)))

    @classmethod
    def from_bytes(cls, lines: Buffer, summaries: Buffer) -> "KeptDocuments":
        """Open what `document_lines` and `summary_lines` gave; SnapshotDamaged when they do not fit together."""
        try:
            found = [_summary_form.validate_json(line) for line in summaries[:].splitlines()]
        except ValidationError as error:
            raise SnapshotDamaged(f"{SUMMARIES} cannot be read ({error})") from error
        return cls(lines, found)

    def __getitem__(self, document_id: str) -> Document:
        return self._read(document_id)

    def __len__(self) -> int:
        return len(self._summaries)

    def __iter__(self) -> Iterator[str]:
        return iter(self._summaries)

    def __contains__(self, document_id: object) -> bool:
        return document_id in self._summaries

    def summaries(self) -> Iterable[Summary]:
        """All of them without their texts, in order."""
        return self._summaries.values()

    def summary(self, document_id: str) -> Summary:
        """One without its text; KeyError when it is not here."""
        return self._summaries[document_id]


def _parsed(lines: Buffer, parts: Mapping[str, slice], document_id: str) -> Document:
    try:
        return DOCUMENT_FORM.validate_json(lines[parts[document_id]])
    except ValidationError as error:
        raise SnapshotDamaged(f"{document_id} in {DOCUMENTS} cannot be read ({error})") from error


def document_lines(documents: Iterable[Document]) -> bytes:
    """Documents as lines of JSON, equal for equal documents."""
    return b"".join(DOCUMENT_FORM.dump_json(document) + b"\n" for document in documents)


def summary_lines(documents: Iterable[Document]) -> bytes:
    """What is known of documents without their texts as lines of JSON, equal for equal documents."""
    return b"".join(_summary_form.dump_json(summary_of(document)) + b"\n" for document in documents)
