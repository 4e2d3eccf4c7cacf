"""Vectors of a build that is not finished: a build that was killed goes on where it was.

One record a passage text: SHA-256 of the text, the vector, a checksum. Whatever follows a damaged record is ignored.
"""

import hashlib
import os
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.encoder import Vectors

_HASH_BYTES, _CHECKSUM_BYTES = 32, 4


def text_key(text: str) -> bytes:
    """What a passage's vector is filed under: the SHA-256 of its text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class VectorJournal:
    """The journal of one model; `fingerprint` is part of the file's name, so models never mix."""

    def __init__(self, data: Path, fingerprint: str, dim: int) -> None:
        name = hashlib.sha256(f"{fingerprint}/{dim}".encode()).hexdigest()[:16]
        self._folder = data / "journal"
        self._path = self._folder / f"{name}.vectors"
        self._dim = dim
        self._record_bytes = _HASH_BYTES + 4 * dim + _CHECKSUM_BYTES

    def read(self) -> dict[bytes, Vectors]:
        """The vectors kept so far, by `text_key`; none when there is no journal."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        kept: dict[bytes, Vectors] = {}
        for start in range(0, len(content) - self._record_bytes + 1, self._record_bytes):
            record = content[start : start + self._record_bytes]
            body, checksum = record[:-_CHECKSUM_BYTES], record[-_CHECKSUM_BYTES:]
            if zlib.crc32(body).to_bytes(_CHECKSUM_BYTES, "little") != checksum:
                break
            kept[body[:_HASH_BYTES]] = np.frombuffer(body[_HASH_BYTES:], "<f4").astype(np.float32)
        whole = len(kept) * self._record_bytes
        if whole < len(content):
            # What a killed build wrote half must not stand before what is added now.
            os.truncate(self._path, whole)
        return kept

    def add(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Append vectors, shape (len(texts), dim); they are on disk when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True)
        records = bytearray()
        for text, vector in zip(texts, vectors, strict=True):
            body = text_key(text) + vector.astype("<f4").tobytes()
            records += body + zlib.crc32(body).to_bytes(_CHECKSUM_BYTES, "little")
        with self._path.open("ab") as file:
            file.write(records)
            file.flush()
            os.fsync(file.fileno())

    def clear(self) -> None:
        """Remove all journals: their vectors are in a snapshot now, or of a model that is no longer used."""
        for path in self._folder.glob("*.vectors"):
            path.unlink(missing_ok=True)
