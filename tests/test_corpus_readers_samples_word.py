"""Real answers of ministers to questions of the Tweede Kamer, in Word; skipped where the samples are missing."""

import datetime
import re
from pathlib import Path

import pytest

from corpus.document import Document
from corpus.readers.word import read_word

SAMPLES = Path(__file__).parent.parent.parent / "shared" / "samples"


def _read(words: str) -> Document:
    found = [path for path in SAMPLES.glob("*.docx") if words in path.name] if SAMPLES.is_dir() else []
    if not found:
        pytest.skip("the folder of samples is not beside this checkout")
    return read_word(found[0].read_bytes(), found[0].name)


def _headings(document: Document) -> list[str]:
    """The last heading of every section, without the annex's title above it."""
    return [section.headings[-1] if section.headings else "" for section in document.sections]


@pytest.mark.parametrize(
    ("words", "date", "title_end", "signature", "paragraphs", "questions"),
    [
        ("Wolvega", (2024, 7, 25), "het politiebureau in Wolvega",
         "De Minister van Justitie en Veiligheid, D.M. van Weel", 22, 8),
        ("Argos", (2023, 11, 7), "over de dood van Sammy Baker",
         "De minister van Justitie en Veiligheid D. Yeşilgöz-Zegerius", 22, 6),
        ("Temmink", (2024, 1, 11), "in handen is van een commerciële partij",
         "De minister van Justitie en Veiligheid D. Yeşilgöz-Zegerius", 21, 10),
        ("Teunissen", (2024, 8, 26), "bij de training en inzet van politiehonden",
         "Mede namens de Minister van Landbouw, Visserij, Voedselzekerheid en Natuur, "
         "de Minister van Justitie en Veiligheid D.M. van Weel", 50, 22),
    ],
)  # fmt: skip
def test_an_answer_letter(words, date, title_end, signature, paragraphs, questions):
    """Identity, the letter of one paragraph, its signature, and every question under the annex's title."""
    document = _read(words)
    assert document.identity.date == datetime.date(*date)
    assert document.identity.title.startswith("Beantwoording")
    assert document.identity.title.endswith(title_end)
    assert document.identity.sender == "Minister van Justitie en Veiligheid"
    assert not document.identity.is_kamerstuk
    assert [p.text for p in document.paragraphs if p.is_signature] == [signature]
    assert document.paragraphs[0].text.startswith("In antwoord op uw brief van ")
    assert document.paragraphs[1].is_signature
    assert len(document.paragraphs) == paragraphs
    assert [heading for heading in _headings(document) if heading.startswith("Vraag")] == [
        f"Vraag {number}" for number in range(1, questions + 1)
    ]
    paths = [section.headings for section in document.sections if section.headings]
    assert all(path[0].startswith("Antwoorden van de ") and len(path) in (2, 3) for path in paths)


def test_answers_to_several_questions_stand_under_the_last_of_them():
    headings = [section.headings[1:] for section in _read("Temmink").sections]
    assert ("Vraag 3", "Antwoord op vragen 2 en 3") in headings
    assert ("Vraag 9", "Antwoord op vragen 7, 8, en 9") in headings


def test_lines_broken_in_the_middle_of_a_sentence_are_put_together():
    document = _read("Temmink")
    assert document.paragraphs[0].text.endswith("worden beantwoord zoals aangegeven in de bijlage van deze brief.")
    texts = [paragraph.text for paragraph in _read("Teunissen").paragraphs]
    assert (
        "Dit thema komt integraal terug in de onderwerpen verwerving van honden, selectie van geleiders en binnen het "
        "nieuwe leerlandschap voor hondengeleiders."
    ) in texts


def test_footnotes_stand_where_they_stood():
    document = _read("Temmink")
    (note,) = document.footnotes
    carrier = document.paragraph(note.paragraph)
    assert (note.mark, note.text) == ("1", "Kamerstukken, 2022-2023, 29628, nr. 1135")
    assert carrier.text[: carrier.notes[0].position].endswith("naar aanleiding van de motie van Nispen")
    assert [(f.mark, f.paragraph) for f in _read("Teunissen").footnotes] == [("1", 41), ("2", 44)]


def test_the_list_of_sources_stands_apart_from_the_last_answer():
    for words, number in (("Temmink", 2), ("Argos", 3), ("Teunissen", 3)):
        last = _read(words).sections[-1]
        assert (last.headings, len(last.paragraphs)) == ((), number)
    assert _read("Argos").paragraphs[-2].text == (
        "2. vng.nl/sites/default/files/2021-09/handelingskader-aanpak-personen-verward-gedrag.pdf"
    )


def test_nothing_of_the_head_or_of_the_house_style_is_text():
    for words in ("Wolvega", "Argos", "Temmink", "Teunissen"):
        text = "\n".join(paragraph.text for paragraph in _read(words).paragraphs)
        assert not re.search(r"Retouradres|Turfmarkt|Postbus|kenmerk|Pagina|Contactpersoon|MERGEFORMAT", text)
