"""The vectors of a build's passages: taken over, kept by the journal of a build that died, or encoded."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from index.encoder import Encoder, Vectors
from index.passage_table import PassageTable
from index.ragged import Numbers
from index.snapshot_contents import Snapshot
from index.vector_journal import VectorJournal, text_key

# Texts between two writes of the journal: what a killed build has to encode again at most.
_JOURNALLED = 64


def write_vectors(
    passages: PassageTable,
    previous_rows: Numbers,
    encoder: Encoder,
    journal: VectorJournal,
    previous: Snapshot | None,
    on_encoded: Callable[[int, int], None],
    vectors: Vectors,
) -> int:
    """Write vectors by row into an array of shape (passages, dim), and give how many texts were encoded.

    Equal texts are encoded once. `previous_rows` as `PassageTable.split` gives them. `on_encoded` hears how many texts
    of how many are done.
    """
    is_new = np.ones(len(passages), np.bool_)
    wanted: dict[str, list[int]] = {}
    known = previous if previous and previous.manifest.recipe.fingerprint == encoder.fingerprint else None
    if known:
        is_new = previous_rows < 0
        # In one pass, since a million vectors are gigabytes; what is new is written over what came for it.
        known.dense.copy_vectors(np.maximum(previous_rows, 0), vectors)
    for row in np.flatnonzero(is_new).tolist():
        wanted.setdefault(passages.text(row), []).append(row)
    # A new paragraph may repeat a sentence of an old one.
    if known and wanted:
        for text, row in known.passages.rows_with(wanted).items():
            vectors[wanted.pop(text)] = known.dense.vectors(np.array([row]))[0]
    kept = journal.read()
    for text in [text for text in wanted if text_key(text) in kept]:
        vectors[wanted.pop(text)] = kept[text_key(text)]
    # Longest together: a batch is padded to its longest, and memory shows its worst at once.
    missing = sorted(wanted, key=len, reverse=True)
    on_encoded(0, len(missing))
    done = 0
    for batch, encoded in _in_parts(encoder, missing):
        journal.add(batch, encoded)
        for text, vector in zip(batch, encoded, strict=True):
            vectors[wanted[text]] = vector
        done += len(batch)
        on_encoded(done, len(missing))
    return len(missing)


@runtime_checkable
class SpreadingEncoder(Protocol):
    """An encoder that has many processes to encode with."""

    def parts_of(self, texts: Sequence[str]) -> Iterator[tuple[Sequence[str], Vectors]]:
        """Encode passages, part by part, in any order: each part's texts and their vectors."""
        ...


def _in_parts(encoder: Encoder, texts: Sequence[str]) -> Iterator[tuple[Sequence[str], Vectors]]:
    if isinstance(encoder, SpreadingEncoder):
        yield from encoder.parts_of(texts)
        return
    for start in range(0, len(texts), _JOURNALLED):
        batch = texts[start : start + _JOURNALLED]
        yield batch, encoder.encode_passages(batch)
