"""A text cut at its highlights, note marks and references to other documents: verbatim pieces for a template."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.citation import official_dossier, official_page
from corpus.document import Document, Footnote, Paragraph
from corpus.identity import kamerstuk_id
from index.documents import Documents
from index.references import Reference, located_references


@dataclass(frozen=True, slots=True)
class Link:
    """Where a reference leads; `is_here` when that is a page of this service."""

    address: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of a text, with whether it is highlighted, where it leads, and the footnote whose mark follows it."""

    text: str
    is_marked: bool = False
    link: Link | None = None
    note: Footnote | None = None


def paragraph_pieces(document: Document, paragraph: Paragraph, documents: Documents) -> Iterator[Piece]:
    """The pieces of a paragraph, in order. Marks of footnotes that the document lacks are left out."""
    known = {footnote.mark: footnote for footnote in document.footnotes}
    notes = [(note.position, known[note.mark]) for note in paragraph.notes if note.mark in known]
    return cut(paragraph.text, notes=notes, links=links_in(paragraph.text, documents, document.id))


def cut(
    text: str,
    *,
    highlights: Iterable[Mapping[str, int]] = (),
    notes: Sequence[tuple[int, Footnote]] = (),
    links: Sequence[tuple[int, int, Link]] = (),
) -> Iterator[Piece]:
    """Cut a text at all of those, in order; joined, the pieces are the text.

    A piece is empty only where a note's mark stands at another mark or at the text's beginning.
    """
    marked = [(span["start"], span["end"]) for span in highlights]
    borders = {0, len(text)} | {place for span in marked for place in span}
    borders |= {place for start, end, _ in links for place in (start, end)} | {position for position, _ in notes}
    ordered = sorted(border for border in borders if 0 <= border <= len(text))
    waiting = sorted(notes, key=lambda note: note[0])
    while waiting and waiting[0][0] <= 0:
        yield Piece("", note=waiting.pop(0)[1])
    for start, end in itertools.pairwise(ordered):
        link = next((link for first, last, link in links if first <= start and end <= last), None)
        is_marked = any(first <= start and end <= last for first, last in marked)
        here = [footnote for position, footnote in waiting if position <= end]
        waiting = waiting[len(here) :]
        yield Piece(text[start:end], is_marked, link, here[0] if here else None)
        yield from (Piece("", note=footnote) for footnote in here[1:])


def preview(pieces: Sequence[Piece], characters: int = 400) -> list[Piece]:
    """The beginning of what is highlighted, else of the text, for a folded passage."""
    first = next((at for at, piece in enumerate(pieces) if piece.is_marked), 0)
    kept, left = [], characters
    for piece in pieces[first:]:
        if left <= 0:
            break
        kept.append(Piece(piece.text[:left], piece.is_marked))
        left -= len(piece.text)
    return kept


def links_in(text: str, documents: Documents, own_id: str = "") -> list[tuple[int, int, Link]]:
    """The references of a text that lead somewhere, each with its span; none to the document `own_id` itself."""
    found = []
    for start, end, reference in located_references(text):
        link = link_to(reference, documents)
        if link is not None and link.address != f"/documents/{own_id}":
            found.append((start, end, link))
    return found


def link_to(reference: Reference, documents: Documents) -> Link | None:
    """Where a reference leads: to the document here, else to the official site; None when that has no page for it."""
    here = documents.meant_by(reference)
    if reference.dossier is not None and reference.number is None:
        if here:
            return Link(f"/documents?dossier={reference.dossier}", True)
        return Link(official_dossier(reference.dossier), False)
    if len(here) == 1:
        return Link(f"/documents/{next(iter(here))}", True)
    if reference.dossier is not None and reference.number is not None:
        return Link(official_page(kamerstuk_id(reference.dossier, reference.number)), False)
    return None
