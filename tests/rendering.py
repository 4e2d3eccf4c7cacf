"""What the renderings of a document in different formats have in common. Test code: documents become files here."""

from collections.abc import Iterator, Sequence

from corpus.citation import dutch_date
from corpus.document import Document, Identity, NoteReference, Section
from corpus.identity import sentence_case


def head_lines(identity: Identity) -> list[str]:
    """The lines of a Kamerstuk's head as it is printed; none for another document."""
    if not identity.is_kamerstuk:
        return []
    assert identity.session_year and identity.number
    first = int(identity.session_year[:4])
    chamber = "Tweede" if identity.chamber == "II" else "Eerste"
    capitals = identity.title.upper()
    title = capitals if sentence_case(capitals) == identity.title else identity.title
    number = f"Nr. {identity.number}" if identity.number[0].isdigit() else identity.number
    return [
        f"{chamber} Kamer der Staten-Generaal {'2' if identity.chamber == 'II' else '1'}",
        f"Vergaderjaar {first}–{first + 1}",
        *(f"{printed_dossier(dossier.number)} {dossier.title}" for dossier in identity.dossiers),
        f"{number} {title}",
        f"Aan de Voorzitter van de {chamber} Kamer der Staten-Generaal",
        *([f"Den Haag, {dutch_date(identity)}"] if identity.date else []),
    ]


def printed_dossier(number: str) -> str:
    """`27925` as `27 925`, `36600-VII` as `36 600 VII`."""
    base, _, addition = number.partition("-")
    return f"{base[:2]} {base[2:]} {addition}".rstrip()


def new_headings(before: Section | None, section: Section) -> Iterator[tuple[int, str]]:
    """Level and text of the headings that open a section after another one."""
    old = before.headings if before else ()
    shared = 0
    while shared < len(section.headings) - 1 and old[: shared + 1] == section.headings[: shared + 1]:
        shared += 1
    for level in range(shared, len(section.headings)):
        yield level + 1, section.headings[level]


def pieces(text: str, notes: Sequence[NoteReference]) -> Iterator[tuple[str, str | None]]:
    """The text cut at its note marks: each piece and the mark that follows it."""
    start = 0
    for note in sorted(notes, key=lambda note: note.position):
        yield text[start : note.position], note.mark
        start = note.position
    yield text[start:], None


def signature_lines(text: str) -> list[str]:
    """An office and a name, one below the other."""
    office, comma, name = text.rpartition(", ")
    return [office + ",", name] if comma else [text]


def without_pages(document: Document) -> tuple[object, ...]:
    """All of a document that does not depend on its format: identity, sections, notes."""
    return (
        document.identity,
        [
            (section.headings, [(p.number, p.text, p.notes, p.is_signature) for p in section.paragraphs])
            for section in document.sections
        ],
        [(footnote.mark, footnote.text, footnote.paragraph) for footnote in document.footnotes],
    )
