import datetime
import json
import re
import time

import pytest
from conftest import LETTER, SHARED
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Dossier
from corpus.errors import DocumentError, UnreadableDocument
from corpus.readers.plain_text import read_plain_text

EXPECTED = json.loads((LETTER.parents[2] / "tests" / "data" / "kst-27925-681.json").read_text("utf-8"))


def read(text: str, name: str = "brief.txt"):
    return read_plain_text(text.encode(), name)


def test_the_letters_identity(letter):
    """Everything that the letter's head and signature state about it."""
    identity = letter.identity
    assert identity.id == "kst-27925-681"
    assert identity.dossiers == (Dossier("27925", "Bestrijding internationaal terrorisme"),)
    assert identity.number == "681"
    assert (identity.chamber, identity.session_year) == ("II", "2019/20")
    assert identity.title == "Brief van de Minister van Buitenlandse Zaken"
    assert identity.date == datetime.date(2019, 12, 2)
    assert identity.sender == "Minister van Buitenlandse Zaken"
    assert identity.signatories == ("S.A. Blok",)


def test_the_letters_headings(letter):
    """Five headings, two of which wrap over two lines."""
    headings = list(dict.fromkeys(section.headings for section in letter.sections if section.headings))
    assert headings == [
        ("Oprichting GCTF en het Nederlands voorzitterschap",),
        ("Inzet van Nederland in het GCTF: verbinden, vernieuwen en versterken",),
        ("Verbinden: internationaal, nationaal en lokaal",),
        ("Vernieuwen: staying ahead of the curve, nieuwe dreigingen vroegtijdig aanpakken",),
        ("Versterken: van beleidsaanbevelingen naar impact",),
    ]


@pytest.mark.parametrize("expected", EXPECTED["paragraphs"], ids=lambda expected: f"al-{expected['number']}")
def test_the_letters_paragraphs(letter, expected):
    """Every paragraph in full: text, section, pages, note marks."""
    paragraph = letter.paragraph(expected["number"])
    assert paragraph.text == expected["text"]
    assert list(letter.section_of(paragraph.number).headings) == expected["section"]
    assert list(paragraph.pages) == expected["pages"]
    assert [[note.mark, note.position] for note in paragraph.notes] == expected["notes"]
    assert paragraph.is_signature == (paragraph.number == 20)


def test_the_letter_has_nineteen_paragraphs_and_a_signature(letter):
    """Numbers run 1 to 20 without a gap; the signature is last."""
    assert [paragraph.number for paragraph in letter.paragraphs] == list(range(1, 21))
    assert letter.paragraphs[-1].text == "De Minister van Buitenlandse Zaken, S.A. Blok"


def test_the_letters_footnotes(letter):
    """Three footnotes on the paragraphs that carry their marks."""
    found = [
        {"mark": note.mark, "text": note.text, "paragraph": note.paragraph, "pages": list(note.pages)}
        for note in letter.footnotes
    ]
    assert found == EXPECTED["footnotes"]
    assert [note["paragraph"] for note in found] == [1, 4, 6]


def test_note_marks_stood_where_they_are_kept(letter):
    """Putting each mark back gives the source's own characters."""
    for number, glued in ((1, "2015–20191."), (4, "(bijlage 1)2."), (6, "institutions3.")):
        paragraph = letter.paragraph(number)
        (note,) = paragraph.notes
        restored = paragraph.text[: note.position] + note.mark + paragraph.text[note.position :]
        assert glued in restored
        assert glued in LETTER.read_text("utf-8")


def test_sentences_cut_by_page_and_footnote_are_whole(letter):
    """Text goes on over the pages' ends; one page break starts a new paragraph, two do not."""
    assert letter.paragraph(3).text.endswith("voortbouwen. Daarnaast zal Nederland belangrijke initiatieven die "
                                             "voortkomen uit het GCTF blijven steunen.")  # fmt: skip
    assert "Deze resolutie verplicht staten om detectiecapaciteit te ontwikkelen door" in letter.paragraph(7).text
    assert letter.paragraph(12).text.endswith("aandacht voor accountability.")
    assert letter.paragraph(13).text.startswith("Bij aanvang van het GCTF co-voorzitterschap")
    assert "terrorismebestrijding versterkt. Nederland speelde" in letter.paragraph(18).text


def test_line_end_hyphens_are_repaired(letter):
    """Nine are joined; the tenth belongs to its word. Hyphens inside lines stay."""
    text = " ".join(paragraph.text for paragraph in letter.paragraphs)
    joined = "reisbewegingen mogelijkheden ministeriële passagiersgegevens georganiseerde ontwikkelen terrorisme "
    for word in (joined + "maatschappelijk terrorismebestrijding").split():
        assert word in text
    assert "UN Office on Counter-Terrorism (UNOCT)" in text
    assert "re-integreren" in text and "Noord-Afrika en Oost- en West-Afrika" in text


def test_faults_of_the_source_stay(letter):
    """A missing space in the official text is quoted as it is."""
    assert "het forum,financiële bijdragen" in letter.paragraph(6).text


def test_nothing_is_lost_and_nothing_added(letter):
    """The text file's characters below its head, white space and line-end hyphens aside, are all in the document."""
    lines = LETTER.read_text("utf-8").split("\n")[11:]
    kept = [line for line in lines if not line.startswith("Tweede Kamer, vergaderjaar")]
    source = re.sub(
        r"\s", "", "\n".join(kept).replace("-\n", "\n").replace("- \n", "\n").replace("Counter\nT", "Counter-T")
    )
    parts = [paragraph.text for paragraph in letter.paragraphs]
    parts += [heading for section in letter.sections for heading in section.headings]
    parts += [f"{note.mark}{note.text}" for note in letter.footnotes] + [note.mark for note in letter.footnotes]
    assert sorted(source) == sorted(re.sub(r"\s", "", "".join(parts)))


def test_evidence_of_the_development_questions_is_in_the_gold_paragraph(letter):
    """Independent reading: whoever wrote the questions found these words in these paragraphs."""
    questions = SHARED / "eval" / "letter_dev.jsonl"
    if not questions.exists():
        pytest.skip("the development questions are not beside this checkout")
    for line in questions.read_text("utf-8").splitlines():
        question = json.loads(line)
        if question["gold"]:
            gold = question["gold"][0]
            text = letter.footnote(gold[2:]).text if isinstance(gold, str) else letter.paragraph(gold).text
            assert question["evidence"] in text, question["id"]


HEAD = """Eerste Kamer der Staten-Generaal 1
Vergaderjaar 2014–2015

33 802 Wijziging van de Wet op het
hoger onderwijs

C BRIEF VAN DE STAATSSECRETARIS VAN ONDERWIJS, CULTUUR EN WETENSCHAP

Aan de Voorzitter van de Eerste Kamer der Staten-Generaal

Den Haag, 3 maart 2015

"""


def test_a_letter_to_the_senate():
    """The Senate's numbers are letters; a dossier's title may wrap."""
    document = read(HEAD + "De brief telt een alinea.\n")
    identity = document.identity
    assert identity.id == "kst-33802-C"
    assert identity.chamber == "I"
    assert identity.dossiers == (Dossier("33802", "Wijziging van de Wet op het hoger onderwijs"),)
    assert identity.title == "Brief van de Staatssecretaris van Onderwijs, Cultuur en Wetenschap"
    assert [paragraph.text for paragraph in document.paragraphs] == ["De brief telt een alinea."]


@pytest.mark.parametrize(
    ("line", "number", "kst"),
    [
        ("36 600 VII Vaststelling van de begroting", "36600-VII", "kst-36600-VII-1"),
        ("21 501-02 Raad Algemene Zaken", "21501-02", "kst-21501-02-1"),
        ("27925 Bestrijding internationaal terrorisme", "27925", "kst-27925-1"),
    ],
)
def test_dossier_numbers_with_additions(line, number, kst):
    """An addition is part of the dossier's number and of the id."""
    head = f"Tweede Kamer der Staten-Generaal 2\nVergaderjaar 2024–2025\n\n{line}\n\nNr. 1 BRIEF\n\n"
    identity = read(f"{head}Tekst van de brief.\n").identity
    assert identity.dossiers[0].number == number
    assert identity.id == kst


def test_a_document_that_is_no_kamerstuk():
    """Its id comes from its file's name, its pages are unknown."""
    document = read("Notitie over fietspaden\n\nEr komt een fietspad. Het is breed.\n", "Notitie Fietspaden (2).txt")
    assert document.id == "notitie-fietspaden-2"
    assert document.identity.title == "Notitie over fietspaden"
    assert not document.identity.is_kamerstuk
    assert [(p.text, p.pages) for p in document.paragraphs] == [("Er komt een fietspad. Het is breed.", ())]
    assert document.section_of(1).headings == ("Notitie over fietspaden",)


def test_list_items_are_paragraphs():
    """Each item can be cited; numbers stay, bullets go."""
    document = read("Het plan:\n\n- eerst dit;\n- dan dat.\n\n1. Een.\n2. Twee.\n")
    assert [p.text for p in document.paragraphs] == ["Het plan:", "eerst dit;", "dan dat.", "1. Een.", "2. Twee."]


def test_a_numbered_heading_is_no_footnote():
    """A line that begins with 1 is a note only when the text carries that mark."""
    document = read("1 Inleiding\n\nDit is de inleiding.\n\n2 Vervolg\n\n2.1 Nader\n\nDit is het vervolg.\n")
    assert document.footnotes == ()
    assert [s.headings for s in document.sections] == [("1 Inleiding",), ("2 Vervolg", "2.1 Nader")]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("zee-", "hond."), "zeehond."),
        (("Counter-", "Terrorism."), "Counter-Terrorism."),
        (("VN-", "resolutie."), "VN-resolutie."),
        (("land-", "en tuinbouw."), "land- en tuinbouw."),
        (("2015-", "2019."), "2015-2019."),
        (("zacht\u00ad", "jes."), "zachtjes."),
    ],
)
def test_hyphens_at_line_ends(lines, expected):
    """A hyphen that only marks the line's end goes; one that belongs to the word stays."""
    document = read("\n".join(("De", *lines)) + "\n")
    assert document.paragraphs[0].text == f"De {expected}"


@pytest.mark.parametrize(
    "data",
    [
        "Een kop\n\nDe coördinatie, één dag.\n".encode("utf-8-sig"),
        "Een kop\r\n\r\nDe coördinatie, één dag.\r\n".encode("utf-16"),
        "Een kop\n\nDe coördinatie, één dag.\n".encode("cp1252"),
    ],
    ids=["utf-8 with mark", "utf-16", "windows-1252"],
)
def test_encodings(data):
    """UTF-8, UTF-16 and Windows-1252 read to the same text."""
    assert read_plain_text(data, "brief.txt").paragraphs[0].text == "De coördinatie, één dag."


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\x00\x01\x02binary", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_what_is_no_text_is_refused_by_name(data):
    """The error names the file and says what to do."""
    with pytest.raises(UnreadableDocument, match=r"leeg\.txt .*;"):
        read_plain_text(data, "leeg.txt")


@given(st.integers(0, 13_000), st.integers(0, 13_000), st.one_of(st.binary(max_size=60), st.text(max_size=60)))
def test_damaged_letters_give_named_errors_only(start: int, end: int, put: bytes | str):
    """Whatever stands anywhere in the letter: numbered paragraphs, or a named error."""
    data = LETTER.read_bytes()
    damaged = data[:start] + (put.encode() if isinstance(put, str) else put) + data[end:]
    try:
        document = read_plain_text(damaged, "brief.txt")
    except DocumentError as error:
        assert "brief.txt" in str(error)
    else:
        numbers = [paragraph.number for paragraph in document.paragraphs]
        assert numbers == list(range(1, len(numbers) + 1)) != []


def test_a_long_text_takes_time_by_its_length():
    """Four times as many paragraphs, about four times as long."""

    def seconds(paragraphs: int) -> float:
        text = "Een zin van een lange brief.\n\n" * paragraphs
        began = time.process_time()
        assert len(read(text).paragraphs) == paragraphs
        return time.process_time() - began

    assert seconds(40_000) < 7 * seconds(10_000)
