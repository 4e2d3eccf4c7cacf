"""OpenDocument texts: what a reader of the final version sees, in reading order, with labels, notes and headings."""

import datetime

import pytest
from mutations import run_mutations
from office_packages import open_document_file, zipped

from corpus.document import Document
from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.readers.open_document import read_open_document

_BORDER = (
    '<style:style style:name="lijn" style:family="table-cell">'
    '<style:table-cell-properties fo:border="0.5pt solid #000000"/></style:style>'
)
_LOOKS = (
    '<style:style style:name="vet" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="weg" style:family="text"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="vetteRegel" style:family="paragraph"><style:text-properties fo:font-weight="700"/>'
    "</style:style>"
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Kop_20_BZ"/>'
)
_NAMED = (
    '<style:style style:name="Kop_20_BZ" style:display-name="Kop BZ" style:family="paragraph"'
    ' style:parent-style-name="Heading_20_2"/>'
    '<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph"/>'
    '<style:style style:name="Title" style:family="paragraph"/>'
)


def _levels(*formats: str) -> str:
    return "".join(
        f'<text:list-level-style-number text:level="{level}" style:num-format="{form}" style:num-suffix="{suffix}"'
        f' text:display-levels="{shown}"/>'
        for level, (form, suffix, shown) in enumerate((f.split() for f in formats), start=1)
    )


_LIST = (
    f'<text:list-style style:name="L1">{_levels("1 . 1", "1 . 2", "a ) 1")}'
    '<text:list-level-style-bullet text:level="4" text:bullet-char="•"/></text:list-style>'
)


def _read(body: str, automatic: str = "", named: str = _NAMED, **parts: str) -> Document:
    data = open_document_file(body, automatic_styles=_LOOKS + _LIST + automatic, styles=named, **parts)
    return read_open_document(data, "nota.odt")


def _texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def _p(content: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{content}</text:p>' if style else f"<text:p>{content}</text:p>"


def _h(text: str, level: int = 1) -> str:
    return f'<text:h text:outline-level="{level}">{text}</text:h>'


def _list(*items: str, attributes: str = 'text:style-name="L1"') -> str:
    return (
        f"<text:list {attributes}>{''.join(f'<text:list-item>{item}</text:list-item>' for item in items)}</text:list>"
    )


def _row(*texts: str, style: str = "lijn", attributes: str = "") -> str:
    cells = "".join(
        f'<table:table-cell table:style-name="{style}" {attributes}>{_p(text)}</table:table-cell>' for text in texts
    )
    return f"<table:table-row>{cells}</table:table-row>"


def _note(mark: str, text: str, kind: str = "footnote") -> str:
    return (
        f'<text:note text:note-class="{kind}"><text:note-citation>{mark}</text:note-citation>'
        f"<text:note-body>{_p(text)}</text:note-body></text:note>"
    )


def test_headings_have_their_outline_level_or_that_of_their_style():
    body = (
        _p("Begin.")
        + _h("Een")
        + _p("a.")
        + _p("Twee", "P1")
        + _p("b.")
        + _h("Drie", 3)
        + _p("c.")
        + _h("Vier")
        + _p("d.")
    )
    assert [(s.headings, [p.text for p in s.paragraphs]) for s in _read(body).sections] == [
        ((), ["Begin."]),
        (("Een",), ["a."]),
        (("Een", "Twee"), ["b."]),
        (("Een", "Twee", "Drie"), ["c."]),
        (("Vier",), ["d."]),
    ]


def test_headings_are_numbered_by_the_outline_style():
    outline = (
        '<text:outline-style style:name="Outline">'
        '<text:outline-level-style text:level="1" style:num-format="1"/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
    )
    body = _h("Water") + _p("a.") + _h("Zout", 2) + _p("b.") + _h("Lucht") + _p("c.") + _h("Stof", 2) + _p("d.")
    headings = [section.headings for section in _read(body, named=_NAMED + outline).sections]
    assert headings == [("1 Water",), ("1 Water", "1.1 Zout"), ("2 Lucht",), ("2 Lucht", "2.1 Stof")]


def test_a_short_bold_line_is_a_heading_where_no_style_says_so():
    body = (
        _p("Inleiding", "vetteRegel")
        + _p("Tekst.")
        + _p('<text:span text:style-name="vet">Slot</text:span>')
        + _p("Einde.")
    )
    assert [section.headings for section in _read(body).sections] == [("Inleiding",), ("Slot",)]


def test_a_title_names_the_document():
    assert _read(_p("Nota over water", "Title") + _p("Tekst.")).identity.title == "Nota over water"
    assert _read(_p("Tekst."), title="Nota over lucht").identity.title == "Nota over lucht"


def test_list_labels_are_computed_over_levels():
    inner = _list(_p("a"), _p("b") + _list(_p("punt"), attributes=""), attributes="")
    body = (
        _list(_p("een") + _list(_p("een een") + inner, _p("een twee"), attributes=""), _p("twee") + _p("vervolg"))
        + _p("Ertussen.")
        + _list(_p("drie"), attributes='text:style-name="L1" text:continue-numbering="true"')
        + _list(_p("opnieuw"), attributes='text:style-name="L1" xml:id="x"')
        + _list(_p("ander"), attributes='text:style-name="onbekend"')
        + _list(_p("door"), attributes='text:style-name="L1" text:continue-list="x"')
    )
    assert _texts(_read(body)) == [
        "1. een", "1.1. een een", "a) a", "b) b", "punt", "1.2. een twee", "2. twee", "vervolg",
        "Ertussen.", "3. drie", "1. opnieuw", "ander", "2. door",
    ]  # fmt: skip


def test_a_list_may_start_elsewhere_and_a_header_has_no_label():
    body = (
        '<text:list text:style-name="L1"><text:list-header><text:p>Kopje</text:p></text:list-header>'
        '<text:list-item text:start-value="4"><text:p>vier</text:p></text:list-item>'
        "<text:list-item><text:list><text:list-item><text:p>diep</text:p></text:list-item></text:list></text:list-item>"
        "<text:list-item><text:p>vijf</text:p></text:list-item></text:list>"
    )
    assert _texts(_read(body)) == ["Kopje", "4. vier", "4.1. diep", "5. vijf"]


def test_newer_files_write_the_whole_label_as_a_pattern():
    style = (
        '<text:list-style style:name="L2"><text:list-level-style-number text:level="1" style:num-format="I"'
        ' loext:num-list-format="Deel %1%:"/></text:list-style>'
    )
    body = _list(_p("een"), _p("twee"), attributes='text:style-name="L2"')
    assert _texts(_read(body, style)) == ["Deel I: een", "Deel II: twee"]


def test_notes_stand_where_their_marks_stood_and_keep_them():
    body = _p(f"Eerst dit{_note('1', 'Eerste  noot.')}, dan dat.{_note('*', 'Tweede.')}") + _p(
        f"Slot.{_note('i', 'Eind.', 'endnote')}"
    )
    document = _read(body)
    assert [(p.text, [(n.mark, n.position) for n in p.notes]) for p in document.paragraphs] == [
        ("Eerst dit, dan dat.", [("1", 9), ("*", 19)]),
        ("Slot.", [("i", 5)]),
    ]
    assert [(f.mark, f.text, f.paragraph) for f in document.footnotes] == [
        ("1", "Eerste noot.", 1),
        ("*", "Tweede.", 1),
        ("i", "Eind.", 2),
    ]


def test_tracked_changes_are_accepted():
    changes = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>weg</text:p></text:deletion>'
        "</text:changed-region></text:tracked-changes>"
    )
    body = changes + _p(
        'Dit <text:change text:change-id="c1"/><text:change-start text:change-id="c2"/>nieuwe'
        '<text:change-end text:change-id="c2"/> woord.'
    )
    assert _texts(_read(body)) == ["Dit nieuwe woord."]


def test_hidden_text_comments_fields_and_indexes():
    body = (
        '<text:table-of-content text:name="i"><text:index-body><text:p>Kop 1</text:p></text:index-body>'
        "</text:table-of-content>"
        '<text:section text:display="none"><text:p>verborgen</text:p></text:section>'
        '<text:section text:name="s"><text:p>In een sectie.</text:p></text:section>'
        + _p(
            'Op <text:span text:style-name="weg">geheim</text:span>p. <text:page-number>3</text:page-number>'
            "<office:annotation><text:p>opmerking</text:p></office:annotation>"
            '<text:a xlink:href="https://example.org">hier</text:a>'
            '<text:hidden-text text:is-hidden="true">x</text:hidden-text>'
            "<loext:content-control>.</loext:content-control>"
        )
        + _p('<text:hidden-paragraph text:is-hidden="true"/>Weg.')
    )
    assert _texts(_read(body)) == ["In een sectie.", "Op p. hier."]


def test_white_space_is_what_the_file_says_it_is():
    body = _p('een\n   twee<text:s text:c="999999999"/>drie<text:tab/>vier<text:line-break/>vijf co\u00advoor')
    assert _texts(_read(body)) == ["een twee drie vier vijf covoor"]


def test_a_frame_is_read_once_after_its_anchor():
    frame = "<draw:frame><draw:text-box><text:p>In het kader.</text:p></draw:text-box></draw:frame>"
    shape = "<draw:custom-shape><text:p>1Paginavan2</text:p></draw:custom-shape>"
    image = "<draw:frame><draw:image/><svg:desc xmlns:svg='urn:x'>logo</svg:desc></draw:frame>"
    assert _texts(_read(frame + _p(f"Ervoor.{image}{shape}{frame}") + _p("Erna."))) == [
        "In het kader.",
        "Ervoor.",
        "In het kader.",
        "Erna.",
    ]


def test_rows_of_a_table_are_paragraphs_with_the_columns_names():
    header = f"<table:table-header-rows>{_row('Jaar', 'Aantal')}</table:table-header-rows>"
    body = f"<table:table>{header}{_row('2018', '1.200')}{_row('2019', '')}</table:table>"
    assert _texts(_read(body, _BORDER)) == ["Jaar: 2018 | Aantal: 1.200", "Jaar: 2019"]


def test_cells_over_rows_and_columns_keep_every_row_readable():
    tall = (
        '<table:table-cell table:style-name="lijn" table:number-rows-spanned="2">'
        "<text:p>Noord</text:p></table:table-cell>"
    )
    wide = (
        '<table:table-cell table:style-name="lijn" table:number-columns-spanned="2">'
        "<text:p>samen</text:p></table:table-cell><table:covered-table-cell/>"
    )
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = [
        f"<table:table-row>{tall}{cell.format('1')}{cell.format('2')}</table:table-row>",
        f"<table:table-row><table:covered-table-cell/>{cell.format('3')}{cell.format('4')}</table:table-row>",
        f"<table:table-row>{cell.format('Zuid')}{wide}</table:table-row>",
    ]
    body = f"<table:table>{''.join(rows)}</table:table>"
    assert _texts(_read(body, _BORDER)) == ["Noord | 1 | 2", "Noord | 3 | 4", "Zuid | samen"]


def test_repetitions_without_end_stay_small():
    row = (
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:style-name="lijn"'
        ' table:number-columns-repeated="16384"><text:p>a</text:p></table:table-cell></table:table-row>'
    )
    document = _read(f"<table:table>{row}{_row('b', 'c')}</table:table>", _BORDER)
    assert _texts(document) == ["a", "b | c"]


def test_a_ministers_letter_head_gives_date_and_title():
    head = (
        f"<table:table>{_row('Datum', '2 december 2019', style='')}{_row('Betreft', 'Water', style='')}</table:table>"
    )
    document = _read(head + _p("Geachte voorzitter,") + _p("De Minister van Financiën,<text:line-break/>W.B. Hoekstra"))
    assert document.identity.title == "Water"
    assert document.identity.date == datetime.date(2019, 12, 2)
    assert document.identity.sender == "Minister van Financiën"
    assert _texts(document) == ["Geachte voorzitter,", "De Minister van Financiën, W.B. Hoekstra"]


def test_a_letter_head_in_the_page_header_of_libre_office():
    """A table in a shape has a name of LibreOffice's own."""
    cell = "<loext:table-cell><text:p>{}</text:p></loext:table-cell>"
    rows = "".join(
        f"<loext:table-row>{cell.format(label)}{cell.format(value)}</loext:table-row>"
        for label, value in [("Datum", "2 mei 2019"), ("Betreft", "Lucht")]
    )
    shape = f"<draw:custom-shape><loext:table>{rows}</loext:table></draw:custom-shape>"
    master = f'<style:master-page style:name="Standard"><style:header>{_p(shape)}</style:header></style:master-page>'
    document = _read(_p("Tekst."), master_styles=master)
    assert (document.identity.title, document.identity.date) == ("Lucht", datetime.date(2019, 5, 2))
    assert _texts(document) == ["Tekst."]


@pytest.mark.parametrize(
    ("members", "error", "message"),
    [
        ({"content.xml": "<office"}, UnreadableDocument, "is no XML"),
        ({"styles.xml": "<a/>"}, UnreadableDocument, "content.xml is missing"),
        ({"content.xml": "<a/>"}, UnsupportedFormat, "is no OpenDocument text"),
        ({"content.xml": "<a>" * 100_000}, UnreadableDocument, "is no XML"),
        ({"META-INF/manifest.xml": "<a><encryption-data/></a>"}, UnreadableDocument, "is encrypted"),
    ],
)
def test_files_that_are_no_text_say_so(members, error, message):
    with pytest.raises(error, match=message) as caught:
        read_open_document(zipped(members, 0), "brief.odt")
    assert str(caught.value).startswith("brief.odt ")


def mutation_seeds() -> list[bytes]:
    """A file that holds a bit of everything, to be damaged."""
    spanned = _row("2018", "1", attributes='table:number-columns-spanned="1"')
    body = (
        _h("Kop")
        + _p(f"Tekst{_note('1', 'Noot.')} met noot.")
        + _list(_p("een") + _list(_p("a"), attributes=""), _p("twee"))
        + f"<table:table>{_row('Jaar', 'Aantal')}{spanned}</table:table>"
        + _p('<draw:frame><draw:text-box><text:p>Kader</text:p></draw:text-box></draw:frame><text:s text:c="3"/>x')
        + '<text:section text:display="condition"><text:p>Sectie</text:p></text:section>'
    )
    return [open_document_file(body, automatic_styles=_LOOKS + _LIST + _BORDER, styles=_NAMED)]


def test_damaged_files_give_named_errors_only():
    assert run_mutations(read_open_document, mutation_seeds(), 400) > 60
