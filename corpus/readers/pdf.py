"""PDF with a text layer. What stands where and how large on the page tells what it is.

The steps, each a module: glyphs, words and rows, furniture, columns, tables and lines, notes, blocks, outline.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.readers.outline import Outline
from corpus.readers.paged_lines import hyphenated_words
from corpus.readers.pdf_blocks import SENTENCE_END, Block, block_text, build_blocks
from corpus.readers.pdf_flows import page_flows, share_edges
from corpus.readers.pdf_furniture import body_size, drop_furniture
from corpus.readers.pdf_glyphs import scan_pdf
from corpus.readers.pdf_head import take_head
from corpus.readers.pdf_lines import Measures, PageFlows, TextLine
from corpus.readers.pdf_notes import take_notes
from corpus.readers.pdf_outline import Body, is_heading, write_blocks
from corpus.readers.pdf_rows import page_rows
from corpus.readers.pdf_sheet import Scan
from corpus.readers.pdf_torn import mend_torn_words
from corpus.readers.pdf_words import PageRows

# A page with text in two directions has a table or a watermark turned aside; less than this is the watermark.
_FEWEST_GLYPHS = 60
_MOST_LOST = 0.3


def read_pdf(data: bytes, name: str) -> Document:
    """Read a PDF's bytes; `name` (without folder) gives a document its id when the text has none.

    UnreadableDocument when it is encrypted, damaged or too large, or when most of its pages hold no text.
    """
    scan = scan_pdf(data, name)
    _check_text(scan, name)
    pages = _pages(scan)
    mend_torn_words(pages)
    drop_furniture(pages)
    flows = [page_flows(page) for page in pages]
    share_edges(flows)
    size = body_size(pages)
    notes = take_notes(flows, size)
    blocks = build_blocks(flows, Measures([flow for page in flows for flow in page.flows]))
    body = _body(flows, blocks, size)

    def is_set_off(block: Block) -> bool:
        return is_heading(block, body)

    identity, blocks = take_head(blocks, name, size, is_set_off)
    outline = Outline()
    for note in notes:
        outline.footnote(note.mark, note.text(body.hyphenated), pages=note.pages)
    write_blocks(blocks, outline, body)
    document = outline.finish(identity)
    if not document.paragraphs:
        raise UnreadableDocument(f"{name} holds a heading but no paragraph below it; check that the file is whole")
    return document


def _check_text(scan: Scan, name: str) -> None:
    read = {sheet.index for sheet in scan.sheets}
    if not read and not scan.unread:
        raise UnreadableDocument(f"{name} holds no text: its pages are empty; check that the file is whole")
    if not read or scan.unread > scan.pages / 2:
        raise UnreadableDocument(
            f"{name} has no text on {scan.unread} of its {scan.pages} pages: it is scanned, and needs OCR first"
        )
    if scan.lost > _MOST_LOST * scan.glyphs:
        raise UnreadableDocument(
            f"{name} does not say which letters {scan.lost} of its {scan.glyphs} glyphs are; it needs OCR first"
        )


def _pages(scan: Scan) -> list[PageRows]:
    pages: list[PageRows] = []
    seen: set[int] = set()
    for sheet in scan.sheets:
        if sheet.index in seen and len(sheet.glyphs) < _FEWEST_GLYPHS:
            continue
        seen.add(sheet.index)
        pages.append(page_rows(sheet))
    return pages


def _body(pages: Sequence[PageFlows], blocks: Sequence[Block], size: float) -> Body:
    styles: Counter[tuple[bool, bool]] = Counter()
    for block in blocks:
        # Whole sentences: a short document may have more letters in its head and headings.
        if block.first.table is None and SENTENCE_END.search(block_text(block)):
            for word in (word for line in block.lines for word in line.words):
                styles[word.is_bold, word.is_italic] += len(word.text)
    is_bold, is_italic = styles.most_common(1)[0][0] if styles else (False, False)
    return Body(size, is_bold, is_italic, hyphenated_words(line.text for line in _lines(pages)))


def _lines(pages: Sequence[PageFlows]) -> Iterator[TextLine]:
    return (line for page in pages for flow in page.flows for line in flow)
