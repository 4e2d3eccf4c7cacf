"""Headings and titles of Word files, by style and by looks."""

from office_packages import WORD_NUMBERING, WORD_STYLES, paragraph, run, word_file

from corpus.document import Document
from corpus.readers.word import read_word


def _texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def _read(body: str, **parts: str) -> Document:
    return read_word(word_file(body, **parts), "nota.docx")


def test_headings_are_found_by_their_style_whatever_its_name():
    """Built-in names, a style of one's own on top of one, and an outline level of a style or a paragraph."""
    styles = WORD_STYLES + (
        '<w:style w:type="paragraph" w:styleId="Mijn"><w:name w:val="Hoofdkop BZ"/><w:basedOn w:val="Kop1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Tussenkop"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="K2"><w:name w:val="Kop 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Plat"><w:name w:val="Plat"/><w:basedOn w:val="Kop1"/>'
        '<w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>'
    )
    body = (
        paragraph("Begin.")
        + paragraph("Een", "Mijn")
        + paragraph("Eerste.")
        + paragraph("Twee", "K2")
        + paragraph("Tweede.")
        + f'<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr>{run("Drie")}</w:p>'
        + paragraph("Derde.")
        + paragraph("Vier", "T")
        + paragraph("Geen kop", "Plat")
    )
    document = _read(body, styles=styles)
    assert [(s.headings, [p.text for p in s.paragraphs]) for s in document.sections] == [
        ((), ["Begin."]),
        (("Een",), ["Eerste."]),
        (("Een", "Twee"), ["Tweede."]),
        (("Een", "Twee", "Drie"), ["Derde."]),
        (("Vier",), ["Geen kop"]),
    ]


def test_styles_that_are_based_on_each_other_do_not_hang():
    styles = (
        '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
    )
    assert _texts(_read(paragraph("Tekst.", "A"), styles=styles)) == ["Tekst."]


def test_short_bold_lines_are_headings_where_no_style_says_so():
    """Bold as a whole, short, without a full stop, above text of another look; italics stand one level lower."""
    body = (
        paragraph("Inleiding", bold=True)
        + paragraph("Eerste alinea.")
        + f"<w:p>{run('Reikwijdte', properties='<w:i/>')}</w:p>"
        + paragraph("Tweede alinea.")
        + paragraph("Dit is een vette zin.", bold=True)
        + f"<w:p>{run('Let op: ', bold=True)}{run('dit is gewone tekst')}</w:p>"
        + paragraph("Derde alinea.")
        + paragraph("Slot zonder tekst", bold=True)
    )
    document = _read(body)
    assert [(s.headings, [p.text for p in s.paragraphs]) for s in document.sections] == [
        (("Inleiding",), ["Eerste alinea."]),
        (
            ("Inleiding", "Reikwijdte"),
            [
                "Tweede alinea.",
                "Dit is een vette zin.",
                "Let op: dit is gewone tekst",
                "Derde alinea.",
                "Slot zonder tekst",
            ],
        ),
    ]


def test_a_bold_first_line_above_a_line_break_is_a_heading():
    body = f"<w:p>{run('Inleiding', bold=True)}<w:r><w:br/></w:r>{run('De tekst.')}</w:p>" + paragraph("Slot.")
    document = _read(body)
    assert [(s.headings, [p.text for p in s.paragraphs]) for s in document.sections] == [
        (("Inleiding",), ["De tekst.", "Slot."])
    ]


def test_the_title_names_the_document_and_is_no_heading():
    document = _read(paragraph("Nota over water", "Titel") + paragraph("Kop", "Kop1") + paragraph("Tekst."))
    assert document.identity.title == "Nota over water"
    assert document.id == "nota"
    assert [s.headings for s in document.sections] == [("Kop",)]


def test_the_title_in_the_properties_is_the_last_resort():
    assert _read(paragraph("Tekst."), title="Nota over lucht").identity.title == "Nota over lucht"
    assert _read(paragraph("Kop", "Kop1") + paragraph("Tekst."), title="Oud").identity.title == "Kop"
    assert _read(paragraph("Tekst."), title="Document1").identity.title == "Tekst."


def test_numbered_headings_carry_their_number():
    styles = WORD_STYLES.replace(
        '<w:pPr><w:outlineLvl w:val="0"/>', '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/>'
    ).replace(
        '<w:pPr><w:outlineLvl w:val="1"/>', '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="1"/>'
    )
    numbering = WORD_NUMBERING.replace('<w:lvl w:ilvl="1">', '<w:lvl w:ilvl="1"><w:pStyle w:val="Kop2"/>')
    body = "".join(
        paragraph(text, style)
        for text, style in [("Water", "Kop1"), ("a.", ""), ("Lucht", "Kop1"), ("Fijnstof", "Kop2"), ("b.", "")]
    )
    document = _read(body, styles=styles, numbering=numbering)
    assert [s.headings for s in document.sections] == [("1. Water",), ("2. Lucht", "2.1 Fijnstof")]
