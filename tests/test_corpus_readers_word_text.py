"""What of a Word paragraph is text, and where its notes stand."""

from office_packages import WORD_STYLES, cell, paragraph, row, run, table, word_file

from corpus.document import Document
from corpus.readers.word import read_word


def _texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def _read(body: str, **parts: str) -> Document:
    return read_word(word_file(body, **parts), "nota.docx")


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
        f"<w:p>{run('Een')}<w:r>"
        f'<w:footnoteReference w:customMarkFollows="1" w:id="1"/><w:t>*</w:t></w:r>{run(".")}</w:p>'
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


def test_a_paragraph_with_nothing_but_a_note_is_none():
    body = '<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>' + paragraph("Tekst.")
    document = _read(body, footnotes=f'<w:footnote w:id="1">{paragraph("Noot.")}</w:footnote>')
    assert _texts(document) == ["Tekst."]
    assert [(f.mark, f.paragraph) for f in document.footnotes] == [("1", 1)]


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
        row("a", "b"),
        f"<w:trPr><w:del/></w:trPr>{row('weg', 'weg')}",
        cell(paragraph("c")) + cell(paragraph("weg"), "<w:cellDel/>") + cell(paragraph("d")),
    ]
    assert _texts(_read(table(*rows, borders=True))) == ["a | b", "c | d"]


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
