"""Web pages: those of the official publications site, old and new lay-out, and ordinary ones."""

from lxml import etree

from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.readers.blocks import write_blocks
from corpus.readers.markup import parse_html
from corpus.readers.notes import Notes
from corpus.readers.outline import Outline
from corpus.readers.web_body import WebBody
from corpus.readers.web_identity import find_facts, identify
from corpus.readers.web_notes import WebNotes, attach_glued_marks, gather_flat_notes

# Where the text of a page is, likeliest first. #broodtekst and .stuk are of the official publications site.
_CONTENT = (
    "//*[@id='broodtekst']",
    "//*[contains(concat(' ', @class, ' '), ' broodtekst-container ')]",
    "//article[.//div[contains(concat(' ', @class, ' '), ' stuk ')]]",
    "//div[contains(concat(' ', @class, ' '), ' stuk ')]",
    "//main[contains(concat(' ', @class, ' '), ' global-main ')]",
    "//main",
    "//*[@role='main']",
    "//article",
    "//body",
)
# A form that holds this share of the page's text is the page's frame, as older sites wrap all in one.
_FRAME_SHARE = 0.5
# Marks without a link are looked for one by one; no page without them has this many notes.
_GLUED_MARKS = 300


def read_web_page(data: bytes, name: str) -> Document:
    """Read a saved web page; `name` (without folder) gives a document its id when the page states none.

    UnsupportedFormat when it holds no HTML; UnreadableDocument when it is damaged or holds no text.
    """
    root = parse_html(data, name)
    content = _find_content(root)
    facts, dropped = find_facts(root)
    notes = Notes()
    web_notes = WebNotes(root, notes)
    body = WebBody(content, web_notes, dropped | _find_frame_parts(content))
    body.visit(content)
    blocks = gather_flat_notes(body.blocks, notes)
    if not web_notes.has_links:
        blocks = attach_glued_marks(blocks, [mark for mark, _ in notes.items()][:_GLUED_MARKS])
    identity, blocks = identify(root, blocks, facts, body.descriptions, name)
    outline = Outline()
    write_blocks(blocks, outline)
    for mark, text in notes.items():
        outline.footnote(mark, text)
    document = outline.finish(identity)
    if not document.paragraphs:
        raise UnreadableDocument(f"{name} holds no text; save the page again when it has loaded, or save its text")
    return document


def _find_content(root: etree._Element) -> etree._Element:
    for path in _CONTENT:
        for element in root.xpath(path):
            if any(text.strip() for text in element.itertext()):
                return element
    return root


def _find_frame_parts(content: etree._Element) -> set[etree._Element]:
    """Forms, and headers of the site rather than of its text."""
    whole = _length(content)
    forms = {form for form in content.iter("form") if _length(form) < whole * _FRAME_SHARE}
    if content.tag not in ("main", "article"):
        forms |= {
            each for each in content.iter("header") if not any(True for _ in each.iterancestors("main", "article"))
        }
    return forms


def _length(element: etree._Element) -> int:
    return sum(len(text) for text in element.itertext())
