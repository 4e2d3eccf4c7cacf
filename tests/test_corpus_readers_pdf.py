"""A PDF is read by what stands where on its pages; a letter in PDF is the same document as in plain text."""

import datetime
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import made_pdfs
import pytest
from made_documents import made_kamerstuk
from made_pdfs import BODY, DIJKEN, HEADING, POLDER, SLUIZEN, canvas_pdf, story_pdf, text
from rendering_pdf import Layout, render_pdf
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from corpus.document import Document, Dossier, Footnote, Identity, NoteReference
from corpus.errors import UnreadableDocument
from corpus.readers import read_document
from corpus.readers.outline import Outline
from corpus.readers.pdf import read_pdf
from corpus.readers.pdf_glyphs import MAX_PAGE_CHARACTERS, MAX_PAGES

LETTER = Path("corpus/documents/kst-27925-681.txt")
SAMPLES = Path("../shared/samples")


def contents(document: Document) -> tuple[object, ...]:
    """All that a document says, apart from which file it came from."""
    return document.identity, document.sections, document.footnotes


def outline_of(document: Document) -> list[tuple[tuple[str, ...], list[str]]]:
    return [(section.headings, [p.text for p in section.paragraphs]) for section in document.sections]


@pytest.fixture(scope="module")
def letter() -> Document:
    return read_document(LETTER)


LAYOUTS = {
    "justified": Layout(),
    "ragged": Layout(is_justified=False),
    "gaps for spaces": Layout(spaces=False),
    "no hyphens": Layout(is_hyphenated=False),
    "no rule above notes": Layout(has_note_rule=False),
    "indents for gaps": Layout(gap=0, indent=12),
    "small gaps": Layout(gap=5, is_justified=False),
    "no gaps": Layout(gap=0),
    "narrow": Layout(left=200, size=8, leading=9.5, gap=9.5, note_size=6.5),
    "wide": Layout(left=90, size=10, leading=13, gap=13, note_size=8),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_the_letter_is_the_same_document_as_in_plain_text(letter, layout):
    """Paragraphs, numbers, pages, headings, notes with their places and identity, however it is set."""
    document = read_pdf(render_pdf(letter, layout), "brief.pdf")
    assert contents(document) == contents(letter)
    assert [p.pages for p in document.paragraphs if len(p.pages) > 1] == [(1, 2), (2, 3), (4, 5)]


def test_the_letter_in_its_own_lines_is_the_same_document(letter):
    """The lines of the text file, hyphens and glued note marks included, each on its page."""
    assert contents(read_pdf(own_lines_pdf(), "brief.pdf")) == contents(letter)


def own_lines_pdf() -> bytes:
    """The text file's lines as they are, its notes in smaller type at the page's foot."""
    pages: list[list[str]] = [[]]
    for line in LETTER.read_text(encoding="utf-8").split("\n"):
        footer = re.fullmatch(r"Tweede Kamer, vergaderjaar .* \d", line.strip())
        if footer or (re.match(r" \S", line) and any(pages[-1])):
            pages.append([])
        if not footer:
            pages[-1].append(line.strip())

    def draw(canvas: Canvas) -> None:
        for number, lines in enumerate(pages, start=1):
            start = next((n for n, line in enumerate(lines) if re.match(r"\d Raadpleegbaar", line)), len(lines))
            for first, top, size, leading in ((0, 800, 9, 11), (start, 110, 7, 9)):
                drawn = canvas.beginText(150, top)
                drawn.setFont("Helvetica", size, leading)
                for line in lines[first : start if first == 0 else len(lines)]:
                    if line or first == 0:
                        drawn.textLine(line)
                canvas.drawText(drawn)
            canvas.setFont("Helvetica", 7)
            canvas.drawString(150, 30, f"Tweede Kamer, vergaderjaar 2019–2020, 27 925, nr. 681 {number}")
            canvas.showPage()

    return canvas_pdf(draw)


@pytest.mark.parametrize("seed", range(40))
def test_a_made_letter_comes_back_as_it_was_set(seed):
    """Headings, paragraphs over page breaks, lists, notes and signature, in justified type."""
    document = made_kamerstuk(seed)
    layout = Layout(
        is_hyphenated=seed % 3 > 0,
        spaces=seed % 2 == 0,
        has_note_rule=seed % 5 > 0,
        gap=(11.5, 6)[seed % 2],
        note_size=(7, 7.5, 8)[seed % 3],
    )
    assert contents(read_pdf(render_pdf(document, layout), "brief.pdf")) == contents(document)


def test_a_letter_of_the_senate_has_its_letter_for_a_number():
    outline = Outline()
    outline.paragraph(POLDER, pages=(1,))
    outline.paragraph(DIJKEN, pages=(1,))
    identity = Identity(
        id="kst-36836-D",
        title="Brief van de Staatssecretaris van Financiën",
        date=datetime.date(2025, 11, 4),
        chamber="I",
        session_year="2025/26",
        number="D",
        dossiers=(Dossier("36836", "Wet op het waterbeheer"), Dossier("36837", "Wet op de dijken")),
        sender="Staatssecretaris van Financiën",
    )
    document = outline.finish(identity)
    assert contents(read_pdf(render_pdf(document), "x.pdf")) == contents(document)


def test_letters_torn_from_their_words_are_joined():
    document = read_pdf(made_pdfs.torn_head(), "x.pdf")
    assert document.id == "kst-35500-7"
    assert document.identity.chamber == "II"
    assert document.identity.title == "Brief van de Minister van Financiën"
    assert document.paragraphs[0].text == (
        "De Tweede Kamer heeft gevraagd naar de kosten van het waterbeheer in de delta en naar de plannen van het "
        "kabinet. De Waterwet regelt wie die kosten draagt. Nu de Waterwet wordt herzien, kan ook de verdeling "
        "veranderen."
    )


def test_a_small_distance_tells_a_torn_letter_without_knowing_the_word():
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(70, 700, "Nu is de W")
        canvas.drawString(70 + canvas.stringWidth("Nu is de W") + 1.6, 700, "eerberg van de baan.")

    assert read_pdf(canvas_pdf(draw), "x.pdf").paragraphs[0].text == "Nu is de Weerberg van de baan."


def test_a_single_capital_that_is_a_word_stays_one():
    document = read_pdf(
        story_pdf(text("Wij danken U voor uw brief. De letters T en V en de P in de naam blijven.")), "x"
    )
    assert document.paragraphs[0].text == "Wij danken U voor uw brief. De letters T en V en de P in de naam blijven."


def test_ligatures_become_letters_and_other_signs_stay():
    document = read_pdf(made_pdfs.ligatures(), "x.pdf")
    assert document.paragraphs[0].text == "De financiële reflectie van 50 km² is op 1 mei afgerond."


def test_a_word_keeps_its_hyphen_at_a_line_end_when_it_has_one_elsewhere():
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(
            (
                "Het College van procureurs-generaal spreekt met de commissie over de samenwerking en",
                "het plan. De voorzitter van het College verzoekt namens alle vijf de procureurs-",
                "generaal om uitstel van dat gesprek, tot de afspraken over de nieuwe samenwer-",
                "king zijn gemaakt, en vraagt naar land- en tuinbouw in Noord-",
                "Holland.",
            )
        ):
            canvas.drawString(70, 780 - 13 * number, line)

    assert read_pdf(canvas_pdf(draw), "x.pdf").paragraphs[0].text == (
        "Het College van procureurs-generaal spreekt met de commissie over de samenwerking en het plan. De voorzitter "
        "van het College verzoekt namens alle vijf de procureurs-generaal om uitstel van dat gesprek, tot de afspraken "
        "over de nieuwe samenwerking zijn gemaakt, en vraagt naar land- en tuinbouw in Noord-Holland."
    )


def test_a_report_has_its_title_its_numbered_sections_and_no_furniture():
    document = read_pdf(made_pdfs.report(), "Rapport Waterbeheer.pdf")
    assert document.id == "rapport-waterbeheer"
    assert document.identity.title == "Evaluatie van het waterbeheer"
    assert not document.identity.is_kamerstuk
    assert outline_of(document) == [
        (("1 Inleiding",), [POLDER, DIJKEN]),
        (("1 Inleiding", "1.1 Aanleiding"), [SLUIZEN]),
        (("1 Inleiding", "1.2 Opzet"), [DIJKEN, POLDER]),
        (("2 Uitkomsten",), [SLUIZEN]),
    ]
    assert [p.pages for p in document.paragraphs] == [(1,), (1,), (1,), (2,), (2,), (3,)]


def test_columns_are_read_one_after_the_other_each_with_its_notes():
    document = read_pdf(made_pdfs.two_columns(), "x.pdf")
    assert document.identity.title == "Water in twee kolommen"
    assert outline_of(document) == [
        (("Gemalen",), [POLDER, POLDER, SLUIZEN]),
        (("Dijken",), [DIJKEN, SLUIZEN]),
    ]
    assert document.footnotes == (
        Footnote("1", "Stand van 1 januari.", 1, (1,)),
        Footnote("2", "Inclusief de zeedijken.", 4, (1,)),
    )
    assert document.paragraphs[3].notes == (NoteReference("2", len(DIJKEN)),)


def test_each_list_item_is_a_paragraph():
    """Numbers and letters stay, bullets do not."""
    assert outline_of(read_pdf(made_pdfs.lists(), "x.pdf")) == [
        (
            ("Onderhoud",),
            [
                "Voor het onderhoud gelden de volgende afspraken:",
                "1. Het waterschap stelt elk jaar een plan op voor het onderhoud van de gemalen, en legt dat voor aan "
                "de provincie.",
                "2. Storingen worden gemeld:",
                "een pomp die stilvalt;",
                "een deur die klemt.",
                "3. Het plan is openbaar.",
                "De afspraken gelden voor:",
                "a. de bestaande dijken;",
                "b. de nieuwe sluizen.",
                DIJKEN,
            ],
        )
    ]


def test_a_dash_begins_an_item_only_where_a_line_has_ended():
    document = read_pdf(made_pdfs.dashes(), "x.pdf")
    assert [p.text for p in document.paragraphs] == [
        "Het waterschap onderhoudt:",
        "de gemalen in de noordelijke polders, die elk jaar worden nagezien door een erkend bedrijf uit de omgeving;",
        "de sluizen;",
        "de dijken.",
        "De brief van de dijkgraaf van het waterschap over de stand van de dijken langs de grote rivieren - 5 maart "
        "2009 - is besproken.",
    ]


def test_a_ruled_table_is_read_by_its_cells():
    document = read_pdf(made_pdfs.ruled_table(), "x.pdf")
    assert [p.text for p in document.paragraphs] == [
        POLDER,
        "Tabel 1. Gemalen",
        "Gemaal: Gemaal van de Noorder- en de Zuiderpolder | Bouwjaar: 1920 | "
        "Vermogen in kubieke meter per minuut: 450",
        "Gemaal: Westgemaal | Bouwjaar: 1987 | Vermogen in kubieke meter per minuut: 600",
        "Gemaal: Totaal | Vermogen in kubieke meter per minuut: 1.050",
        DIJKEN,
    ]


def test_a_table_without_rules_is_read_by_what_stands_in_line():
    document = read_pdf(made_pdfs.aligned_table(), "x.pdf")
    assert outline_of(document) == [
        (
            ("Uitgaven",),
            [
                POLDER,
                "Jaar: 2019 | Dijken: 4.000 | Sluizen: 12",
                "Jaar: 2020 | Dijken: 4.250 | Sluizen: 14",
                "Jaar: 2021 | Dijken: - | Sluizen: 9",
                DIJKEN,
            ],
        )
    ]


def test_years_can_be_the_names_of_columns():
    assert [p.text for p in read_pdf(made_pdfs.wide_table(), "x.pdf").paragraphs] == [
        POLDER,
        "Waterschap: Rivierenland | 2019: 10,5 | 2020: 11,0 | 2021: 11,5 | 2022: 12,0",
        "Waterschap: Hollandse Delta | 2019: 8,0 | 2020: 8,5 | 2021: 9,0 | 2022: 9,5",
        "Waterschap: Zuiderzeeland | 2019: 4,0 | 2020: - | 2021: 4,5 | 2022: 5,0",
    ]


def test_a_table_goes_on_over_the_page_break_under_its_columns_names():
    document = read_pdf(made_pdfs.table_over_pages(), "x.pdf")
    rows = [p.text for p in document.paragraphs[1:-1]]
    assert rows == [f"Gemeente: Gemeente {number} | Bedrag: {number}.000" for number in range(1, 51)]
    assert {p.pages for p in document.paragraphs} == {(1,), (2,)}


def test_wide_spaces_in_justified_lines_make_no_table():
    """Without hyphens, long words leave spaces as wide as those between cells, some of them in line."""
    document = made_kamerstuk(71)
    layout = Layout(gap=0, indent=12, is_hyphenated=False, spaces=False)
    assert contents(read_pdf(render_pdf(document, layout), "x.pdf")) == contents(document)


def test_cells_with_several_lines_are_no_columns_of_text():
    """Both sides begin anew at the same heights, and the shorter cell leaves a hole."""
    cell = "De gemeente Tiel en het waterschap maken samen een plan voor de afvoer van regenwater uit de wijk"
    rows = [
        [made_pdfs.Paragraph(f"{cell} {name}.", BODY), made_pdfs.Paragraph(f"{cell} {other}. " * times, BODY)]
        for name, other, times in (("Noord", "Oost", 2), ("Zuid", "West", 3), ("Midden", "Rand", 1))
    ]
    table = made_pdfs.Table(rows, colWidths=[220, 220])
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP")])
    document = read_pdf(story_pdf([table]), "x.pdf")
    assert [p.text for p in document.paragraphs] == [
        f"{cell} Noord. | {cell} Oost. {cell} Oost.",
        f"{cell} Zuid. | {cell} West. {cell} West. {cell} West.",
        f"{cell} Midden. | {cell} Rand.",
    ]


def test_a_ministrys_letter_has_its_subject_for_a_title_and_keeps_question_and_answer_together():
    document = read_pdf(made_pdfs.ministry_letter(), "antwoord.pdf")
    assert document.identity == Identity(
        id="antwoord",
        title="Beantwoording vragen van het lid De Jong over het onderhoud van gemalen",
        date=datetime.date(2024, 5, 14),
        sender="Minister van Infrastructuur en Waterstaat",
        signatories=("A.B. van der Meer",),
    )
    assert outline_of(document) == [
        (
            (),
            [
                "Geachte voorzitter,",
                "Hierbij zend ik u de antwoorden op de vragen van het lid De Jong.",
                "Hoogachtend,",
            ],
        ),
        ((), ["DE MINISTER VAN INFRASTRUCTUUR EN WATERSTAAT, drs. A.B. van der Meer"]),
        (("Vraag 1",), ["Hoeveel gemalen zijn er?"]),
        (("Vraag 1", "Antwoord vraag 1"), [POLDER]),
        (("Vraag 2",), ["Bent u bereid de dijken te versterken, en zo nee, waarom niet?"]),
        (("Vraag 2", "Antwoord vraag 2"), [DIJKEN, SLUIZEN]),
    ]
    assert [p.number for p in document.paragraphs if p.is_signature] == [4]


def test_two_addresses_side_by_side_belong_to_the_head():
    document = read_pdf(made_pdfs.address_block(), "x.pdf")
    assert document.identity.date == datetime.date(2021, 6, 4)
    assert [p.text for p in document.paragraphs] == [POLDER, DIJKEN]


def test_two_ministers_sign_in_one_paragraph_and_an_annex_follows():
    document = read_pdf(made_pdfs.signed_by_two(), "x.pdf")
    assert outline_of(document) == [
        ((), [POLDER, DIJKEN]),
        ((), ["De Minister van Financiën, A.B. de Vries De Minister van Defensie, C.D. Jansen"]),
        (("Bijlage 1: Planning",), [SLUIZEN]),
    ]
    assert document.identity.sender == "Minister van Financiën"


def test_a_note_goes_on_at_the_next_pages_foot():
    document = read_pdf(made_pdfs.long_notes(), "x.pdf")
    assert [p.text for p in document.paragraphs] == [POLDER, DIJKEN, SLUIZEN]
    assert [p.notes[0].mark for p in document.paragraphs] == ["*", "1", "2"]
    assert document.footnotes == (
        Footnote("*", "Opgave van het waterschap.", 1, (1,)),
        Footnote(
            "1",
            "Deze lengte is gemeten langs de kruin van de dijk, met inbegrip van de kaden die in beheer zijn bij de "
            "gemeente en van de delen die in dezelfde jaren zijn overgedragen aan het Rijk.",
            2,
            (1, 2),
        ),
        Footnote("2", "Zie bijlage 3.", 3, (2,)),
    )


def test_notes_at_the_end_of_the_document_belong_to_their_marks():
    document = read_pdf(made_pdfs.end_notes(), "x.pdf")
    assert outline_of(document) == [(("Gemalen",), [POLDER, DIJKEN, SLUIZEN])]
    assert document.footnotes == (
        Footnote("1", "Stand van 1 januari.", 1, (2,)),
        Footnote("2", "Inclusief de zeedijken.", 2, (2,)),
        Footnote("3", "Dit geldt ook voor bruggen.", 3, (2,)),
    )


def test_marks_in_headings_and_tables_are_kept_with_their_paragraph():
    """Those of a heading or of a column's name go to the start of the paragraph below."""
    document = read_pdf(made_pdfs.notes_in_table_and_heading(), "x.pdf")
    assert outline_of(document) == [
        (("Gemalen",), [POLDER, "Jaar: 2019 | Bedrag: 4.000", "Jaar: 2020 | Bedrag: 5.000", DIJKEN])
    ]
    assert [p.notes for p in document.paragraphs] == [
        (NoteReference("1", 0),),
        (NoteReference("2", 0), NoteReference("3", len("Jaar: 2019 | Bedrag: 4.000"))),
        (),
        (NoteReference("4", len(DIJKEN)), NoteReference("5", len(DIJKEN))),
    ]
    assert [(note.mark, note.text, note.paragraph) for note in document.footnotes] == [
        ("1", "Naar de stand van mei.", 1),
        ("2", "In euro.", 2),
        ("3", "Geschat.", 2),
        ("4", "Met de kaden.", 4),
        ("5", "Zie noot 1.", 4),
    ]


def test_notes_that_say_the_same_are_no_running_footer():
    """Three pages, each with a note of the same words at the same height, and no page numbers."""

    def draw(canvas: Canvas) -> None:
        for number, words in enumerate((POLDER, DIJKEN, SLUIZEN), start=1):
            made_pdfs.paragraph(canvas, f'{words}<super rise="4" size="6">{number}</super>', 70, 780)
            drawn = canvas.beginText(76, 60)
            made_pdfs.raised(drawn, str(number), 7)
            drawn.textOut(" Raadpleegbaar via www.tweedekamer.nl.")
            canvas.drawText(drawn)
            canvas.showPage()

    document = read_pdf(canvas_pdf(draw), "x.pdf")
    assert [(note.mark, note.paragraph, note.pages) for note in document.footnotes] == [
        ("1", 1, (1,)),
        ("2", 2, (2,)),
        ("3", 3, (3,)),
    ]


def test_small_print_without_a_mark_is_text():
    """A superscript that no note explains stays in the text as well."""
    story = [
        *text(
            f'{POLDER} Dat is 12 m<super rise="4" size="6">2</super> op de 10<super rise="4" size="6">e</super> dag.'
        ),
        *text("Bron: het waterschap, in kleine letters onder aan de bladzijde.", style=made_pdfs.SMALL),
    ]
    document = read_pdf(story_pdf(story), "x.pdf")
    assert [p.text for p in document.paragraphs] == [
        f"{POLDER} Dat is 12 m2 op de 10e dag.",
        "Bron: het waterschap, in kleine letters onder aan de bladzijde.",
    ]
    assert document.footnotes == ()


def test_pages_are_read_upright_and_without_a_watermark():
    document = read_pdf(made_pdfs.turned(), "x.pdf")
    assert [(p.text, p.pages) for p in document.paragraphs] == [(POLDER, (1,)), (DIJKEN, (2,)), (SLUIZEN, (3,))]


def test_an_empty_page_counts_and_printed_numbers_are_the_pages():
    document = read_pdf(made_pdfs.with_empty_page(), "x.pdf")
    assert [(p.text, p.pages) for p in document.paragraphs] == [(POLDER, (5,)), (DIJKEN, (7,))]


def test_a_lone_number_at_the_foot_is_no_text():
    """One page taken out of a longer document: its number proves nothing, but is not text either."""

    def draw(canvas: Canvas) -> None:
        made_pdfs.paragraph(canvas, POLDER, 70, 780)
        canvas.drawCentredString(297, 40, "17")

    assert [(p.text, p.pages) for p in read_pdf(canvas_pdf(draw), "x.pdf").paragraphs] == [(POLDER, (1,))]


def test_headers_may_differ_on_left_and_right_pages():
    document = read_pdf(made_pdfs.booklet(), "x.pdf")
    assert [p.text for p in document.paragraphs] == [POLDER, DIJKEN, SLUIZEN] * 4
    assert [p.pages for p in document.paragraphs[::3]] == [(1,), (2,), (3,), (4,)]


def test_a_table_of_contents_loses_its_leaders():
    document = read_pdf(made_pdfs.contents(), "x.pdf")
    assert outline_of(document) == [
        (("Inhoud",), ["1 Gemalen 3", "2 Dijken 12"]),
        (("1 Gemalen",), [POLDER]),
        (("2 Dijken",), [DIJKEN]),
    ]


def test_a_heading_with_nothing_under_it_is_kept_as_text():
    story = [*text(POLDER), *text("Besluiten", style=HEADING), *text("Overig", style=HEADING), *text(DIJKEN)]
    document = read_pdf(story_pdf([story[0], story[1], made_pdfs.Spacer(1, 30), story[2], story[3]]), "x.pdf")
    assert outline_of(document) == [((), [POLDER, "Besluiten"]), (("Overig",), [DIJKEN])]


def test_text_that_is_not_shown_is_not_read():
    """Outside the page, or transparent."""

    def draw(canvas: Canvas) -> None:
        made_pdfs.paragraph(canvas, POLDER, 70, 780)
        canvas.drawString(70, -100, "Buiten de bladzijde.")
        canvas.setFillAlpha(0)
        canvas.drawString(70, 500, "Doorzichtig.")

    assert [p.text for p in read_pdf(canvas_pdf(draw), "x.pdf").paragraphs] == [POLDER]


def test_marked_furniture_goes_even_when_it_stands_on_one_page():
    """A tagged PDF says of its headers and footers that they are no part of the text."""

    def draw(canvas: Canvas) -> None:
        made_pdfs.paragraph(canvas, POLDER, 70, 780)
        canvas.showPage()
        canvas._code.append("/Artifact <</Type /Pagination>> BDC")
        canvas.drawString(70, 810, "Alleen hier")
        canvas._code.append("EMC")
        made_pdfs.paragraph(canvas, DIJKEN, 70, 780)

    assert [p.text for p in read_pdf(canvas_pdf(draw), "x.pdf").paragraphs] == [POLDER, DIJKEN]


def test_an_owners_password_is_no_hindrance(letter):
    locked = StandardEncryption("", ownerPassword="geheim", canCopy=0, strength=128)
    assert contents(read_pdf(render_pdf(letter, encrypt=locked), "x.pdf")) == contents(letter)


def no_pages() -> bytes:
    return many_pages(0)


def many_pages(count: int) -> bytes:
    kids = " ".join(["3 0 R"] * count)
    return (
        "%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n"
        f"2 0 obj <</Type /Pages /Kids [{kids}] /Count {count}>> endobj\n"
        "3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
    ).encode()


def crowded() -> bytes:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 1)
        for row in range(MAX_PAGE_CHARACTERS // 500 + 1):
            canvas.drawString(10, 800 - 3 * row, "zo vol is geen bladzijde " * 20)

    return canvas_pdf(draw)


def sealed() -> bytes:
    return render_pdf(read_document(LETTER), encrypt=StandardEncryption("geheim", strength=128))


REFUSALS = {
    "no pages": (no_pages, "x.pdf is a PDF without pages; check that the file is whole"),
    "too many pages": (lambda: many_pages(5_000), f"x.pdf has 5000 pages, more than the {MAX_PAGES} allowed; split it"),
    "too many characters": (
        crowded,
        f"x.pdf, page 1 holds 50700 characters, more than the {MAX_PAGE_CHARACTERS} allowed; "
        "save the text in another way",
    ),
    "encrypted": (sealed, "x.pdf is encrypted; save it without a password and add it again"),
    "cut off": (
        lambda: made_pdfs.report()[:-2_000],
        "x.pdf is cut off: a PDF ends with %%EOF; download or save it again",
    ),
    "damaged": (
        lambda: b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"%%EOF",
        "x.pdf is damaged and cannot be opened as PDF; download it again",
    ),
    "scanned": (
        lambda: made_pdfs.scanned(2),
        "x.pdf has no text on 2 of its 2 pages: it is scanned, and needs OCR first",
    ),
    "mostly scanned": (
        lambda: made_pdfs.scanned(3, text_pages=2),
        "x.pdf has no text on 3 of its 5 pages: it is scanned, and needs OCR first",
    ),
    "empty pages": (
        lambda: many_pages(3),
        "x.pdf holds no text: its pages are empty; check that the file is whole",
    ),
}


@pytest.mark.parametrize(("make", "sentence"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_pdf_that_cannot_be_read_is_refused_in_one_sentence(make, sentence):
    """Which file, what is wrong, what to do."""
    with pytest.raises(UnreadableDocument) as refusal:
        read_pdf(make(), "x.pdf")
    assert str(refusal.value) == sentence


def test_one_scanned_page_does_not_refuse_a_document():
    document = read_pdf(made_pdfs.scanned(1, text_pages=2), "x.pdf")
    assert [p.text for p in document.paragraphs] == [POLDER, POLDER]


def test_a_missing_page_is_damage():
    data = made_pdfs.canvas_pdf(lambda canvas: made_pdfs.paragraph(canvas, POLDER, 70, 780), pageCompression=0)
    with pytest.raises(UnreadableDocument, match=r"^x\.pdf "):
        read_pdf(data.replace(b"/Type /Page\n", b"/Type /Pag_\n"), "x.pdf")


def sample(name: str) -> Document:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip("the real documents are not beside this checkout")
    return read_pdf(path.read_bytes(), name)


def test_a_list_of_decisions_of_one_page():
    document = sample("openkamer__besluitenlijst_example3.pdf")
    assert document.identity == Identity(
        id="openkamer-besluitenlijst-example3",
        title="Besluitenlijst van de e-mailprocedure van donderdag 26 maart 2015",
        date=datetime.date(2015, 3, 27),
        sender="vaste commissie voor Binnenlandse Zaken",
    )
    assert outline_of(document) == [
        (
            (
                "Agendapunt: Verzoek van het lid Karabulut (SP) om de minister-president uit te nodigen voor het AO "
                "discriminatieonderwerpen",
            ),
            [
                "Zaak: Brief van lid/fractie/commissie - Tweede Kamerlid, S. Karabulut (SP) - 27 maart 2015",
                "Verzoek van het lid Karabulut (SP) om de minister-president uit te nodigen voor het AO "
                "discriminatieonderwerpen - 2015Z05561",
                "Besluit: Het voorstel van mevrouw Karabulut heeft derhalve niet kunnen rekenen op een meerderheid.",
                "Noot: In de e-mailprocedure hebben de volgende fracties met het voorstel ingestemd: SP, GL en groep "
                "Kuzu/Öztürk.",
                "Griffier: Drs. M.J. van der Leeden",
                "Activiteitnummer: 2015A01320",
            ],
        )
    ]


def test_a_list_of_decisions_of_ten_pages():
    document = sample("openkamer__besluitenlijst_example1.pdf")
    assert document.identity.title == "Besluitenlijst van de procedurevergadering van donderdag 2 april 2009"
    assert document.identity.date == datetime.date(2009, 4, 3)
    tops = list(dict.fromkeys(section.headings[0] for section in document.sections if section.headings))
    assert tops == [
        "Besluitenlijst vorige vergadering(en)",
        "Brievenlijst",
        "Wet- en regelgeving",
        "Brieven van de minister van AZ",
        "Brieven van de minister van BZK",
        "Brieven van de staatssecretaris van BZK",
        "Overig",
        "Rondvraag",
    ]
    items = [section.headings[1] for section in document.sections if len(section.headings) == 2]
    assert [int(item.split(".")[0]) for item in items] == [1, *range(3, 37)]
    assert document.paragraphs[0].text == "Volgcommissie(s): BuZa | i.v.m. agendapunt | 24"
    over_pages = next(item for item in items if item.startswith("31."))
    assert over_pages == (
        "31. Agendapunt: Uitnodiging voor een werkbezoek aan de Veiligheidsregio Midden- en West-Brabant"
    )
    assert len(document.paragraphs) == 186
    assert document.paragraphs[-1].pages == (10,)


def test_threads_may_read_at_the_same_time(letter):
    """Pdfium itself is not thread-safe; without the lock this crashes the process or mixes up texts."""
    data = render_pdf(letter)
    with ThreadPoolExecutor(4) as threads:
        documents = list(threads.map(lambda _: read_pdf(data, "x.pdf"), range(12)))
    assert all(contents(document) == contents(letter) for document in documents)


def test_body_text_that_is_bold_throughout_has_no_headings():
    bold = made_pdfs.ParagraphStyle("bold", parent=BODY, fontName="Helvetica-Bold")
    document = read_pdf(story_pdf(text(POLDER, DIJKEN, SLUIZEN, style=bold)), "x.pdf")
    assert outline_of(document) == [((), [POLDER, DIJKEN, SLUIZEN])]
