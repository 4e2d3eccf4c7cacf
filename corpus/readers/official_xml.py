"""Official XML: Kamerstukken (`officiele-publicatie`, before 2010 `kamerwrk`) and its kin.

Gazettes, legislation (BWB, CVDR) and court decisions share most of the vocabulary and are read by the same walk.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from lxml import etree

from corpus.document import Document, Identity
from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.readers.blocks import Block, Heading, Paragraph, write_blocks
from corpus.readers.markup import local_name, parse_xml
from corpus.readers.notes import Notes
from corpus.readers.official_body import OfficialBody
from corpus.readers.official_identity import complete_court_decision, read_identity
from corpus.readers.official_metadata import collect_metadata, complete, override, read_metadata_file
from corpus.readers.official_text import OfficialText
from corpus.readers.outline import Outline
from corpus.readers.structured_head import cut_letter_head
from corpus.readers.web_page import read_web_page

_METADATA_ROOTS = frozenset(("metadata_gegevens", "owms-metadata"))
# A file of another kind holds none of these, and its text would be a heap of values.
_KNOWN = ("{*}al", "{*}para", "{*}considerans.al", "{*}tekst", "{*}entry")
_NUMBERED_LINE = re.compile(r"(?P<number>\d{1,2})\.? [A-Z].{0,98}[^.?!:;,]")


def read_official_xml(data: bytes, name: str, *, metadata: bytes | None = None) -> Document:
    """Read official XML; `metadata` is the `metadata.xml` published beside it, and overrides what the text states.

    XHTML is read as the web page it is. UnsupportedFormat when it is XML of another kind; UnreadableDocument when it
    or its metadata is damaged, or it holds no text.
    """
    root = parse_xml(data, name)
    kind = local_name(root)
    if kind.lower() == "html":
        return read_web_page(data, name)
    if kind in _METADATA_ROOTS:
        raise UnsupportedFormat(f"{name} holds a publication's metadata and no text; add the publication's own .xml")
    if not any(True for _ in root.iter(*_KNOWN)):
        raise UnsupportedFormat(f"{name} is XML of an unknown kind (<{kind}>); save it as text or as a web page")
    notes = Notes()
    text = OfficialText(notes)
    text.collect_notes(root)
    body = OfficialBody(root, text)
    body.visit(root)
    blocks: Sequence[Block] = body.blocks
    if kind == "open-rechtspraak":
        blocks = _head_numbered_lines(blocks)
    identity = read_identity(root, name)
    if identity.is_kamerstuk:
        blocks, date = cut_letter_head(blocks)
        identity = replace(identity, date=date or identity.date)
    identity = _complete(root, identity)
    if metadata is not None:
        identity = override(identity, read_metadata_file(metadata, f"the metadata of {name}"))
    outline = Outline()
    write_blocks(blocks, outline)
    for mark, note in notes.items():
        outline.footnote(mark, note)
    document = outline.finish(identity)
    if not document.paragraphs:
        raise UnreadableDocument(f"{name} holds no text; its text may be published as PDF only")
    return document


def _complete(root: etree._Element, identity: Identity) -> Identity:
    inside = collect_metadata(root)
    if local_name(root) == "open-rechtspraak":
        identity = complete_court_decision(identity, inside)
    completed = complete(identity, inside)
    if not completed.is_kamerstuk and local_name(root) == "officiele-publicatie":
        completed = replace(completed, title=inside.title or completed.title)
    return completed


def _head_numbered_lines(blocks: Sequence[Block]) -> list[Block]:
    """Make headings of the numbered lines of old court decisions: "2. Procesverloop" before "2.1 WPK heeft ..."."""
    headed: list[Block] = []
    for position, block in enumerate(blocks):
        following = blocks[position + 1] if position + 1 < len(blocks) else None
        match = _NUMBERED_LINE.fullmatch(block.text.text) if isinstance(block, Paragraph) else None
        begins = (
            match is not None
            and isinstance(following, Paragraph)
            and f"{following.label} {following.text.text}".lstrip().startswith(f"{match['number']}.1")
        )
        headed.append(Heading(block.text, 1) if isinstance(block, Paragraph) and begins else block)
    return headed
