"""Documents damaged at random, the same way each time, for tests that only named errors may leave a reader."""

import io
import random
import time
import zipfile
from collections.abc import Callable, Sequence

from office_packages import zipped

from corpus.document import Document
from corpus.errors import DocumentError

# What a shared machine may take for one small file.
SLOWEST_S = 5.0

_HOSTILE = (
    b"<", b">", b"&", b"&#0;", b"&x;", b"\0", b"\xff\xfe", b"]]>", b"<!--", b"<![CDATA[", b"<!DOCTYPE x [", b'"',
    b"-1", b"0", b"99999999999999999999", b"\xed\xa0\x80", b"\xc2\xad", b"\xef\xbf\xbe", b"{", b"}", b"\\",
    b"\\'", b"\\u",
    b"|", b"[^1]:", b"```", b"* ", b"> ", b"\n\n", b"\t",
)  # fmt: skip


def run_mutations(read: Callable[[bytes, str], Document], seeds: Sequence[bytes], cases: int, *, seed: int = 0) -> int:
    """Read `cases` damaged copies of the seeds; gives how many were read all the same.

    Any other exception than a `DocumentError` passes through; a copy that takes too long fails by its number.
    """
    source = random.Random(seed)
    whole = 0
    for case in range(cases):
        data = _mutate(source.choice(list(seeds)), source)
        start = time.perf_counter()
        try:
            whole += bool(read(data, "beschadigd.bin").paragraphs)
        except DocumentError as error:
            assert "beschadigd.bin" in str(error), f"case {case} of seed {seed} does not name the file: {error}"
        taken = time.perf_counter() - start
        assert taken < SLOWEST_S, f"case {case} of seed {seed} took {taken:.1f} s"
    return whole


def _mutate(data: bytes, source: random.Random) -> bytes:
    # A flipped bit in a zip is nearly always found by its checksum: damage what is packed, too.
    if data.startswith(b"PK") and source.random() < 0.85:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        names = [name for name in members if members[name]]
        for name in source.sample(names, k=source.randint(1, min(2, len(names)))):
            members[name] = _damage(members[name], source)
        if source.random() < 0.05:
            del members[source.choice(names)]
        return zipped(members)
    return _damage(data, source)


def _damage(data: bytes, source: random.Random) -> bytes:
    for _ in range(source.randint(1, 6)):
        start = source.randrange(len(data) + 1)
        end = min(len(data), start + source.choice((0, 1, 1, 4, 30, 300)))
        kind = source.randrange(7)
        if kind == 0:
            data = data[:start] + bytes([source.randrange(256)]) + data[start + 1 :]
        elif kind == 1:
            data = data[:start] + source.choice(_HOSTILE) + data[start:]
        elif kind == 2:
            data = data[:start] + data[end:]
        elif kind == 3:
            data = data[:end] + data[start:end] * source.choice((1, 2, 50)) + data[end:]
        elif kind == 4:
            data = _move_tag(data, source)
        elif kind == 5:
            data = _change_number(data, source)
        elif source.random() < 0.1:
            data = data[:start]
    return data


def _move_tag(data: bytes, source: random.Random) -> bytes:
    """Copy one element from here to there, so that the XML stays whole and becomes unusual."""
    start = data.find(b"<", source.randrange(len(data) + 1))
    end = data.find(b"/>", start)
    if start < 0 or end < 0 or end - start > 400:
        return data
    place = data.find(b"<", source.randrange(len(data) + 1))
    return data if place < 0 else data[:place] + data[start : end + 2] + data[place:]


def _change_number(data: bytes, source: random.Random) -> bytes:
    place = source.randrange(len(data) + 1)
    while place < len(data) and not data[place : place + 1].isdigit():
        place += 1
    number = source.choice((b"0", b"-5", b"999999999", b"99999999999999999999", b"x", b"", b"\xc2\xb2"))
    return data[:place] + number + data[place + 1 :] if place < len(data) else data
