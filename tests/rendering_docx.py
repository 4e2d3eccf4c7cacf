"""A document written as a Word file, the way Word writes it. Test code."""

from xml.sax.saxutils import escape

from office_packages import paragraph, run, word_file
from rendering import head_lines, new_headings, pieces, signature_lines

from corpus.document import Document, Paragraph


def render_docx(document: Document) -> bytes:
    """The document with its head as paragraphs, styled headings and real footnotes; pages are not kept."""
    ids = {footnote.mark: position for position, footnote in enumerate(document.footnotes, start=1)}
    body = [paragraph(line) for line in head_lines(document.identity)]
    before = None
    for section in document.sections:
        body += [paragraph(heading, f"Kop{level}") for level, heading in new_headings(before, section)]
        for item in section.paragraphs:
            body += _signature(item) if item.is_signature else [_paragraph(item, ids)]
        before = section
    notes = [
        f'<w:footnote w:id="{ids[footnote.mark]}"><w:p><w:r><w:footnoteRef/></w:r>'
        f"{run(' ' + footnote.text)}</w:p></w:footnote>"
        for footnote in document.footnotes
    ]
    return word_file("".join(body), footnotes="".join(notes), title="Overgebleven titel")


def _signature(item: Paragraph) -> list[str]:
    return [*map(paragraph, signature_lines(item.text))]


def _paragraph(item: Paragraph, ids: dict[str, int]) -> str:
    runs = ""
    for text, mark in pieces(item.text, item.notes):
        # Word cuts runs anywhere, in the middle of a word, too.
        half = len(text) // 2
        runs += run(text[:half]) + run(text[half:], bold=True) if text else ""
        if mark:
            reference = f'<w:footnoteReference w:id="{escape(str(ids[mark]))}"/>'
            runs += f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>{reference}</w:r>'
    return f"<w:p>{runs}</w:p>"
