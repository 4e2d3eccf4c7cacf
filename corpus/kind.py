"""What kind of document something is, as far as its identity and its headings tell."""

import re
from typing import Literal, get_args

from corpus.document import Document

Kind = Literal[
    "letter",
    "written-questions",
    "motion",
    "amendment",
    "bill",
    "explanatory-memorandum",
    "report",
    "list-of-questions",
    "list-of-decisions",
    "agenda",
    "proceedings",
    "annex",
    "regulation",
    "notice",
    "court-decision",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Identifiers of the official publications and of the collections of law: the family decides, whatever the title says.
_FAMILIES: tuple[tuple[str, Kind], ...] = (
    (r"(?:ah|kv)-(?:tk-|ek-)?\d", "written-questions"),
    (r"h-(?:tk|ek)-\d", "proceedings"),
    (r"blg-\d", "annex"),
    (r"(?:stb|trb)-\d|bwb[rvw]\d|cvdr\d", "regulation"),
    (r"ecli-", "court-decision"),
)
# How a title of that kind begins; a word further on may be what the document is about ("Brief over de motie ...").
_TITLES: tuple[tuple[str, Kind], ...] = (
    (r"(?:(?:nader|tweede|derde) )?(?:gewijzigde? |nadere )?motie\b", "motion"),
    (r"(?:(?:nader|tweede|derde) )?(?:gewijzigde? )?(?:sub)?amendement\b", "amendment"),
    (r"(?:gewijzigd )?voorstel van (?:rijks)?wet\b", "bill"),
    (r"memorie van toelichting\b", "explanatory-memorandum"),
    (r"lijst van vragen\b", "list-of-questions"),
    (r"besluitenlijst\b", "list-of-decisions"),
    (r"(?:convocatie|agenda)\b", "agenda"),
    (r"(?:voorlopig |nader |eind|stenografisch |beknopt )?verslag\b", "report"),
    (r"(?:beantwoording|antwoord(?:en)?)\b.*\b(?:kamer)?vragen\b|kamervragen\b", "written-questions"),
    (r"(?:schriftelijke )?vragen (?:van het lid|van de leden|gesteld door)\b", "written-questions"),
    (r"kennisgeving\b|bekendmaking\b", "notice"),
    (r"bijlage\b", "annex"),
    (r"brief\b|kamerbrief\b", "letter"),
)
_QUESTION_HEADING = re.compile(r"(?:vraag|vragen) \d", re.IGNORECASE)


def kind_of(document: Document) -> Kind | None:
    """The kind of a document; None when neither its identifier, its title nor its questions tell."""
    for family, kind in _FAMILIES:
        if re.match(family, document.id):
            return kind
    title = document.identity.title.casefold()
    for beginning, kind in _TITLES:
        if re.match(beginning, title):
            return kind
    numbered = sum(
        any(_QUESTION_HEADING.match(heading) for heading in section.headings) for section in document.sections
    )
    return "written-questions" if numbered > 1 else None
