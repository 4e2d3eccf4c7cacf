"""A document as Markdown and as plain text, every paragraph with its number so that it can be cited."""

import re
from collections.abc import Iterator

from corpus.citation import dutch_date, official_url
from corpus.document import Document, Paragraph, Section

_MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_DEEPEST_HEADING = 6


def as_plain_text(document: Document) -> str:
    """Title, facts, headings, numbered paragraphs, footnotes."""
    lines = [document.identity.title, *_facts(document), ""]
    for section, paragraph in _in_order(document):
        if paragraph is None:
            lines += ["", *section.headings[-1:], ""]
        else:
            lines += [f"[{paragraph.number}] {paragraph.text}", ""]
    lines += [f"[noot {footnote.mark}] {footnote.text}" for footnote in document.footnotes]
    return "\n".join(lines).strip() + "\n"


def as_markdown(document: Document) -> str:
    """The same in CommonMark with footnotes; nothing in the text is taken for markup."""
    lines = [f"# {_escaped(document.identity.title)}", "", *(f"{_escaped(fact)}  " for fact in _facts(document)), ""]
    for section, paragraph in _in_order(document):
        if paragraph is None:
            level = min(len(section.headings) + 1, _DEEPEST_HEADING)
            lines += [f"{'#' * level} {_escaped(heading)}" for heading in section.headings[-1:]] + [""]
        else:
            lines += [f"**{paragraph.number}** {_with_marks(document, paragraph)}", ""]
    lines += [f"[^{footnote.mark}]: {_escaped(footnote.text)}" for footnote in document.footnotes]
    return "\n".join(lines).strip() + "\n"


def _in_order(document: Document) -> Iterator[tuple[Section, Paragraph | None]]:
    """Each section once without a paragraph, then with each of its own."""
    for section in document.sections:
        yield section, None
        for paragraph in section.paragraphs:
            yield section, paragraph


def _facts(document: Document) -> list[str]:
    identity = document.identity
    facts = [document.id, identity.sender, dutch_date(identity), official_url(identity)]
    return [fact for fact in facts if fact]


def _with_marks(document: Document, paragraph: Paragraph) -> str:
    known = {footnote.mark for footnote in document.footnotes}
    pieces, position = [], 0
    for note in sorted(paragraph.notes, key=lambda note: note.position):
        if note.mark in known:
            pieces += [_escaped(paragraph.text[position : note.position]), f"[^{note.mark}]"]
            position = note.position
    return "".join([*pieces, _escaped(paragraph.text[position:])])


def _escaped(text: str) -> str:
    return _MARKDOWN_SIGNS.sub(r"\\\1", text)
