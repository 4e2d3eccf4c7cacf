"""Kamerstukken made for the tests, to be written in a format and read back."""

import datetime

from corpus.document import Document, Dossier, Footnote, Identity, NoteReference, Paragraph, Section


def _document(chamber, number, dossiers, title, sections, footnotes=()):
    count = iter(range(1, 1000))
    return Document(
        Identity(
            id=f"kst-{dossiers[0].number}-{number}",
            title=title,
            date=datetime.date(2021, 3, 9),
            chamber=chamber,
            session_year="2020/21",
            number=number,
            dossiers=dossiers,
        ),
        tuple(
            Section(
                (heading,) if heading else (),
                tuple(Paragraph(next(count), text, notes=mark) for text, mark in paragraphs),
            )
            for heading, paragraphs in sections
        ),
        footnotes,
    )


MADE = [
    _document("I", "D", (Dossier("36836", "Wet open overheid"),), "Memorie van antwoord", [("", [("Tekst.", ())])]),
    _document(
        "II",
        "12",
        (Dossier("36600-VII", "Begroting <2025> & verder"), Dossier("32761", "Bescherming persoonsgegevens")),
        "Verslag van een schriftelijk overleg",
        [
            ("", [("Vooraf & daarna < nu.", ()), ("a. punt één;", ()), ("b. punt twee.", ())]),
            ("1. Inleiding", [("Eerste, met noot.", (NoteReference("1", 16), NoteReference("2", 17)))]),
            ("2. Slot", [("Einde", (NoteReference("3", 5),))]),
        ],
        (Footnote("1", "Zie a.", 4), Footnote("2", "Zie b & c.", 4), Footnote("3", "Zie d.", 5)),
    ),
    _document(
        "II", "3174", (Dossier("21501-02", "Raad Algemene Zaken"),), "Lijst van vragen",
        [(f"{number}. Onderwerp {number}", [(f"Vraag over onderwerp {number}?", ())]) for number in range(1, 60)],
    ),
]  # fmt: skip
