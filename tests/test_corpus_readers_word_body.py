"""Paragraphs and tables of Word files, in reading order."""

from office_packages import cell, paragraph, row, run, table, word_file

from corpus.document import Document
from corpus.readers.word import read_word


def _texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def _read(body: str, **parts: str) -> Document:
    return read_word(word_file(body, **parts), "nota.docx")


def test_lines_broken_by_hand_in_a_sentence_are_one_paragraph():
    body = (
        paragraph("Dit is een lange zin, die door de schrijver in het ")
        + paragraph("midden is afgebroken.")
        + paragraph("nieuwe alinea, want de vorige zin was af.")
        + "<w:p/>"
        + paragraph("Een regel met wit eronder, hoe lang hij ook is,")
        + "<w:p/>"
        + paragraph("blijft los.")
        + paragraph("Ook korte regels")
        + paragraph("blijven los.")
    )
    assert _texts(_read(body)) == [
        "Dit is een lange zin, die door de schrijver in het midden is afgebroken.",
        "nieuwe alinea, want de vorige zin was af.",
        "Een regel met wit eronder, hoe lang hij ook is,",
        "blijft los.",
        "Ook korte regels",
        "blijven los.",
    ]


def test_blank_lines_and_typed_labels_in_one_paragraph_make_several():
    body = paragraph("Eerste.\n\nTweede, met:\na) een;\nb) twee;\n- een punt\n5. en vijf.")
    assert _texts(_read(body)) == ["Eerste.", "Tweede, met:", "a) een;", "b) twee;", "een punt 5. en vijf."]


def test_rows_of_a_table_are_paragraphs_with_the_columns_names():
    body = paragraph("Tabel 1: aantallen", bold=True) + table(
        row("Jaar", "Aantal", bold=True), row("2018", "1.200"), row("2019", "4.000"), row("", ""), borders=True
    )
    assert _texts(_read(body)) == ["Tabel 1: aantallen", "Jaar: 2018 | Aantal: 1.200", "Jaar: 2019 | Aantal: 4.000"]


def test_merged_cells_keep_every_row_readable():
    header = "<w:trPr><w:tblHeader/></w:trPr>"
    rows = [
        header + cell(paragraph("Regio")) + cell(paragraph("Aantal"), '<w:gridSpan w:val="2"/>'),
        header + cell(paragraph("")) + cell(paragraph("2018")) + cell(paragraph("2019")),
        cell(paragraph("Noord"), '<w:vMerge w:val="restart"/>') + cell(paragraph("1")) + cell(paragraph("2")),
        cell("<w:p/>", "<w:vMerge/>") + cell(paragraph("3")) + cell(paragraph("4")),
    ]
    assert _texts(_read(table(*rows))) == [
        "Regio: Noord | Aantal 2018: 1 | 2019: 2",
        "Regio: Noord | Aantal 2018: 3 | 2019: 4",
    ]


def test_notes_in_a_table_keep_their_places():
    noted = f'<w:p>{run("4.000")}<w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    body = table(row("Jaar", "Aantal", bold=True), cell(paragraph("2019")) + cell(noted), borders=True)
    document = _read(body, footnotes=f'<w:footnote w:id="1">{paragraph("Geschat.")}</w:footnote>')
    (only,) = document.paragraphs
    assert only.text == "Jaar: 2019 | Aantal: 4.000"
    assert [(n.mark, n.position) for n in only.notes] == [("1", len(only.text))]


def test_a_layout_table_is_read_as_the_text_it_arranges():
    left = paragraph("Dit is de eerste alinea van de brief.") + paragraph("Dit is de tweede alinea.")
    inner = table(row("binnen"))
    body = table(cell(left) + cell(paragraph("Kantlijn")), cell(inner + "<w:p/>"))
    assert _texts(_read(body)) == [
        "Dit is de eerste alinea van de brief.",
        "Dit is de tweede alinea.",
        "Kantlijn",
        "binnen",
    ]
