"""XML from strangers, parsed with entities, network and endless depth off."""

from typing import Any, Final

from lxml import etree

from corpus.errors import UnreadableDocument

# lxml ships no types.
Element = Any

# libxml2 refuses deeper ones itself as long as huge_tree is off; stated so that recursion can rely on it.
MAX_DEPTH: Final = 256


def parse_xml(data: bytes, name: str, part: str) -> Element:
    """Parse `part` of the file `name` and give its root element; comments and processing instructions are left out.

    UnreadableDocument when it is not well-formed, nested deeper than `MAX_DEPTH`, or declares a document type:
    no office program writes one, and entities live there.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument(
            f"{name} is damaged (its part {part} is no XML: {error}); open it in the program that made it, "
            "save it and add it again"
        ) from error
    if root is None or root.getroottree().docinfo.doctype:
        raise UnreadableDocument(f"{name} was refused: its part {part} declares a document type; save it anew")
    return root


def local_name(element: Element) -> str:
    """The element's name without its namespace; empty for what is no element (an entity left as it was)."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
