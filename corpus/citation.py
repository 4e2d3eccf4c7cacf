"""Citation forms and paragraph addresses: how a place in a document is named.

Form: *Leidraad voor juridische auteurs* (2019), parliamentary papers, followed by the section heading and the
paragraph's number within that section, because neither the XML nor the PDF of a Kamerstuk numbers paragraphs.
"""

import re
from dataclasses import dataclass

from corpus.document import Document, Footnote, Identity, Paragraph

_ADDRESS = re.compile(r"(?P<document>[\w.-]+)#(?:al-(?P<paragraph>[1-9]\d*)|noot-(?P<footnote>[\w*]+))")
_OFFICIAL_SITE = "https://zoek.officielebekendmakingen.nl"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A citable place: a paragraph, or one of its footnotes when `footnote` is a mark."""

    document_id: str
    paragraph: int
    footnote: str | None = None

    @property
    def fragment(self) -> str:
        """The id of this place on the document's page."""
        return f"al-{self.paragraph}" if self.footnote is None else f"noot-{self.footnote}"

    @property
    def address(self) -> str:
        """The place in one word, `kst-27925-681#al-7` or `kst-27925-681#noot-3`."""
        return f"{self.document_id}#{self.fragment}"


def split_address(address: str) -> tuple[str, int | None, str | None]:
    """Take an address apart into document id, paragraph number and footnote mark.

    One of the last two is None. ValueError when it is no address.
    """
    match = _ADDRESS.fullmatch(address)
    if not match:
        raise ValueError(f"{address!r} is no address; write it as kst-27925-681#al-7 or kst-27925-681#noot-3")
    paragraph = match["paragraph"]
    return match["document"], int(paragraph) if paragraph else None, match["footnote"]


def document_citation(identity: Identity) -> str:
    """Cite a whole document: `Kamerstukken II 2019/20, 27925, nr. 681`, or its title when it is no Kamerstuk."""
    if not identity.is_kamerstuk:
        date = f", {dutch_date(identity)}" if identity.date else ""
        return f"{identity.title}{date}"
    assert identity.number is not None
    # The Senate numbers with letters, and those are cited without "nr." (Leidraad, example "33802, C").
    number = f"nr. {identity.number}" if identity.number[0].isdigit() else identity.number
    dossiers = "/".join(dossier.number for dossier in identity.dossiers)
    return f"Kamerstukken {identity.chamber} {identity.session_year}, {dossiers}, {number}"


def citation(document: Document, place: Place) -> str:
    """Cite a place: the document, its pages where the source has them, its section, its paragraph there.

    KeyError when the document has no such paragraph or footnote.
    """
    parts = [document_citation(document.identity)]
    paragraph = document.paragraph(place.paragraph)
    cited: Paragraph | Footnote = paragraph if place.footnote is None else document.footnote(place.footnote)
    if cited.pages:
        parts.append(f"p. {page_range(cited.pages)}")
    section = document.section_of(place.paragraph)
    if section.headings:
        parts.append(f"onder '{section.headings[-1]}'")
    if paragraph.is_signature:
        parts.append("ondertekening")
    else:
        parts.append(f"al. {section.paragraphs.index(paragraph) + 1}")
    if place.footnote is not None:
        parts.append(f"noot {place.footnote}")
    return ", ".join(parts)


def page_range(pages: tuple[int, ...]) -> str:
    """Write pages as citations do: `3`, or `2-3` for a paragraph that runs over a page break."""
    return str(pages[0]) if len(pages) == 1 else f"{pages[0]}-{pages[-1]}"


def official_url(identity: Identity) -> str | None:
    """The document's page on the official publications site; None when it is no Kamerstuk."""
    return official_page(identity.id) if identity.is_kamerstuk else None


def official_page(document_id: str) -> str:
    """The address of a Kamerstuk, by its id, on the official publications site."""
    return f"{_OFFICIAL_SITE}/{document_id}.html"


def official_dossier(number: str) -> str:
    """The address of a dossier, by its number, on the official publications site."""
    return f"{_OFFICIAL_SITE}/dossier/{number.partition('-')[0]}"


MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def dutch_date(identity: Identity) -> str:
    """The document's date as a Dutch reader writes it, `2 december 2019`; empty when it has none."""
    date = identity.date
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}" if date else ""
