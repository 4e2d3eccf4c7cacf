"""Which format a file has, told by its bytes: names and content types of published letters are often wrong."""

import codecs
import re
import zipfile
from io import BytesIO

import filetype

from corpus.document import Format
from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.readers.markdown import looks_like_markdown

# PDF readers allow this much before the header, and real files use it.
_PDF_HEADER_WITHIN = 1024
_HEAD_BYTES = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODT_TYPES = (b"application/vnd.oasis.opendocument.text", b"application/vnd.oasis.opendocument.text-template")
_HTML_TAGS = "html|head|body|title|meta|div|p|table|h[1-6]|article|main|section"
_HTML = re.compile(rf"\s*(?:<\?xml[^>]*>|<!--.*?-->|\s)*(?:<!doctype\s+html|<(?:{_HTML_TAGS})[\s>])", re.I | re.DOTALL)
_XML = re.compile(r"\s*<(?:\?xml\s|!--|!DOCTYPE|[A-Za-z_][\w.:-]*[\s>/])", re.DOTALL)


def detect_format(data: bytes, name: str) -> Format:
    """Tell a file's format; of the text formats, Markdown is also known by its name's ending.

    UnreadableDocument when the file is empty, UnsupportedFormat when no reader takes its format.
    """
    if not data.strip(b" \t\r\n\0"):
        raise UnreadableDocument(f"{name} is empty; remove it, or put the document's text into it")
    if data.startswith(b"PK"):
        return _in_zip(data, name)
    if data.startswith(_OLE):
        raise UnsupportedFormat(f"{name} is an old Office file (.doc, .xls, .msg); save it as .docx and add that")
    if b"%PDF-" in data[:_PDF_HEADER_WITHIN]:
        return "pdf"
    if data.lstrip().startswith(b"{\\rtf"):
        return "rtf"
    kind = filetype.guess(data)
    if kind is not None:
        raise UnsupportedFormat(
            f"{name} is {kind.mime}, which holds no text that can be read; convert it or leave it out"
        )
    return _text_format(_head(data), name)


def _text_format(head: str, name: str) -> Format:
    if _HTML.match(head):
        return "html"
    if _XML.match(head):
        return "xml"
    if name.lower().endswith((".md", ".markdown")) or looks_like_markdown(head):
        return "markdown"
    return "text"


def _in_zip(data: bytes, name: str) -> Format:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" in names:
                return "docx"
            if "mimetype" in names and archive.getinfo("mimetype").file_size < _HEAD_BYTES:
                if archive.read("mimetype").strip() in _ODT_TYPES:
                    return "odt"
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OverflowError,
    ) as error:
        raise UnreadableDocument(f"{name} is a damaged zip, Word or OpenDocument file; get it again") from error
    except (zipfile.LargeZipFile, IndexError, KeyError) as error:
        raise UnreadableDocument(f"{name} is a damaged zip, Word or OpenDocument file; get it again") from error
    raise UnsupportedFormat(f"{name} is a zip file, but no Word or OpenDocument text; unpack it and add what it holds")


def _head(data: bytes) -> str:
    """The first characters, well enough decoded to see tags in them."""
    head = data[:_HEAD_BYTES]
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    return head.decode("utf-8", "replace")
