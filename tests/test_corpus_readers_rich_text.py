"""RTF: paragraphs, notes and tables; hidden and deleted text and the addresses of links are left out."""

import datetime

import pytest
from mutations import run_mutations

from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.readers.rich_text import MAX_CHARACTERS, read_rich_text

_FONTS = r"{\fonttbl{\f0\froman\fcharset0 Times;}{\f1\fswiss\fcharset238 Arial CE;}}"


def _read(body: str) -> Document:
    return read_rich_text((rf"{{\rtf1\ansi\ansicpg1252\deff0{_FONTS}" + body + "}").encode("cp1252"), "nota.rtf")


def _texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def test_paragraphs_with_their_signs():
    body = r"Financi\'eble middelen \endash  \u8364?5.\par \f1 \'b9\f0  co\_voor\-zitter en\~meer\line regel.\par"
    assert _texts(_read(body)) == ["Financiële middelen – €5.", "ą co\u2011voorzitter en meer regel."]


def test_what_is_not_shown_is_left_out():
    body = (
        r"{\header Kop}{\info{\title Titel}}{\*\generator X}{\stylesheet{\s1 Kop 1;}}"
        r"Zie {\field{\*\fldinst{HYPERLINK \"https://example.org\"}}{\fldrslt{deze pagina}}}"
        r"{\v verborgen}{\rtlch\deleted weg}{\pict\bin4 }}{{} en meer.\par"
    )
    assert _texts(_read(body)) == ["Zie deze pagina en meer."]


def test_notes_stand_where_their_marks_stood():
    note = r"{\super\chftn}{\*\footnote\pard\plain {\chftn} %s\'eb.\par twee}"
    document = _read(rf"Eerst dit{note % 'Noot'}, dan dat.{note % 'Tweede'}\par")
    assert [(p.text, [(n.mark, n.position) for n in p.notes]) for p in document.paragraphs] == [
        ("Eerst dit, dan dat.", [("1", 9), ("2", 19)])
    ]
    assert [(f.mark, f.text, f.paragraph) for f in document.footnotes] == [
        ("1", "Nootë. twee", 1),
        ("2", "Tweedeë. twee", 1),
    ]


def test_headings_have_an_outline_level_or_are_short_lines():
    body = r"\pard\s1\outlinelevel0 Water\par\pard Eerste.\par\pard\s2\outlinelevel1 Zout\par\pard Tweede.\par"
    body += r"\pard\s1\outlinelevel0 Lucht\par\pard Derde.\par"
    headings = [section.headings for section in _read(body).sections]
    assert headings == [("Water",), ("Water", "Zout"), ("Lucht",)]
    body = r"\pard Inleiding\par Eerste.\par Reikwijdte\par Tweede.\par"
    assert [section.headings for section in _read(body).sections] == [("Inleiding",), ("Reikwijdte",)]


def test_tables_with_lines_are_rows_and_others_are_layout():
    row = r"\trowd{}\cellx1000\cellx2000\pard\intbl {}\cell {}\cell\row"
    border = r"\clbrdrt\brdrw10\brdrs"
    rows = row.format(border, "2018", "1.200") + row.format(border, "2019", "4.000")
    assert _texts(_read(rf"Ervoor.\par {rows}\pard Erna.\par")) == ["Ervoor.", "2018 | 1.200", "2019 | 4.000", "Erna."]
    layout = row.format("", "Een hele zin.", "Nog een zin.")
    assert _texts(_read(rf"{layout}\pard Erna.\par")) == ["Een hele zin.", "Nog een zin.", "Erna."]


def test_a_letter_head_and_signature():
    body = (
        r"\trowd\cellx1\cellx2\intbl Datum\cell 2 december 2019\cell\row"
        r"\trowd\cellx1\cellx2\intbl Betreft\cell Water\cell\row"
        r"\pard Geachte voorzitter,\par De tekst.\par De Minister van Financi\'ebn,\par\par W.B. Hoekstra\par"
    )
    document = _read(body)
    assert (document.identity.title, document.identity.date) == ("Water", datetime.date(2019, 12, 2))
    assert document.identity.sender == "Minister van Financiën"
    assert _texts(document)[-1] == "De Minister van Financiën, W.B. Hoekstra"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"tekst", "is no RTF file inside"),
        (b"{\\rtf1 }", "holds no paragraph"),
        (b"{\\rtf1 " + b"{" * 100_000, "nested too deeply"),
        (b"{\\rtf1 " + b"tekst " * (MAX_CHARACTERS // 5), "holds more than"),
        (b"{\\rtf1\\bin999999999 tekst}", "holds no paragraph"),
    ],
)
def test_files_that_cannot_be_read_say_so(data, message):
    with pytest.raises(UnreadableDocument, match=message) as caught:
        read_rich_text(data, "brief.rtf")
    assert str(caught.value).startswith("brief.rtf ")


def test_a_font_table_made_to_do_harm_is_read_in_no_time():
    data = b"{\\rtf1{\\fonttbl" + b"\\f1" * 60_000 + b"}Tekst hier.\\par}"
    assert _texts(read_rich_text(data, "brief.rtf")) == ["Tekst hier."]


def mutation_seeds() -> list[bytes]:
    """A file that holds a bit of everything, to be damaged."""
    body = (
        r"\pard\s1\outlinelevel0 Water\par\pard Dit is tekst{\*\footnote\pard Noot.} met \'eb en \u8364?.\par"
        r"\trowd\cellx1\cellx2\intbl a\cell b\cell\row\pard{\v weg}{\pict\bin3 abc}Slot.\par"
    )
    return [(rf"{{\rtf1\ansi\ansicpg1252{_FONTS}" + body + "}").encode("cp1252")]


def test_damaged_files_give_named_errors_only():
    assert run_mutations(read_rich_text, mutation_seeds(), 500) > 300
