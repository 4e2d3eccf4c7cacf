"""Damages PDF files at random and reads them.

With more cases, by hand: `PYTHONPATH=.:tests python tests/fuzzing_pdf.py 10000 7`, in a process of its own because
pdfium is native code.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable

import made_pdfs
from made_documents import made_kamerstuk
from rendering_pdf import Layout, render_pdf

from corpus.errors import DocumentError
from corpus.readers.pdf import read_pdf

_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_EXTREMES = (b"0", b"-1", b"1", b"99999999", b"-99999999", b"0.0001", b"1e9", b"2147483648", b"nan")
_END = b"\n%%EOF\n"


def fuzz(cases: int, seed: int) -> Counter[str]:
    """Read so many damaged files; gives how many could be read and how many were refused.

    Any exception but a refusal comes out, with the case's number.
    """
    chance = random.Random(seed)
    bases = _bases()
    outcomes: Counter[str] = Counter()
    for case in range(cases):
        data = chance.choice(bases) if chance.random() < 0.7 else _scattered(chance)
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            data = chance.choice(_MUTATIONS)(data, chance)
        if chance.random() < 0.9 and b"%%EOF" not in data[-1_000:]:
            data += _END
        try:
            document = read_pdf(data, "schade.pdf")
        except DocumentError as error:
            assert str(error).startswith("schade.pdf"), error
            outcomes["refused"] += 1
        except Exception as error:
            raise AssertionError(f"case {case} of seed {seed}: {error!r}") from error
        else:
            _check(document)
            outcomes["read"] += 1
    return outcomes


def _check(document: object) -> None:
    """What holds for every document: numbers in order, notes inside their text, text that can be written down."""
    paragraphs = document.paragraphs
    assert [p.number for p in paragraphs] == list(range(1, len(paragraphs) + 1))
    for paragraph in paragraphs:
        assert paragraph.text.strip()
        assert paragraph.text == " ".join(paragraph.text.split())
        paragraph.text.encode()
        assert all(0 <= note.position <= len(paragraph.text) for note in paragraph.notes)
    assert all(document.paragraph(note.paragraph) for note in document.footnotes)


def _bases() -> list[bytes]:
    """Files with their content in plain sight, so that damage reaches it, and some that are packed."""
    plain = [render_pdf(made_kamerstuk(seed), Layout(is_justified=seed % 2 == 0), pageCompression=0) for seed in (3, 4)]
    return [*plain, made_pdfs.two_columns(), made_pdfs.ruled_table(), made_pdfs.ministry_letter(), made_pdfs.turned()]


def _scattered(chance: random.Random) -> bytes:
    """Words, marks and rules anywhere on a few pages, with some order in it: columns, rows, repeated lines."""
    lefts = [chance.uniform(0, 500) for _ in range(chance.randint(1, 5))]
    step = chance.choice((4.0, 11.0, 12.5, 30.0))
    words = (
        *("Datum", "Betreft:", "1.", "a.", "-", "•", "Vraag 1", "Tabel 1", "De Minister van Financiën,", "A.B. Vries"),
        *("27 925", "Nr. 7", "12", "4.000", "tekst die doorloopt over de regel heen en", "einde.", "T", "weede", "1"),
    )

    def draw(canvas: object) -> None:
        for _ in range(chance.randint(1, 3)):
            for row in range(chance.randint(1, 60)):
                for left in chance.sample(lefts, chance.randint(1, len(lefts))):
                    size = chance.choice((9, 9, 9, 6, 7, 14))
                    canvas.setFont(chance.choice(("Helvetica", "Helvetica", "Helvetica-Bold")), size)
                    raise_by = chance.choice((0, 0, 0, 3))
                    canvas.drawString(
                        left + chance.choice((0, 0, 12)), 800 - step * row + raise_by, chance.choice(words)
                    )
            for _ in range(chance.randint(0, 30)):
                left, bottom = chance.choice(lefts), 800 - step * chance.randint(0, 60)
                across = chance.random() < 0.6
                canvas.line(left, bottom, left + 200 * across, bottom + 60 * (not across))
            canvas.showPage()

    return made_pdfs.canvas_pdf(draw, pageCompression=chance.randint(0, 1))


def _flip(data: bytes, chance: random.Random) -> bytes:
    position = chance.randrange(len(data))
    return data[:position] + bytes([chance.randrange(256)]) + data[position + 1 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randrange(1, 2_000) :] or b"%"


def _double(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start : start + chance.randrange(1, 500)] + data[start:]


def _move(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(data)) for _ in range(2))
    size = chance.randrange(1, 200)
    return data[:start] + data[end : end + size] + data[start + size :] or b"%"


def _number(data: bytes, chance: random.Random) -> bytes:
    position = chance.randrange(len(data))
    match = _NUMBER.search(data, position)
    return data[: match.start()] + chance.choice(_EXTREMES) + data[match.end() :] if match else data


def _truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data) + 1)]


_MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_number,) * 6,
    *(_flip,) * 3,
    _cut,
    _double,
    _move,
    _truncate,
)

if __name__ == "__main__":
    print(json.dumps(fuzz(int(sys.argv[1]), int(sys.argv[2]))))
