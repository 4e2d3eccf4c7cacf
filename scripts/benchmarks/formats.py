"""The benchmark `formats`: the letter, read from every format."""

import importlib
import sys
import tempfile
from pathlib import Path

from benchmarks.table import Table
from benchmarks.texts import LETTER
from benchmarks.turns import in_turn
from corpus.confined import ConfinedReader
from corpus.readers import read_document

_PAGES = 5


def formats() -> Table:
    """Pages a second for each format, and how many times slower than plain text; the confined reader beside them."""
    sys.path.append(str(Path(__file__).resolve().parent.parent.parent / "tests"))

    def rendered(module: str, function: str) -> bytes:
        made: bytes = getattr(importlib.import_module(module), function)(letter)
        return made

    letter = read_document(LETTER)
    files: dict[str, bytes] = {
        "text": LETTER.read_bytes(),
        "xml": rendered("rendering_xml", "official_xml"),
        "html": rendered("rendering_html", "new_page"),
        "docx": rendered("rendering_docx", "render_docx"),
        "odt": rendered("rendering_odt", "render_odt"),
        "markdown": rendered("rendering_markdown", "render_markdown"),
        "pdf": rendered("rendering_pdf", "render_pdf"),
    }
    table: Table = {}
    with tempfile.TemporaryDirectory() as folder, ConfinedReader() as confined:
        for name, data in files.items():
            path = Path(folder) / name
            path.write_bytes(data)
            in_process, apart = in_turn([lambda p=path: read_document(p), lambda p=path: confined.read(p)])  # type: ignore[misc]
            table[name] = {
                "pages/s": round(_PAGES / in_process, 1),
                "pages/s in a process apart": round(_PAGES / apart, 1),
            }
    for row in table.values():
        row["times slower than text"] = round(table["text"]["pages/s"] / row["pages/s"], 2)
    return table
