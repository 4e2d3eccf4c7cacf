"""One module per format; a file's bytes decide which one reads it."""

import hashlib
from dataclasses import replace
from pathlib import Path

from corpus.document import Document
from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.readers.plain_text import read_plain_text

# First bytes of formats that are no text, so that their keeper reads what the file is instead of "damaged".
_SIGNATURES = {
    b"%PDF": "PDF",
    b"PK\x03\x04": "a Word, OpenDocument or zip file",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"{\\rtf": "RTF",
    b"<?xml": "XML",
    b"<!DOCTYPE": "HTML",
    b"<html": "HTML",
}


def read_document(path: Path) -> Document:
    """Read a source file into a document.

    UnsupportedFormat or UnreadableDocument, with the file's name, when that cannot be done; OSError when the
    file itself cannot be opened.
    """
    data = path.read_bytes()
    if not data.strip():
        raise UnreadableDocument(f"{path.name} is empty; remove it, or put the document's text into it")
    head = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    for signature, format_name in _SIGNATURES.items():
        if head[: len(signature)].lower() == signature.lower():
            raise UnsupportedFormat(f"{path.name} is {format_name}, which cannot be read yet; save it as plain text")
    document = read_plain_text(data, path.name)
    return replace(document, source_name=path.name, source_sha256=hashlib.sha256(data).hexdigest())
