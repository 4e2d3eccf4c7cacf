"""A document written in Markdown. Test code."""

import re

from rendering import head_lines, new_headings, pieces, signature_lines

from corpus.document import Document


def render_markdown(document: Document) -> bytes:
    """The document with its head as lines before the first heading, and footnotes at the end; pages are not kept."""
    blocks = ["  \n".join(map(_escape, head_lines(document.identity)))] if document.identity.is_kamerstuk else []
    before = None
    for section in document.sections:
        blocks += [f"{'#' * level} {_escape(heading)}" for level, heading in new_headings(before, section)]
        for item in section.paragraphs:
            if item.is_signature:
                blocks.append("  \n".join(map(_escape, signature_lines(item.text))))
            else:
                marked = "".join(
                    _escape(text) + (f"[^{mark}]" if mark else "") for text, mark in pieces(item.text, item.notes)
                )
                blocks.append(marked)
        before = section
    blocks += [f"[^{footnote.mark}]: {_escape(footnote.text)}" for footnote in document.footnotes]
    return ("\n\n".join(blocks) + "\n").encode()


def _escape(text: str) -> str:
    escaped = re.sub(r"([\\`*_\[\]<>#|~&])", r"\\\1", text)
    return re.sub(r"^(\d+)([.)] )", r"\1\\\2", re.sub(r"^([-+] )", r"\\\1", escaped))
