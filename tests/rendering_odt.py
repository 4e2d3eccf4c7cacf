"""A document written as an OpenDocument text, the way LibreOffice writes it. Test code."""

from xml.sax.saxutils import escape

from office_packages import open_document_file
from rendering import head_lines, new_headings, pieces, signature_lines

from corpus.document import Document, Paragraph


def render_odt(document: Document) -> bytes:
    """The document with its head as paragraphs, headings with levels and real footnotes; pages are not kept."""
    texts = {footnote.mark: footnote.text for footnote in document.footnotes}
    body = [_text(line) for line in head_lines(document.identity)]
    before = None
    for section in document.sections:
        body += [
            f'<text:h text:outline-level="{level}">{escape(heading)}</text:h>'
            for level, heading in new_headings(before, section)
        ]
        for item in section.paragraphs:
            if item.is_signature:
                body.append(_text("<text:line-break/>".join(map(escape, signature_lines(item.text))), is_xml=True))
            else:
                body.append(_paragraph(item, texts))
        before = section
    return open_document_file("".join(body), title="Overgebleven titel")


def _text(content: str, *, is_xml: bool = False) -> str:
    return f"<text:p>{content if is_xml else escape(content)}</text:p>"


def _paragraph(item: Paragraph, texts: dict[str, str]) -> str:
    inside = ""
    for text, mark in pieces(item.text, item.notes):
        half = len(text) // 2
        inside += f"{escape(text[:half])}<text:span>{escape(text[half:])}</text:span>"
        if mark:
            inside += (
                f'<text:note text:note-class="footnote"><text:note-citation>{mark}</text:note-citation>'
                f"<text:note-body><text:p>{escape(texts[mark])}</text:p></text:note-body></text:note>"
            )
    return _text(inside, is_xml=True)
