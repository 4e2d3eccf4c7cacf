"""XML and HTML parsed under limits, with entities, DTDs and the network off."""

import codecs
import html.entities
import re
from typing import Any

from lxml import etree

from corpus.errors import UnreadableDocument, UnsupportedFormat

# The largest budget papers are ten times smaller; what is larger is no letter.
MAX_BYTES = 50_000_000
# Bounds memory before there is a tree: an element costs far more memory than the characters that open it.
MAX_TAGS = 1_500_000
# Official publications nest about 25 deep, saved pages about 60.
MAX_XML_DEPTH = 64
MAX_HTML_DEPTH = 150
# Tables within tables in office documents; libxml2 refuses deeper ones itself while huge_tree is off.
MAX_PART_DEPTH = 256

# lxml ships no types.
Element = Any

_XHTML = b"http://www.w3.org/1999/xhtml"
_EMPTY_ELEMENT = re.compile(rb"<(script|style|iframe|textarea|title|noscript|div|span|a|p)(\s[^<>]*)?/>", re.IGNORECASE)
# Only single-byte code pages: a page may not choose any of Python's codecs, of which some are slow on purpose.
_CHARSET = re.compile(rb"(?:charset|encoding)=[\"']?((?:iso-8859|windows|cp)-?\d{1,5}|macintosh)\b", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_HEAD_BYTES = 4096


def parse_xml(data: bytes, name: str) -> etree._Element:
    """Parse an XML file and give its root.

    UnreadableDocument when it is damaged, too large, nested too deep, or declares entities.
    """
    _check_size(data, name)
    if b"<!ENTITY" in data:
        raise _declares_entities(name)
    # Files occur with white space or a second byte order mark before the XML declaration, which XML forbids.
    text = data.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n").removeprefix(codecs.BOM_UTF8)
    try:
        root = _parse(text, None)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        if not _is_mislabelled(text):
            raise UnreadableDocument(
                f"{name} is damaged XML ({_first_line(error)}); fetch it again, or save it as text"
            ) from None
        try:
            root = _parse(text, "windows-1252")
        except (etree.XMLSyntaxError, ValueError, LookupError) as second:
            raise UnreadableDocument(
                f"{name} is damaged XML ({_first_line(second)}); fetch it again, or save it as text"
            ) from None
    _check_entities(root, name)
    _check_depth(root, MAX_XML_DEPTH, name)
    return root


def parse_part(data: bytes, name: str, part: str) -> Element:
    """Parse the XML in `part` of the zip file `name` and give its root element.

    Comments and processing instructions are left out. UnreadableDocument when it is not well-formed, nested deeper
    than `MAX_PART_DEPTH`, or declares a document type: no office program writes one, and entities live there.
    """
    try:
        root = _parse(data, None, remove_pis=True)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument(
            f"{name} is damaged (its part {part} is no XML: {error}); open it in the program that made it, "
            "save it and add it again"
        ) from error
    if root is None or root.getroottree().docinfo.doctype:
        raise UnreadableDocument(f"{name} was refused: its part {part} declares a document type; save it anew")
    return root


def parse_html(data: bytes, name: str) -> etree._Element:
    """Parse an HTML or XHTML file and give its root; tag names are lower case and without namespace.

    UnsupportedFormat when it holds no tags; UnreadableDocument when it is no text, too large or nested too deep.
    """
    _check_size(data, name)
    text = _decode_html(data, name).lstrip("\ufeff \t\r\n")
    if not re.search(r"<[a-zA-Z!?/]", text):
        raise UnsupportedFormat(f"{name} is no web page; save it as .txt if it is plain text")
    encoded = text.encode("utf-8", "replace")
    if _XHTML in encoded[:_HEAD_BYTES]:
        root = _parse_xhtml(encoded, name)
        if root is not None:
            return root
        encoded = _EMPTY_ELEMENT.sub(rb"<\1\2></\1>", encoded)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        parsed = etree.fromstring(encoded, parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise UnreadableDocument(f"{name} is damaged HTML ({_first_line(error)}); save the page again") from None
    if parsed is None:
        raise UnreadableDocument(f"{name} is an empty web page; save the page again")
    # The parser stops at its own limit and gives what it has; half a page would pass for the whole.
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise UnreadableDocument(f"{name} is nested too deep to be a letter; save the page again, or as text")
    _check_depth(parsed, MAX_HTML_DEPTH, name)
    return parsed


def local_name(element: etree._Element) -> str:
    """An element's name without namespace; "" for a comment, processing instruction or entity."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def entity_text(node: etree._Element) -> str:
    """The character that an undeclared entity stands for by its HTML name (`&euml;`); "" for other nodes."""
    if node.tag is not etree.Entity:
        return ""
    entity = (node.text or "").strip("&;")
    return html.entities.html5.get(f"{entity};", "")


def _parse(text: bytes, encoding: str | None, *, remove_pis: bool = False) -> etree._Element:
    parser = etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=remove_pis,
    )
    return etree.fromstring(text, parser)


def _parse_xhtml(encoded: bytes, name: str) -> etree._Element | None:
    """Parse well-formed XHTML; None when it is not, as most pages that say so."""
    declaration = re.match(rb"<\?xml[^>]*\?>", encoded)
    text = encoded[declaration.end() :].lstrip() if declaration else encoded
    try:
        root = _parse(text, "utf-8")
    except (etree.XMLSyntaxError, ValueError):
        return None
    _check_entities(root, name)
    _check_depth(root, MAX_HTML_DEPTH, name)
    for element in root.iter(etree.Element):
        element.tag = local_name(element).lower()
    return root


def _decode_html(data: bytes, name: str) -> str:
    """Decode a page by its byte order mark, as UTF-8, as what it declares, or as Windows-1252."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        declared = _CHARSET.search(data[:_HEAD_BYTES])
        encodings = ["utf-8-sig", declared[1].decode("ascii") if declared else "cp1252", "cp1252"]
    for encoding in encodings:
        # What pages call ISO 8859-1 is Windows-1252, curly quotes included.
        encoding = "cp1252" if encoding.lower() == "iso-8859-1" else encoding
        try:
            text = data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        if isinstance(text, str) and not _CONTROLS.search(text):
            return text
    raise UnreadableDocument(f"{name} is no text that a web page can hold; save the page again")


def _check_size(data: bytes, name: str) -> None:
    if len(data) > MAX_BYTES:
        raise UnreadableDocument(f"{name} has {len(data):,} bytes, more than {MAX_BYTES:,}; split it into documents")
    tags = data.count(b"<")
    if tags > MAX_TAGS:
        raise UnreadableDocument(f"{name} has {tags:,} tags, more than {MAX_TAGS:,}; split it into documents")


def _check_entities(root: etree._Element, name: str) -> None:
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise _declares_entities(name)


def _declares_entities(name: str) -> UnreadableDocument:
    return UnreadableDocument(f"{name} declares XML entities, which no letter needs; remove its DOCTYPE")


def _check_depth(root: etree._Element, limit: int, name: str) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            raise UnreadableDocument(f"{name} is nested deeper than {limit} elements; save it again, or as text")


def _is_mislabelled(text: bytes) -> bool:
    """Whether bytes that call themselves UTF-8 are not, as old files do that hold Windows-1252."""
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"<" not in text:
        return False
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0][:150] if lines else type(error).__name__
