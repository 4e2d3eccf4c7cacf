"""Word files: what a reader of the final version sees, in reading order, with labels, notes and headings."""

import datetime

import pytest
from mutations import run_mutations
from office_packages import WORD_STYLES, paragraph, run, word_file, zipped

from corpus.document import Document
from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.readers.word import read_word

_LIST = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>'
    '<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="(%4)"/></w:lvl>'
    '<w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl>'
    "</w:abstractNum>"
)
_NUMBERING = f'{_LIST}<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'


def _texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def _read(body: str, **parts: str) -> Document:
    return read_word(word_file(body, **parts), "nota.docx")


def _item(text: str, level: int = 0, number: int = 1) -> str:
    properties = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
    return f"<w:p>{properties}{run(text)}</w:p>"


def _cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def _table(*rows: str, borders: bool = False) -> str:
    lines = '<w:tblBorders><w:top w:val="single"/></w:tblBorders>' if borders else ""
    return f"<w:tbl><w:tblPr>{lines}</w:tblPr>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def _row(*texts: str, bold: bool = False) -> str:
    return "".join(_cell(paragraph(text, bold=bold)) for text in texts)


# Headings


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
    numbering = _NUMBERING.replace('<w:lvl w:ilvl="1">', '<w:lvl w:ilvl="1"><w:pStyle w:val="Kop2"/>')
    body = "".join(
        paragraph(text, style)
        for text, style in [("Water", "Kop1"), ("a.", ""), ("Lucht", "Kop1"), ("Fijnstof", "Kop2"), ("b.", "")]
    )
    document = _read(body, styles=styles, numbering=numbering)
    assert [s.headings for s in document.sections] == [("1. Water",), ("2. Lucht", "2.1 Fijnstof")]


# Lists


def test_list_labels_are_computed_over_levels():
    body = (
        _item("een")
        + _item("een een", 1)
        + _item("een twee", 1)
        + _item("a", 2)
        + _item("b", 2)
        + _item("i", 3)
        + _item("ii", 3)
        + _item("punt", 4)
        + paragraph("Ertussen.")
        + _item("twee")
        + _item("twee een", 1)
        + _item("opnieuw a", 2)
    )
    assert _texts(_read(body, numbering=_NUMBERING)) == [
        "1. een",
        "1.1 een een",
        "1.2 een twee",
        "a) a",
        "b) b",
        "(i) i",
        "(ii) ii",
        "punt",
        "Ertussen.",
        "2. twee",
        "2.1 twee een",
        "a) opnieuw a",
    ]


def test_lists_that_share_their_levels_go_on_counting_unless_told_to_start_anew():
    numbering = (
        f'{_LIST}<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>'
    )
    body = _item("a") + _item("b", number=2) + _item("c", number=3) + _item("d", number=3) + _item("e", number=9)
    assert _texts(_read(body, numbering=numbering)) == ["1. a", "2. b", "7. c", "8. d", "e"]


def test_numbering_can_be_switched_off_and_comes_with_a_style():
    styles = WORD_STYLES + (
        '<w:style w:type="paragraph" w:styleId="Lijst"><w:name w:val="Lijst BZ"/>'
        '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    off = f'<w:p><w:pPr><w:pStyle w:val="Lijst"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>{run("geen nummer")}</w:p>'
    body = paragraph("eerste", "Lijst") + off + paragraph("tweede", "Lijst")
    assert _texts(_read(body, styles=styles, numbering=_NUMBERING)) == ["1. eerste", "geen nummer", "2. tweede"]


def test_a_numbering_without_end_stays_small():
    """Start at a hundred million in Roman numerals, and a label of a million characters: neither is written out."""
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="100000000"/>'
        f'<w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1{"x" * 1_000_000}"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    assert _texts(_read(_item("a"), numbering=numbering)) == [f"100000000{'x' * 31} a"]


# Notes


def test_notes_stand_where_their_marks_stood():
    note = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    body = (
        f"<w:p>{run('Eerst dit')}{note.format(5)}{run(', dan  dat.')}{note.format(3)}</w:p>"
        f'<w:p>{run("En dit.")}<w:r><w:endnoteReference w:id="2"/></w:r></w:p>'
    )
    footnotes = "".join(
        f'<w:footnote w:id="{i}">{paragraph(text)}</w:footnote>'
        for i, text in [(0, "lijn"), (3, "Tweede  noot."), (5, "Eerste noot."), (9, "Nergens genoemd.")]
    )
    endnotes = f'<w:endnote w:id="2">{paragraph("Eindnoot, ")}{paragraph("twee alinea’s.")}</w:endnote>'
    document = _read(body, footnotes=footnotes, endnotes=endnotes)
    assert [(p.text, [(n.mark, n.position) for n in p.notes]) for p in document.paragraphs] == [
        ("Eerst dit, dan dat.", [("1", 9), ("2", 19)]),
        ("En dit.", [("i", 7)]),
    ]
    assert [(f.mark, f.text, f.paragraph) for f in document.footnotes] == [
        ("1", "Eerste noot.", 1),
        ("2", "Tweede noot.", 1),
        ("i", "Eindnoot, twee alinea’s.", 2),
    ]


def test_an_author_may_choose_the_mark_and_two_kinds_may_share_one():
    body = (
        f'<w:p>{run("Een")}<w:r><w:footnoteReference w:customMarkFollows="1" w:id="1"/><w:t>*</w:t></w:r>{run(".")}</w:p>'
        f'<w:p>{run("Twee.")}<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="1"/></w:r></w:p>'
    )
    footnotes = "".join(f'<w:footnote w:id="{i}">{paragraph(f"Noot {i}.")}</w:footnote>' for i in (1, 2))
    endnotes = f'<w:endnote w:id="1">{paragraph("Eindnoot.")}</w:endnote>'
    settings = '<w:endnotePr><w:numFmt w:val="decimal"/></w:endnotePr>'
    document = _read(body, footnotes=footnotes, endnotes=endnotes, settings=settings)
    assert _texts(document) == ["Een.", "Twee."]
    assert [(f.mark, f.text) for f in document.footnotes] == [("*", "Noot 1."), ("1", "Noot 2."), ("1_2", "Eindnoot.")]


def test_the_notes_of_a_heading_go_to_the_paragraph_below_it():
    reference = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    body = f'<w:p><w:pPr><w:pStyle w:val="Kop1"/></w:pPr>{run("Kop")}{reference}</w:p>' + paragraph("Tekst.") * 2
    document = _read(body, footnotes=f'<w:footnote w:id="1">{paragraph("Noot.")}</w:footnote>')
    assert document.sections[0].headings == ("Kop",)
    assert [(f.mark, f.paragraph) for f in document.footnotes] == [("1", 1)]


# What is text and what is not


def test_tracked_changes_are_accepted():
    body = (
        f"<w:p>{run('Dit ')}<w:del>{run('oude').replace('w:t', 'w:delText')}</w:del><w:ins>{run('nieuwe')}</w:ins>"
        f"<w:moveFrom>{run(' weg')}</w:moveFrom>{run(' woord ')}<w:moveTo>{run('hier')}</w:moveTo>{run('.')}</w:p>"
        f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('Een zin die')}</w:p>"
        f"<w:p>{run(' doorloopt.')}</w:p>"
    )
    assert _texts(_read(body)) == ["Dit nieuwe woord hier.", "Een zin die doorloopt."]


def test_deleted_rows_and_cells_are_gone():
    rows = [
        _row("a", "b"),
        f"<w:trPr><w:del/></w:trPr>{_row('weg', 'weg')}",
        _cell(paragraph("c")) + _cell(paragraph("weg"), "<w:cellDel/>") + _cell(paragraph("d")),
    ]
    assert _texts(_read(_table(*rows, borders=True))) == ["a | b", "c | d"]


def test_hidden_text_and_comments_are_left_out():
    styles = WORD_STYLES + (
        '<w:style w:type="character" w:styleId="Stil"><w:name w:val="Stil"/><w:rPr><w:vanish/></w:rPr></w:style>'
    )
    hidden = run("geheim", properties="<w:vanish/>")
    also = run("stil", properties='<w:rStyle w:val="Stil"/>')
    shown = run("zichtbaar", properties='<w:rStyle w:val="Stil"/><w:vanish w:val="0"/>')
    comment = '<w:commentRangeStart w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'
    body = f"<w:p>{hidden}{run('Dit is ')}{also}{shown}{comment}{run('.')}</w:p><w:p>{hidden}</w:p>"
    assert _texts(_read(body, styles=styles)) == ["Dit is zichtbaar."]


def test_fields_keep_their_result_and_lose_their_instruction():
    def field(instruction: str, result: str) -> str:
        return (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )

    nested = field(f" IF {field('PAGE', run('1'))} = 1 ", run("ja"))
    body = (
        f"<w:p>{run('Zie ')}{field(' HYPERLINK &quot;https://example.org&quot; ', run('deze pagina'))}"
        f"{run(', p. ')}{field(' PAGE ', run('12'))}<w:fldSimple w:instr=' NUMPAGES '>{run('14')}</w:fldSimple>"
        f"{run(' ')}{nested}<w:hyperlink>{run(' en meer')}</w:hyperlink>{run('.')}</w:p>"
    )
    assert _texts(_read(body)) == ["Zie deze pagina, p. ja en meer."]


def test_a_table_of_contents_over_paragraphs_is_left_out():
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o</w:instrText></w:r>'
    separate = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    body = (
        f"<w:p>{begin}{separate}{run('Water 1')}</w:p>"
        f"<w:p>{run('Lucht 2')}</w:p>"
        f'<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        + paragraph("Bodem 3", "Inhopg1")
        + f"<w:sdt>{gallery}<w:sdtContent>{paragraph('Natuur 4')}</w:sdtContent></w:sdt>"
        + paragraph("De tekst.")
    )
    assert _texts(_read(body)) == ["De tekst."]


def test_a_field_that_never_ends_hides_nothing():
    body = f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{run("Toch tekst.")}</w:p>' + paragraph("En meer.")
    assert _texts(_read(body)) == ["Toch tekst.", "En meer."]


def test_content_controls_are_text_unless_they_still_ask_to_be_filled_in():
    empty = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    full = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
    body = (
        full.format(paragraph("Blok."))
        + empty.format(paragraph("Klik hier om tekst in te voeren."))
        + f"<w:p>{run('Datum: ')}{full.format(run('2 mei'))}{empty.format(run('kies'))}{run('.')}</w:p>"
    )
    assert _texts(_read(body)) == ["Blok.", "Datum: 2 mei."]


def test_a_text_box_is_read_once_after_its_anchor():
    box = "<wps:wsp><wps:txbx><w:txbxContent>{}</w:txbxContent></wps:txbx></wps:wsp>"
    old = "<w:pict><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></w:pict>"
    inside = paragraph("In het kader staat dit.")
    anchor = (
        f"<w:r><mc:AlternateContent><mc:Choice>{box.format(inside)}</mc:Choice>"
        f"<mc:Fallback>{old.format(inside)}</mc:Fallback></mc:AlternateContent></w:r>"
    )
    page_number = f"<w:p><w:r>{old.format(paragraph('Pagina 1 van 3'))}</w:r></w:p>"
    body = f"<w:p>{run('Ervoor.')}{anchor}</w:p>" + page_number + paragraph("Erna.")
    assert _texts(_read(body)) == ["Ervoor.", "In het kader staat dit.", "Erna."]


def test_hyphens_tabs_and_symbols():
    body = (
        "<w:p><w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>voor</w:t><w:softHyphen/><w:t>zitter\u00ad</w:t><w:tab/>"
        '<w:t xml:space="preserve">van\u00a0het  </w:t><w:br/><w:t>forum</w:t>'
        '<w:sym w:font="Symbol" w:char="F0B3"/><w:sym w:font="x" w:char="zz"/></w:r></w:p>'
    )
    assert _texts(_read(body)) == ["co-voorzitter van het forum≥"]


def test_outside_parts_are_never_followed():
    body = '<w:altChunk r:id="rId-x"/>' + paragraph("Tekst.")
    extra = {"word/chunk.html": "<p>Ingevoegd</p>"}
    assert _texts(read_word(word_file(body, extra=extra), "nota.docx")) == ["Tekst."]


# Paragraphs


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


# Tables


def test_rows_of_a_table_are_paragraphs_with_the_columns_names():
    body = paragraph("Tabel 1: aantallen", bold=True) + _table(
        _row("Jaar", "Aantal", bold=True), _row("2018", "1.200"), _row("2019", "4.000"), _row("", ""), borders=True
    )
    assert _texts(_read(body)) == ["Tabel 1: aantallen", "Jaar: 2018 | Aantal: 1.200", "Jaar: 2019 | Aantal: 4.000"]


def test_merged_cells_keep_every_row_readable():
    header = "<w:trPr><w:tblHeader/></w:trPr>"
    rows = [
        header + _cell(paragraph("Regio")) + _cell(paragraph("Aantal"), '<w:gridSpan w:val="2"/>'),
        header + _cell(paragraph("")) + _cell(paragraph("2018")) + _cell(paragraph("2019")),
        _cell(paragraph("Noord"), '<w:vMerge w:val="restart"/>') + _cell(paragraph("1")) + _cell(paragraph("2")),
        _cell("<w:p/>", "<w:vMerge/>") + _cell(paragraph("3")) + _cell(paragraph("4")),
    ]
    assert _texts(_read(_table(*rows))) == [
        "Regio: Noord | Aantal 2018: 1 | 2019: 2",
        "Regio: Noord | Aantal 2018: 3 | 2019: 4",
    ]


def test_notes_in_a_table_keep_their_places():
    noted = f'<w:p>{run("4.000")}<w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    body = _table(_row("Jaar", "Aantal", bold=True), _cell(paragraph("2019")) + _cell(noted), borders=True)
    document = _read(body, footnotes=f'<w:footnote w:id="1">{paragraph("Geschat.")}</w:footnote>')
    (row,) = document.paragraphs
    assert row.text == "Jaar: 2019 | Aantal: 4.000"
    assert [(n.mark, n.position) for n in row.notes] == [("1", len(row.text))]


def test_a_layout_table_is_read_as_the_text_it_arranges():
    left = paragraph("Dit is de eerste alinea van de brief.") + paragraph("Dit is de tweede alinea.")
    inner = _table(_row("binnen"))
    body = _table(_cell(left) + _cell(paragraph("Kantlijn")), _cell(inner + "<w:p/>"))
    assert _texts(_read(body)) == [
        "Dit is de eerste alinea van de brief.",
        "Dit is de tweede alinea.",
        "Kantlijn",
        "binnen",
    ]


# Letters


_BODY = paragraph("In antwoord op uw brief deel ik u mede dat de vragen worden beantwoord in de bijlage.")


def test_the_head_of_a_ministers_letter_gives_date_and_title_and_no_paragraphs():
    head = (
        _table(_cell(paragraph("> Retouradres Postbus 20301 2500 EH Den Haag")), _cell(paragraph("Aan de Voorzitter")))
        + _table(_row("Datum", "2 december 2019"), _row("Betreft", "Beantwoording vragen over water"))
        + _table(_cell(paragraph("Turfmarkt 147") + paragraph("Ons kenmerk") + paragraph("12345")))
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
    header = _table(_row("Datum", "3 mei 2020"), _row("Betreft", "Lucht"))
    document = _read(_BODY, header=header)
    assert (document.identity.title, document.identity.date) == ("Lucht", datetime.date(2020, 5, 3))
    assert len(document.paragraphs) == 1


def test_a_sentence_that_begins_with_a_label_is_no_head():
    body = paragraph("Datum van ingang is 1 mei.") + paragraph("Onderwerp van gesprek was water.") + _BODY
    assert len(_read(body).paragraphs) == 3


def test_several_signers_are_one_signature_and_the_annex_follows():
    body = (
        _BODY
        + _table(
            _row("De Minister van Justitie en Veiligheid,", "De Staatssecretaris van Financiën,"),
            _row("F.B.J. Grapperhaus", "J.A. Vijlbrief"),
        )
        + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        + paragraph("Bijlage 1: Overzicht", bold=True)
        + paragraph("Tekst van de bijlage.")
    )
    document = _read(body)
    assert [(s.headings, [p.text for p in s.paragraphs]) for s in document.sections[1:]] == [
        ((), [
            "De Minister van Justitie en Veiligheid, De Staatssecretaris van Financiën, F.B.J. Grapperhaus J.A. Vijlbrief"
        ]),
        (("Bijlage 1: Overzicht",), ["Tekst van de bijlage."]),
    ]  # fmt: skip
    assert document.identity.sender == "Minister van Justitie en Veiligheid"
    assert document.identity.signatories == ("F.B.J. Grapperhaus", "J.A. Vijlbrief")


# Kamervragen


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
    body = _item("Kent u dit?") + answers + _item("En dat?") + answers
    assert _sections(_read(body, numbering=_NUMBERING)) == [
        (("1",), ["1. Kent u dit?"]),
        (("1", "Antwoord"), ["Ja."]),
        (("2",), ["2. En dat?"]),
        (("2", "Antwoord"), ["Ja."]),
    ]
    body = paragraph("Vraag 1\nKent u dit?") + paragraph("Antwoord 1\nJa.")
    assert _sections(_read(body)) == [(("Vraag 1",), ["Kent u dit?"]), (("Vraag 1", "Antwoord 1"), ["Ja."])]


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


# Files


def test_the_strict_variant_reads_the_same():
    data = word_file(paragraph("Kop", "Kop1") + paragraph("Tekst."))
    import io
    import zipfile

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
    row = _cell(paragraph("a"), '<w:gridSpan w:val="999999999"/>') + _cell(paragraph("b"))
    document = _read(_table(f'<w:trPr><w:gridBefore w:val="999999999"/></w:trPr>{row}', row, borders=True))
    assert [len(text) < 10 for text in _texts(document)] == [True] * len(document.paragraphs)


def mutation_seeds() -> list[bytes]:
    """Files that hold a bit of everything, to be damaged."""
    noted = f'<w:p>{run("Tekst")}<w:r><w:footnoteReference w:id="1"/></w:r>{run(" met noot.")}</w:p>'
    table = _table(_row("Jaar", "Aantal", bold=True), _row("2018", "1"), borders=True)
    box = f"<w:p><w:r><w:pict><v:textbox><w:txbxContent>{paragraph('Kader')}</w:txbxContent></v:textbox></w:pict></w:r></w:p>"
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF x</w:instrText></w:r>'
    end = f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("x")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    field = f"<w:p>{begin}{end}</w:p>"
    footnotes = f'<w:footnote w:id="1">{paragraph("Noot.")}</w:footnote>'
    body = paragraph("Kop", "Kop1") + noted + _item("een") + _item("a", 2) + table + box + field
    questions = paragraph("Vraag 1\nKent u dit?") + paragraph("Antwoord 1\nJa.")
    head = _table(_row("Datum", "2 december 2019"), _row("Betreft", "Water"))
    signature = paragraph("De Minister van Financiën,") + paragraph("W.B. Hoekstra")
    return [
        word_file(body, footnotes=footnotes, numbering=_NUMBERING),
        word_file(head + _BODY + signature + questions, header=head, settings="<w:footnotePr/>"),
    ]


def test_damaged_files_give_named_errors_only():
    assert run_mutations(read_word, mutation_seeds(), 400) > 60
