"""Blocks become a document: heads, signatures, questions, and the small rules that every format in flow shares."""

import datetime

import pytest

from corpus.document import NoteReference
from corpus.errors import UnreadableDocument
from corpus.readers import flow_writer
from corpus.readers.flow import Block, Table, TableCell, fold, is_blank
from corpus.readers.flow_writer import document_from_flow
from corpus.readers.note_marks import NoteMarks
from corpus.readers.numerals import counted_letter, repeated_letter, roman
from corpus.readers.outline import Cell, Outline
from corpus.readers.questions import question_level
from corpus.readers.signature import find_signature


def _document(*texts: str, **options):
    return document_from_flow([Block(text) for text in texts], {}, "stuk.docx", **options)


# Text


@pytest.mark.parametrize(
    ("text", "positions", "folded", "moved"),
    [
        ("  een \n twee  ", [6], "een twee", [4]),
        ("een\u00ad\u00adtwee", [3, 5], "eentwee", [3, 3]),
        ("een twee ", [9], "een twee", [8]),
        ("   ", [1], "", [0]),
        ("een  twee", [4, 3, 99], "een twee", [3, 4, 8]),
        ("een", [], "een", []),
    ],
)
def test_folding_keeps_the_places_of_notes(text, positions, folded, moved):
    notes = [NoteReference(str(i), position) for i, position in enumerate(positions)]
    result, places = fold(text, notes)
    assert (result, [note.position for note in places]) == (folded, moved)


def test_what_cannot_be_seen_is_blank():
    assert is_blank(" \u00a0\u00ad\u200b\ufeff\n") and not is_blank("-")


def test_a_block_is_cut_with_its_notes_and_looks():
    block = Block(
        "vet.gewoon", (NoteReference("1", 4), NoteReference("2", 10)), level=2, label="a.", bold=4, after_gap=True
    )
    first, second = block.cut([4])
    assert (first.text, first.notes, first.level, first.is_bold) == ("vet.", (NoteReference("1", 4),), 2, True)
    assert (second.text, second.notes, second.level, second.label) == ("gewoon", (NoteReference("2", 6),), None, None)
    assert not second.is_bold and not second.after_gap


@pytest.mark.parametrize(
    ("write", "number", "text"),
    [
        (roman, 4, "iv"),
        (roman, 1999, "mcmxcix"),
        (roman, 4000, "4000"),
        (roman, 0, "0"),
        (repeated_letter, 28, "bb"),
        (counted_letter, 28, "ab"),
        (counted_letter, 26, "z"),
        (repeated_letter, 10**9, "1000000000"),
        (counted_letter, -1, "-1"),
    ],
)
def test_numbers_are_written_as_the_programs_do(write, number, text):
    assert write(number) == text


def test_note_marks_are_counted_by_kind_and_never_twice_the_same():
    marks = NoteMarks()
    given = [
        marks.mark("footnote", "7"),
        marks.mark("footnote", "5"),
        marks.mark("footnote", "7"),
        marks.mark("endnote", "1", form="lowerRoman"),
        marks.mark("endnote", "2"),
        marks.mark("footnote", "9", own="*"),
        marks.mark("footnote", "8", own="† 1"),
    ]
    assert given == ["1", "2", "1", "i", "2_2", "*", "3"]


# Outline


def test_a_table_keeps_the_notes_of_its_cells():
    """A note of the header goes to the first row; the names of the columns move the others."""
    outline = Outline()
    rows = [
        ["Jaar", Cell("Aantal", (NoteReference("1", 6),))],
        ["2018", Cell("1.200", (NoteReference("2", 5),))],
        ["2019", "4.000"],
    ]
    outline.table(rows, has_header=True)
    document = outline.finish(_document("x.").identity)
    assert [(p.text, p.notes) for p in document.paragraphs] == [
        ("Jaar: 2018 | Aantal: 1.200", (NoteReference("1", 0), NoteReference("2", 26))),
        ("Jaar: 2019 | Aantal: 4.000", ()),
    ]


def test_a_heading_below_the_signature_stands_under_none_above_it():
    outline = Outline()
    outline.heading("Een", 1)
    outline.paragraph("a.")
    outline.signature("De Minister van Financiën, W.B. Hoekstra")
    outline.heading("Bijlage", 2)
    outline.paragraph("b.")
    assert outline.finish(_document("x.").identity).sections[-1].headings == ("Bijlage",)


# Heads


_HEAD = (
    "Tweede Kamer der Staten-Generaal 2",
    "Vergaderjaar 2019–2020",
    "27 925 Bestrijding internationaal terrorisme",
    "Nr. 681 BRIEF VAN DE MINISTER VAN BUITENLANDSE ZAKEN",
    "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal",
    "Den Haag, 2 december 2019",
)


def test_the_head_of_a_kamerstuk_is_cut_off():
    document = _document(*_HEAD, "De tekst.")
    assert (document.id, document.identity.date) == ("kst-27925-681", datetime.date(2019, 12, 2))
    assert [p.text for p in document.paragraphs] == ["De tekst."]


def test_numbers_of_the_head_may_stand_in_cells_of_their_own():
    cells = [("Tweede Kamer der Staten-Generaal", "2"), ("27 925", "Bestrijding internationaal terrorisme")]
    cells.append(("Nr. 681", "BRIEF VAN DE MINISTER VAN BUITENLANDSE ZAKEN"))
    rows = tuple(tuple(TableCell((Block(text),)) for text in row) for row in cells)
    items = [
        Block("Vergaderjaar 2019-2020"),
        Table(rows[:1]),
        Table(rows[1:2]),
        Table(rows[2:]),
        Block(_HEAD[5]),
        Block("Tekst."),
    ]
    document = document_from_flow(items, {}, "stuk.docx")
    assert document.id == "kst-27925-681"
    assert document.identity.title == "Brief van de Minister van Buitenlandse Zaken"
    assert document.identity.dossiers[0].title == "Bestrijding internationaal terrorisme"
    assert [p.text for p in document.paragraphs] == ["Tekst."]


def test_text_that_shares_the_dates_paragraph_stays():
    document = _document("\n".join(_HEAD) + "\nDe tekst.", "Meer.")
    assert [p.text for p in document.paragraphs] == ["De tekst.", "Meer."]


def test_a_head_without_a_date_ends_with_the_addressee():
    document = _document(*_HEAD[:5], "De tekst.")
    assert (document.id, document.identity.date) == ("kst-27925-681", None)
    assert [p.text for p in document.paragraphs] == ["De tekst."]


def test_the_notes_of_the_head_go_to_the_first_paragraph():
    head = [Block(line) for line in _HEAD]
    head[3] = Block(_HEAD[3], (NoteReference("1", len(_HEAD[3])),))
    document = document_from_flow([*head, Block("De tekst.")], {"1": "Noot."}, "stuk.docx")
    assert [(f.mark, f.paragraph) for f in document.footnotes] == [("1", 1)]


def test_place_and_date_end_the_head_of_an_older_letter():
    document = _document(
        "Aan de Voorzitter van de Eerste Kamer", "Binnenhof 22", "Den Haag, 3 mei 2011", "Geachte voorzitter,"
    )
    assert document.identity.date == datetime.date(2011, 5, 3)
    assert [p.text for p in document.paragraphs] == ["Geachte voorzitter,"]
    document = _document("Notitie over water", "Den Haag, 3 mei 2011", "De tekst.")
    assert document.identity.date == datetime.date(2011, 5, 3)
    assert [p.text for p in document.paragraphs] == ["Notitie over water", "De tekst."]


def test_a_document_of_another_kind_has_its_first_line_as_title():
    document = _document("Besluitenlijst van de commissie.", "Punt een.")
    assert (document.id, document.identity.title) == ("stuk", "Besluitenlijst van de commissie.")
    assert document.identity.date is None and not document.identity.is_kamerstuk
    assert len(document.paragraphs) == 2


# Signatures


@pytest.mark.parametrize(
    ("lines", "blocks", "office"),
    [
        (["De Minister van Financiën,", "W.B. Hoekstra"], 2, "Minister van Financiën"),
        (["De minister van Financiën\n\nmr. drs. S.A.M. Kaag"], 1, "Minister van Financiën"),
        (["DE STAATSSECRETARIS VAN FINANCIËN,", "M.L.A. van Rij"], 2, "Staatssecretaris van Financiën"),
        (["de minister-president,", "Mark Rutte"], 2, "Minister-president"),
        (
            ["De Minister van Landbouw, Natuur en", "Voedselkwaliteit,", "P. Adema"],
            3,
            "Minister van Landbouw, Natuur en Voedselkwaliteit",
        ),
        (
            ["Mede namens de Minister van Defensie,", "De Minister van Buitenlandse Zaken,", "S.A. Blok"],
            3,
            "Minister van Buitenlandse Zaken",
        ),
        (
            ["De voorzitter van de commissie,", "Azarkan", "De adjunct-griffier,", "Freriks"],
            4,
            "Voorzitter van de commissie",
        ),
        (["De Minister van Financiën,", "Inleiding"], 0, ""),
        (["De Staatssecretaris van Financiën,", "Ş. Çelik-Özdemir"], 2, "Staatssecretaris van Financiën"),
        (["De Minister van Financiën,", "W.B. Hoekstra", "Bijlage Antwoorden"], 2, "Minister van Financiën"),
        (["De Minister van Financiën heeft dit toegezegd.", "W.B. Hoekstra"], 0, ""),
        (["W.B. Hoekstra", "De Minister van Financiën,"], 0, ""),
    ],
)
def test_signatures_are_an_office_and_a_name(lines, blocks, office):
    found = find_signature([Block(line) for line in lines])
    assert (found.blocks if found else 0, found.office if found else "") == (blocks, office)


def test_a_document_does_not_begin_with_a_signature():
    document = _document("De Minister van Financiën,", "W.B. Hoekstra", "De tekst.")
    assert not any(paragraph.is_signature for paragraph in document.paragraphs)


# Questions


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Vraag 1", 1),
        ("vraag 12:", 1),
        ("Vragen 1 en 2", 1),
        ("Vraag 7, 8, en 9", 1),
        ("Vraag 1 t/m 4", 1),
        ("Vraag 3a", 1),
        ("Vraag", 1),
        ("Antwoord op vraag 3 en 8", 2),
        ("Antwoord op de vragen 1-4", 2),
        ("Antwoord vraag 2", 2),
        ("Antwoord 1", 2),
        ("Antwoord:", 2),
        ("Gezamenlijk antwoord op vragen 1 en 2", 2),
        ("Beantwoording", 2),
        ("Vraag is of dit klopt", None),
        ("Antwoord op uw brief", None),
        ("Vraag 1 is beantwoord", None),
        ("Antwoorden van de Minister", None),
        ("Vraag 1" + ", 1" * 40 + "x", None),
    ],
)
def test_lines_that_announce_questions_and_answers(text, level):
    assert question_level(text) == level


# Limits


def test_too_much_text_is_refused(monkeypatch):
    monkeypatch.setattr(flow_writer, "MAX_CHARACTERS", 20)
    with pytest.raises(UnreadableDocument, match=r"stuk\.docx holds more than"):
        _document("Dit is een veel te lange tekst.")
    header = tuple(TableCell((Block(name),)) for name in ("Jaartal", "Ja"))
    rows = tuple((TableCell((Block("1"),)), TableCell((Block("2"),))) for _ in range(4))
    with pytest.raises(UnreadableDocument, match="tables too large"):
        document_from_flow([Table((header, *rows), header_rows=1, has_borders=True)], {}, "stuk.docx")
    monkeypatch.setattr(flow_writer, "MAX_BLOCKS", 2)
    with pytest.raises(UnreadableDocument, match="holds more than 2 paragraphs"):
        _document("a", "b", "c")
