"""Files made to harm: bombs, loops, nests, entities, lies and damage. `hostile_files.py COUNT SEED` reads COUNT of them.

Each is read or refused within the limits of a confined reader.
"""

import io
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from conftest import LETTER
from mutations import _mutate
from office_packages import open_document_file, paragraph, word_file, zipped
from rendering_html import new_page
from rendering_pdf import render_pdf
from rendering_xml import official_xml

from corpus.confined import MEMORY_LIMIT_BYTES, TIME_LIMIT_S, ConfinedReader, _state_of
from corpus.errors import DocumentError
from corpus.readers import read_document

DEEP = 100_000
_ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "drones">{_ENTITIES}]><x>&e11;</x>'
FETCHING = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><officiele-publicatie>&f;</officiele-publicatie>'


def pdf(*objects: str) -> bytes:
    """A PDF file of these objects, numbered from 1; the first is the root."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    start = len(out)
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}".encode()
    return bytes(out + f"trailer << /Root 1 0 R /Size {len(objects) + 1} >>\nstartxref\n{start}\n%%EOF".encode())


def _page(content: str) -> bytes:
    return pdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /XObject << /F 4 0 R >> >> >>",
        f"<< /Length {len(content)} /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 4 0 R >> >> >>\n"
        f"stream\n{content}\nendstream",
    )


def _linked_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("word/document.xml")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("[Content_Types].xml", "<Types/>")
    return out.getvalue()


def made() -> dict[str, bytes]:
    """Those made by hand, by name."""
    word = word_file(paragraph("Drones."))
    zeros = bytes(200 * 1024 * 1024)
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    nest = "<div>" * DEEP + "drones" + "</div>" * DEEP
    return {
        "entities.xml": BOMB.encode(),
        "fetching.xml": FETCHING.encode(),
        "entities.docx": zipped(members | {"word/document.xml": BOMB}),
        "fetching.docx": zipped(members | {"word/document.xml": FETCHING}),
        "entities.odt": zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": BOMB}),
        "bomb.docx": zipped(members | {"word/document.xml": zeros}),
        "bomb.odt": zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": zeros}),
        "many.docx": zipped(members | {f"word/{number}.xml": "x" for number in range(30_000)}),
        "outside.docx": zipped(members | {"../../outside.xml": "x", "/etc/cron.d/x": "x", "..\\x": "x"}),
        "link.docx": _linked_zip(),
        "deep.xml": (
            "<officiele-publicatie>" + "<al>" * DEEP + "x" + "</al>" * DEEP + "</officiele-publicatie>"
        ).encode(),
        "deep.html": f"<!doctype html><title>x</title>{nest}".encode(),
        "deep.md": (">" * DEEP + " drones\n").encode(),
        "deep_lists.md": "".join(" " * (2 * n) + "- x\n" for n in range(2000)).encode(),
        "brackets.md": (b"[" * DEEP) + b"](" * DEEP,
        "deep.rtf": b"{\\rtf1 " + b"{" * DEEP + b"x" + b"}" * DEEP + b"}",
        "long.rtf": b"{\\rtf1 \\bin99999999999999999999 x}",
        "line.txt": b"a" * 20_000_000,
        "lines.txt": b"a\n\n" * 2_000_000,
        "nul.txt": bytes(1_000_000),
        "loop.pdf": pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 99999999 >>"),
        "itself.pdf": _page("/F Do " * 50),
        "page.pdf": pdf(
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e30 -1e30] /Contents 3 0 R >>",
        ),
        "deep.pdf": pdf(f"<< /Type /Catalog /Pages {'[' * DEEP}{']' * DEEP} >>"),
        "action.pdf": pdf(
            "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>",
            "<< /Type /Pages /Kids [] /Count 0 >>",
        ),
        "two.pdf.html": b"%PDF-1.7\n<script>alert(1)</script>",
        "empty.docx": b"PK\x05\x06" + bytes(18),
    }


def hostile(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """As many files as asked for: those made by hand first, then good ones of every format, damaged."""
    files = list(made().items())
    yield from files[:count]
    letter, chance = read_document(LETTER), random.Random(seed)
    word, text = word_file(paragraph("Drones.") * 20), open_document_file("<text:p>Drones.</text:p>" * 20)
    good = [render_pdf(letter), official_xml(letter), new_page(letter), word, text, LETTER.read_bytes()]
    for number in range(count - len(files)):
        yield f"damaged{number}.bin", _mutate(chance.choice(good), chance)


def run(count: int, seed: int) -> tuple[int, int, float]:
    """Read them; gives how many were read, how many refused, and the longest work on one in seconds."""
    read = refused = 0
    longest = 0.0
    with tempfile.TemporaryDirectory() as folder, ConfinedReader() as reader:
        for name, data in hostile(count, seed):
            path = Path(folder) / name
            path.write_bytes(data)
            began, worked_before = time.monotonic(), _worked(reader)
            try:
                reader.read(path)
                read += 1
            except DocumentError as error:
                assert name in str(error), f"{error} does not name {name}"
                refused += 1
            taken, worked = time.monotonic() - began, _worked(reader) - worked_before
            longest = max(longest, worked)
            # The limit is one of work while others have the processor; a new process takes some to start.
            assert worked < TIME_LIMIT_S + 4, f"{name} took {worked:.1f} s of work"
            assert taken < 10 * TIME_LIMIT_S + 4, f"{name} took {taken:.1f} s"
            assert _most_memory(reader) <= MEMORY_LIMIT_BYTES, f"{name} took more memory than it may"
            path.unlink()
    return read, refused, longest


def _worked(reader: ConfinedReader) -> float:
    """Seconds of a processor that this reader's processes have used, those that have ended included."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = reader._child
    return ended.ru_utime + ended.ru_stime + (_state_of(child.pid).worked_s if child and child.poll() is None else 0.0)


def _most_memory(reader: ConfinedReader) -> int:
    child = reader._child
    if child is None or child.poll() is not None:
        return 0
    status = Path(f"/proc/{child.pid}/status").read_text()
    return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


if __name__ == "__main__":
    found = run(int(sys.argv[1]), int(sys.argv[2]))
    print(f"{found[0]} read, {found[1]} refused, the longest {found[2]:.1f} s")
