"""What kind a document is, told from its identifier, its title or its questions, and None where nothing tells."""

import pytest

from corpus.document import Document, Identity, Paragraph, Section
from corpus.kind import KINDS, kind_of


def made(title: str = "", document_id: str = "stuk", headings: tuple[tuple[str, ...], ...] = ((),)) -> Document:
    sections = tuple(Section(path, (Paragraph(number, "Tekst."),)) for number, path in enumerate(headings, start=1))
    return Document(Identity(document_id, title), sections)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Brief van de Minister van Buitenlandse Zaken", "letter"),
        ("Kamerbrief over drones", "letter"),
        ("Brief van het lid Omtzigt over de motie van het lid Segers", "letter"),
        ("Motie van het lid Karabulut", "motion"),
        ("Gewijzigde motie van het lid Karabulut", "motion"),
        ("Nader gewijzigde motie van de leden Segers en Marijnissen", "motion"),
        ("Nadere motie van het lid Segers", "motion"),
        ("Amendement van het lid Van Nispen", "amendment"),
        ("Tweede gewijzigd amendement van het lid Van Nispen", "amendment"),
        ("Gewijzigd subamendement van het lid Van Nispen", "amendment"),
        ("Voorstel van wet", "bill"),
        ("Gewijzigd voorstel van wet", "bill"),
        ("Memorie van toelichting", "explanatory-memorandum"),
        ("Verslag van een algemeen overleg", "report"),
        ("Eindverslag", "report"),
        ("Lijst van vragen en antwoorden", "list-of-questions"),
        ("Besluitenlijst van de procedurevergadering van donderdag 2 april 2009", "list-of-decisions"),
        ("Agenda procedurevergadering", "agenda"),
        ("Beantwoording Kamervragen leden Mutluer, Lahlah en Helder over Wolvega", "written-questions"),
        ("Antwoord op vragen van de leden Temmink en Van Nispen over de brandweer", "written-questions"),
        ("Vragen van het lid Teunissen over politiehonden", "written-questions"),
        ("Kennisgeving melding incidentele festiviteit", "notice"),
        ("Bijlage bij de brief over drones", "annex"),
        ("Motieven van daders", None),
        ("Briefing over drones", None),
        ("Verslagen van de raad", None),
        ("Wet open overheid", None),
        ("Vragen en antwoorden", None),
        ("Over een motie", None),
        ("", None),
    ],
)
def test_the_kind_by_the_title(title: str, kind: str | None):
    """How the title begins decides; a word that only looks alike, or stands further on, does not."""
    assert kind_of(made(title)) == kind
    assert kind is None or kind in KINDS


@pytest.mark.parametrize(
    ("document_id", "kind"),
    [
        ("ah-tk-20242025-1244", "written-questions"),
        ("ah-1271549", "written-questions"),
        ("kv-tk-2021z03234", "written-questions"),
        ("h-tk-20172018-70-2", "proceedings"),
        ("blg-1184123", "annex"),
        ("stb-2014-296", "regulation"),
        ("bwbr0045754-2022-05-01", "regulation"),
        ("cvdr100394-2", "regulation"),
        ("ecli-nl-phr-2011-bp5608", "court-decision"),
        ("kst-27925-681", None),
        ("h-hour", None),
        ("ah-ja", None),
        ("stb", None),
    ],
)
def test_the_kind_by_the_identifier(document_id: str, kind: str | None):
    """The family of official identifiers decides before the title."""
    assert kind_of(made("", document_id)) == kind
    if kind:
        assert kind_of(made("Brief van de Minister", document_id)) == kind


def test_the_kind_by_the_questions():
    """Two numbered questions make Kamervragen of a document without a telling title; one does not."""
    assert kind_of(made("Drones", headings=(("Vraag 1",), ("Vraag 2", "Antwoord 2")))) == "written-questions"
    assert kind_of(made("Drones", headings=(("Vraag 1",), ("Vraag",)))) is None


def test_the_letter_is_a_letter(letter):
    """The document that comes with the product."""
    assert kind_of(letter) == "letter"
