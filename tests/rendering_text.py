"""A document written as the text of its pages, in the layout of a Kamerstuk copied from its PDF. Test code."""

import re
import textwrap
from collections.abc import Sequence

from rendering import head_lines, new_headings, pieces, printed_dossier, signature_lines

from corpus.document import Document, Footnote, Paragraph

_WIDTH = 75


def render_text(document: Document) -> bytes:
    """The document in lines of full width, its footnotes at the foot of the page of their mark, a footer a page.

    A paragraph that stands on two pages breaks in the middle of a sentence, so that it reads as one.
    """
    pages: dict[int, list[str]] = {1: []}
    for line in head_lines(document.identity):
        # The two lines at the top belong together.
        pages[1] += [line] if "Kamer der Staten-Generaal " in line else [line, ""]
    before = None
    page = 1
    for section in document.sections:
        headings = [heading for _, heading in new_headings(before, section)]
        page = section.paragraphs[0].pages[0]
        for heading in headings:
            pages.setdefault(page, []).extend([*textwrap.wrap(heading, _WIDTH), ""])
        for paragraph in section.paragraphs:
            for number, lines in _paragraph_lines(paragraph).items():
                pages.setdefault(number, []).extend(lines)
        before = section
    text = []
    for number, lines in sorted(pages.items()):
        notes = [footnote for footnote in document.footnotes if footnote.pages == (number,)]
        text += [*lines, *(["", *_note_lines(notes)] if notes else []), "", _footer(document, number), ""]
    return ("\n".join(text) + "\n").encode()


def _paragraph_lines(paragraph: Paragraph) -> dict[int, list[str]]:
    if paragraph.is_signature:
        return {paragraph.pages[0]: signature_lines(paragraph.text)}
    marked = "".join(text + (mark or "") for text, mark in pieces(paragraph.text, paragraph.notes))
    lines = textwrap.wrap(marked, _WIDTH, break_on_hyphens=False)
    if len(paragraph.pages) == 1:
        return {paragraph.pages[0]: [*lines, ""]}
    # Break after a line that ends no sentence.
    cut = next(i for i in range(max(1, len(lines) - 4), len(lines)) if not re.search(r"[.?!:;,]$", lines[i - 1]))
    return {paragraph.pages[0]: lines[:cut], paragraph.pages[1]: [*lines[cut:], ""]}


def _note_lines(notes: Sequence[Footnote]) -> list[str]:
    return [line for note in notes for line in textwrap.wrap(f"{note.mark} {note.text}", _WIDTH + 15)]


def _footer(document: Document, page: int) -> str:
    identity = document.identity
    assert identity.session_year
    chamber = "Tweede" if identity.chamber == "II" else "Eerste"
    first = int(identity.session_year[:4])
    dossier = printed_dossier(identity.dossiers[0].number)
    return f"{chamber} Kamer, vergaderjaar {first}–{first + 1}, {dossier}, nr. {identity.number} {page}"
