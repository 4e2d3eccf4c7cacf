"""One module per format; a file's bytes decide which one reads it.

What holds for every format, so that one letter gives one document whatever it was saved as:

- Body paragraphs are numbered over the whole document; the head of a Kamerstuk (chamber, session year, dossier, number,
  title, addressee, place and date), headings, running headers and footers and footnotes are no paragraphs.
- A list item is a paragraph of its own, with its number or letter but without a bullet; a table row is one, each cell
  after its column's name, so that both can be found, read and cited alone.
- The signature is one paragraph; what comes after it (an annex) has a heading of its own.
- The question and its answer in Kamervragen stand in one section: the answer's heading is below the question's.
- White space is folded, hyphens at line ends are repaired, note marks and emphasis are taken off; all else stays.

Readers are called through `confined`, in a process that may crash.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from corpus.document import Document, Format
from corpus.errors import UnreadableDocument
from corpus.quality import judge
from corpus.readers.file_format import detect_format
from corpus.readers.markdown import read_markdown
from corpus.readers.official_xml import read_official_xml
from corpus.readers.open_document import read_open_document
from corpus.readers.pdf import read_pdf
from corpus.readers.plain_text import read_plain_text
from corpus.readers.rich_text import read_rich_text
from corpus.readers.web_page import read_web_page
from corpus.readers.word import read_word

MAX_FILE_BYTES = 100 * 1024 * 1024

_READERS: dict[Format, Callable[[bytes, str], Document]] = {
    "html": read_web_page,
    "docx": read_word,
    "odt": read_open_document,
    "rtf": read_rich_text,
    "markdown": read_markdown,
    "pdf": read_pdf,
    "text": read_plain_text,
}


def read_document(path: Path, companion: Path | None = None, *, name: str | None = None) -> Document:
    """Read a source file into a document; `companion` is the metadata.xml that belongs to official XML.

    `name` is what the file is called, when that is not its own name.

    UnsupportedFormat or UnreadableDocument, with the file's name, when that cannot be done; OSError when the
    file itself cannot be opened.
    """
    name = name or path.name
    data = _contents(path)
    metadata = _contents(companion) if companion else None
    file_format = detect_format(data, name)
    if file_format == "xml":
        document = read_official_xml(data, name, metadata=metadata)
    else:
        document = _READERS[file_format](data, name)
    document = replace(
        document,
        format=file_format,
        source_name=name,
        source_sha256=hashlib.sha256(data).hexdigest(),
        metadata_sha256=hashlib.sha256(metadata).hexdigest() if metadata is not None else "",
    )
    return replace(document, quality=judge(document))


def _contents(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        megabytes = MAX_FILE_BYTES // 1024 // 1024
        raise UnreadableDocument(f"{path.name} is larger than {megabytes} MB; split it, or leave it out")
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) != size:
        raise UnreadableDocument(f"{path.name} changed while it was read; build the index again")
    return data
