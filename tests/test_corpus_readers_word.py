"""Word files as a whole: letters of ministers, Kamervragen, and files that cannot be read."""

import datetime
import io
import zipfile

import pytest
from mutations import run_mutations
from office_packages import WORD_NUMBERING, cell, list_item, paragraph, row, run, table, word_file, zipped

from corpus.document import Document
from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.readers.word import read_word


def _texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def _read(body: str, **parts: str) -> Document:
    return read_word(word_file(body, **parts), "nota.docx")


_BODY = paragraph("In antwoord op uw brief deel ik u mede dat de vragen worden beantwoord in de bijlage.")


def test_the_head_of_a_ministers_letter_gives_date_and_title_and_no_paragraphs():
    head = (
        table(cell(paragraph("> Retouradres Postbus 20301 2500 EH Den Haag")), cell(paragraph("Aan de Voorzitter")))
        + table(row("Datum", "2 december 2019"), row("Betreft", "Beantwoording vragen over water"))
        + table(cell(paragraph("Turfmarkt 147") + paragraph("Ons kenmerk") + paragraph("12345")))
    )
    signature = (
        paragraph("De Minister van Infrastructuur en Waterstaat,") + "<w:p/>" * 4 + paragraph("C. van Nieuwenhuizen")
    )
    document = _read(head + "<w:p/>" + _BODY + signature, title="Overgebleven")
    assert document.identity.title == "Beantwoording vragen over water"
    assert document.identity.date == datetime.date(2019, 12, 2)
    assert document.identity.sender == "Minister van Infrastructuur en Waterstaat"
    assert not document.identity.is_kamerstuk
    assert [(p.text, p.is_signature) for p in document.paragraphs] == [
        ("In antwoord op uw brief deel ik u mede dat de vragen worden beantwoord in de bijlage.", False),
        ("De Minister van Infrastructuur en Waterstaat, C. van Nieuwenhuizen", True),
    ]


def test_the_head_can_be_typed_with_tabs_or_stand_in_the_page_header():
    typed = paragraph("Datum\t2 december 2019") + paragraph("Onderwerp: Water") + _BODY
    document = _read(typed)
    assert (document.identity.title, document.identity.date) == ("Water", datetime.date(2019, 12, 2))
    assert len(document.paragraphs) == 1
    header = table(row("Datum", "3 mei 2020"), row("Betreft", "Lucht"))
    document = _read(_BODY, header=header)
    assert (document.identity.title, document.identity.date) == ("Lucht", datetime.date(2020, 5, 3))
    assert len(document.paragraphs) == 1


def test_a_sentence_that_begins_with_a_label_is_no_head():
    body = paragraph("Datum van ingang is 1 mei.") + paragraph("Onderwerp van gesprek was water.") + _BODY
    assert len(_read(body).paragraphs) == 3


def test_several_signers_are_one_signature_and_the_annex_follows():
    body = (
        _BODY
        + table(
            row("De Minister van Justitie en Veiligheid,", "De Staatssecretaris van Financiën,"),
            row("F.B.J. Grapperhaus", "J.A. Vijlbrief"),
        )
        + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        + paragraph("Bijlage 1: Overzicht", bold=True)
        + paragraph("Tekst van de bijlage.")
    )
    document = _read(body)
    assert [(s.headings, [p.text for p in s.paragraphs]) for s in document.sections[1:]] == [
        ((), [
            "De Minister van Justitie en Veiligheid, De Staatssecretaris van Financiën, "
            "F.B.J. Grapperhaus J.A. Vijlbrief"
        ]),
        (("Bijlage 1: Overzicht",), ["Tekst van de bijlage."]),
    ]  # fmt: skip
    assert document.identity.sender == "Minister van Justitie en Veiligheid"
    assert document.identity.signatories == ("F.B.J. Grapperhaus", "J.A. Vijlbrief")


def _sections(document: Document) -> list[tuple[tuple[str, ...], list[str]]]:
    return [(section.headings, [p.text for p in section.paragraphs]) for section in document.sections]


def test_questions_and_answers_stand_in_one_path():
    body = "".join(
        paragraph(text, bold=bold)
        for text, bold in [
            ("Vraag 1", True),
            ("Kent u het bericht", True),
            ("Antwoord op vraag 1", True),
            ("Ja.", False),
            ("Vragen 2 en 3", True),
            ("Hoe vaak gebeurt dit?", True),
            ("Antwoord:", True),
            ("Dat wordt niet bijgehouden.", False),
        ]
    )
    assert _sections(_read(body)) == [
        (("Vraag 1",), ["Kent u het bericht"]),
        (("Vraag 1", "Antwoord op vraag 1"), ["Ja."]),
        (("Vragen 2 en 3",), ["Hoe vaak gebeurt dit?"]),
        (("Vragen 2 en 3", "Antwoord"), ["Dat wordt niet bijgehouden."]),
    ]


def test_questions_that_are_only_numbered():
    """A number of its own line, a numbered list, or a first line: all announce the question."""
    answers = paragraph("Antwoord") + paragraph("Ja.")
    assert _sections(_read(paragraph("1") + paragraph("Kent u dit?") + answers)) == [
        (("1",), ["Kent u dit?"]),
        (("1", "Antwoord"), ["Ja."]),
    ]
    body = list_item("Kent u dit?") + answers + list_item("En dat?") + answers
    assert _sections(_read(body, numbering=WORD_NUMBERING)) == [
        (("1",), ["1. Kent u dit?"]),
        (("1", "Antwoord"), ["Ja."]),
        (("2",), ["2. En dat?"]),
        (("2", "Antwoord"), ["Ja."]),
    ]
    body = paragraph("Vraag 1\nKent u dit?") + paragraph("Antwoord 1\nJa.")
    assert _sections(_read(body)) == [(("Vraag 1",), ["Kent u dit?"]), (("Vraag 1", "Antwoord 1"), ["Ja."])]


def test_words_numbers_and_looks_may_announce_a_question():
    """Numbered by Word as "Vraag 1", or in bold in the line of the question itself."""
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="Vraag %1"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    expected = [(("Vraag 1",), ["Kent u dit?"]), (("Vraag 1", "Antwoord"), ["Ja."])]
    answer = f"<w:p>{run('Antwoord: ', bold=True)}{run('Ja.')}</w:p>"
    assert _sections(_read(list_item("Kent u dit?") + answer, numbering=numbering)) == expected
    assert _sections(_read(list_item("") + paragraph("Kent u dit?") + answer, numbering=numbering)) == expected
    assert _sections(_read(f"<w:p>{run('Vraag 1 ', bold=True)}{run('Kent u dit?')}</w:p>" + answer)) == expected


def test_a_heading_that_only_looks_like_an_answer_keeps_its_level():
    body = paragraph("Beantwoording", "Kop1") + paragraph("a.") + paragraph("Slot", "Kop1") + paragraph("b.")
    assert _sections(_read(body)) == [(("Beantwoording",), ["a."]), (("Slot",), ["b."])]


def test_the_sources_below_the_last_answer_are_not_part_of_it():
    body = (
        paragraph("Vraag 1")
        + paragraph("Kent u de berichten? 1) 2)")
        + paragraph("Antwoord 1")
        + paragraph("Ja.")
        + paragraph("1) NOS, 2 mei 2019")
        + paragraph("2) RTV, 3 mei 2019")
    )
    assert _sections(_read(body))[-1] == ((), ["1) NOS, 2 mei 2019", "2) RTV, 3 mei 2019"])


def test_the_strict_variant_reads_the_same():
    data = word_file(paragraph("Kop", "Kop1") + paragraph("Tekst."))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {
            name: archive.read(name)
            .replace(b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/wordprocessingml/main")
            .replace(b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships")
            for name in archive.namelist()
        }  # fmt: skip
    assert read_word(zipped(members), "a.docx").sections == read_word(data, "a.docx").sections


@pytest.mark.parametrize(
    ("members", "error", "message"),
    [
        ({"word/document.xml": "<w:document"}, UnreadableDocument, "is no XML"),
        ({"word/document.xml": "<a/>"}, UnreadableDocument, "is no Word file"),
        ({"word/document.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}, UnreadableDocument, "document type"),
        ({"word/other.xml": "<a/>"}, UnreadableDocument, "word/document.xml is missing"),
        ({"word/document.xml": "<workbook/>"}, UnsupportedFormat, "Excel or PowerPoint"),
        ({"word/document.xml": "<w:p>" * 100_000}, UnreadableDocument, "is no XML"),
    ],
)
def test_files_that_are_no_word_file_say_so(members, error, message):
    with pytest.raises(error, match=message) as caught:
        read_word(zipped(members, 0), "brief.docx")
    assert str(caught.value).startswith("brief.docx ")


def test_a_file_without_text_says_so():
    with pytest.raises(UnreadableDocument, match=r"nota\.docx holds no paragraph of text"):
        _read("<w:p/>" + paragraph("  \u200b "))


def test_spans_without_end_stay_small():
    row = cell(paragraph("a"), '<w:gridSpan w:val="999999999"/>') + cell(paragraph("b"))
    document = _read(table(f'<w:trPr><w:gridBefore w:val="999999999"/></w:trPr>{row}', row, borders=True))
    assert [len(text) < 10 for text in _texts(document)] == [True] * len(document.paragraphs)


def mutation_seeds() -> list[bytes]:
    """Files that hold a bit of everything, to be damaged."""
    noted = f'<w:p>{run("Tekst")}<w:r><w:footnoteReference w:id="1"/></w:r>{run(" met noot.")}</w:p>'
    drawn = table(row("Jaar", "Aantal", bold=True), row("2018", "1"), borders=True)
    content = f"<w:txbxContent>{paragraph('Kader')}</w:txbxContent>"
    box = f"<w:p><w:r><w:pict><v:textbox>{content}</v:textbox></w:pict></w:r></w:p>"
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF x</w:instrText></w:r>'
    end = f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("x")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    field = f"<w:p>{begin}{end}</w:p>"
    footnotes = f'<w:footnote w:id="1">{paragraph("Noot.")}</w:footnote>'
    body = paragraph("Kop", "Kop1") + noted + list_item("een") + list_item("a", 2) + drawn + box + field
    questions = paragraph("Vraag 1\nKent u dit?") + paragraph("Antwoord 1\nJa.")
    head = table(row("Datum", "2 december 2019"), row("Betreft", "Water"))
    signature = paragraph("De Minister van Financiën,") + paragraph("W.B. Hoekstra")
    return [
        word_file(body, footnotes=footnotes, numbering=WORD_NUMBERING),
        word_file(head + _BODY + signature + questions, header=head, settings="<w:footnotePr/>"),
    ]


def test_damaged_files_give_named_errors_only():
    assert run_mutations(read_word, mutation_seeds(), 400) > 60
