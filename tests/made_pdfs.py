"""PDF documents made for the tests, each laid out as real ones are."""

import io
from collections.abc import Callable

from reportlab.lib import colors
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    ListFlowable,
    ListItem,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=13, spaceAfter=8)
JUSTIFIED = ParagraphStyle("justified", parent=BODY, alignment=TA_JUSTIFY)
HEADING = ParagraphStyle("heading", parent=BODY, fontName="Helvetica-Bold", spaceBefore=6, spaceAfter=4)
SUBHEADING = ParagraphStyle("subheading", parent=BODY, fontName="Helvetica-Oblique", spaceAfter=2)
TITLE = ParagraphStyle("title", parent=BODY, fontName="Helvetica-Bold", fontSize=18, leading=22, spaceAfter=14)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=7, leading=9, spaceAfter=0)

POLDER = (
    "De polder wordt drooggehouden door drie gemalen, waarvan het oudste in 1920 is gebouwd en het nieuwste in 2004. "
    "Bij aanhoudende regen kan het waterschap een noodgemaal inzetten, dat binnen vier uur op zijn plaats staat."
)
DIJKEN = (
    "De dijken langs de rivier zijn in de afgelopen tien jaar over een lengte van veertig kilometer versterkt. De "
    "kosten daarvan bedroegen 120 miljoen euro, waarvan het Rijk de helft heeft gedragen en het waterschap de rest."
)
SLUIZEN = (
    "De sluizen bij de monding worden vanaf het komende jaar op afstand bediend. De bediening ter plaatse blijft "
    "mogelijk wanneer de verbinding uitvalt, en daarvoor blijft dag en nacht een sluiswachter beschikbaar."
)

OnPage = Callable[[Canvas, BaseDocTemplate], None]


def canvas_pdf(draw: Callable[[Canvas], None], **options: object) -> bytes:
    """What `draw` draws, as PDF bytes; it shows its pages itself but the last."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=options.pop("pagesize", A4), invariant=True, **options)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def story_pdf(
    story: list[Flowable], *, frames: list[Frame] | None = None, on_page: OnPage | None = None, **options: object
) -> bytes:
    """A story set by reportlab, in one column of its own or in the frames given."""
    buffer = io.BytesIO()
    template = BaseDocTemplate(buffer, pagesize=options.pop("pagesize", A4), invariant=True, **options)
    frames = frames or [Frame(70, 80, 450, 680, id="text")]
    template.addPageTemplates([PageTemplate("page", frames, onPage=on_page or (lambda canvas, document: None))])
    template.build(story)
    return buffer.getvalue()


def text(*paragraphs: str, style: ParagraphStyle = BODY) -> list[Flowable]:
    """Paragraphs in one style."""
    return [Paragraph(paragraph, style) for paragraph in paragraphs]


def report() -> bytes:
    """No Kamerstuk: a title, numbered headings of two levels, running header and "Pagina n van 3"."""

    def furniture(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(70, 800, "Waterbeheer in de delta")
        canvas.drawString(70, 40, "Ministerie van Infrastructuur en Waterstaat")
        canvas.drawRightString(520, 40, f"Pagina {document.page} van 3")

    story = [
        *text("Evaluatie van het waterbeheer", style=TITLE),
        *text("1 Inleiding", style=HEADING),
        *text(POLDER, DIJKEN),
        *text("1.1 Aanleiding", style=HEADING),
        *text(SLUIZEN),
        PageBreak(),
        *text("1.2 Opzet", style=HEADING),
        *text(DIJKEN, POLDER),
        PageBreak(),
        *text("2 Uitkomsten", style=HEADING),
        *text(SLUIZEN),
    ]
    return story_pdf(story, on_page=furniture)


def two_columns() -> bytes:
    """A title over the full width, then two columns of justified text, a note at the foot of each."""

    def notes(canvas: Canvas, document: BaseDocTemplate) -> None:
        for left, mark, note in ((60, "1", "Stand van 1 januari."), (310, "2", "Inclusief de zeedijken.")):
            canvas.setLineWidth(0.5)
            canvas.line(left, 112, left + 80, 112)
            drawn = canvas.beginText(left, 100)
            raised(drawn, mark, 7)
            drawn.textOut(f" {note}")
            canvas.drawText(drawn)

    frames = [
        Frame(54, 740, 488, 50, id="head"),
        Frame(54, 120, 232, 610, id="left"),
        Frame(304, 120, 232, 610, id="right"),
    ]
    story = [
        *text("Water in twee kolommen", style=TITLE),
        FrameBreak(),
        *text("Gemalen", style=HEADING),
        *text(f'{POLDER}<super rise="4" size="6">1</super>', POLDER, SLUIZEN, style=JUSTIFIED),
        FrameBreak(),
        *text("Dijken", style=HEADING),
        *text(f'{DIJKEN}<super rise="4" size="6">2</super>', SLUIZEN, style=JUSTIFIED),
    ]
    return story_pdf(story, frames=frames, on_page=notes)


def raised(drawn: object, mark: str, size: float) -> None:
    """A note mark, and back to plain type of `size`."""
    drawn.setFont("Helvetica", size * 0.65)
    drawn.setRise(size * 0.35)
    drawn.textOut(mark)
    drawn.setRise(0)
    drawn.setFont("Helvetica", size)


def lists() -> bytes:
    """Numbered, lettered and bulleted lists with hanging indents, one in the other."""
    inner = ListFlowable(
        [ListItem(Paragraph(item, BODY)) for item in ("een pomp die stilvalt;", "een deur die klemt.")],
        bulletType="bullet",
        start="•",
        leftIndent=18,
    )
    numbered = ListFlowable(
        [
            ListItem(
                Paragraph(
                    "Het waterschap stelt elk jaar een plan op voor het onderhoud van de gemalen, en legt "
                    "dat voor aan de provincie.",
                    BODY,
                )
            ),
            ListItem([Paragraph("Storingen worden gemeld:", BODY), inner]),
            ListItem(Paragraph("Het plan is openbaar.", BODY)),
        ],
        bulletFormat="%s.",
        leftIndent=18,
    )
    lettered = ListFlowable(
        [ListItem(Paragraph(item, BODY)) for item in ("de bestaande dijken;", "de nieuwe sluizen.")],
        bulletType="a",
        bulletFormat="%s.",
        leftIndent=18,
    )
    story = [
        *text("Onderhoud", style=HEADING),
        *text("Voor het onderhoud gelden de volgende afspraken:"),
        numbered,
        *text("De afspraken gelden voor:"),
        lettered,
        *text(DIJKEN),
    ]
    return story_pdf(story)


def ruled_table() -> bytes:
    """A table with a ruled grid, wrapped cells, cells merged in both directions and a caption."""
    rows = [
        ["Gemaal", "Bouwjaar", Paragraph("Vermogen in kubieke meter per minuut", HEADING)],
        [Paragraph("Gemaal van de Noorder- en de Zuiderpolder", BODY), "1920", "450"],
        ["Westgemaal", "1987", "600"],
        ["Totaal", "", "1.050"],
    ]
    grid = Table(rows, colWidths=[150, 90, 120])
    grid.setStyle(
        [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 10),
         ("SPAN", (0, 3), (1, 3)), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    )  # fmt: skip
    story = [*text(POLDER), *text("Tabel 1. Gemalen", style=HEADING), grid, Spacer(1, 12), *text(DIJKEN)]
    return story_pdf(story)


def aligned_table() -> bytes:
    """A table without any rule, numbers aligned right, below and above running text."""
    rows = [["Jaar", "Dijken", "Sluizen"], ["2019", "4.000", "12"], ["2020", "4.250", "14"], ["2021", "-", "9"]]
    plain = Table(rows, colWidths=[90, 90, 90], hAlign="LEFT")
    plain.setStyle([("ALIGN", (1, 0), (-1, -1), "RIGHT")])
    return story_pdf([*text("Uitgaven", style=HEADING), *text(POLDER), plain, Spacer(1, 12), *text(DIJKEN)])


def table_over_pages() -> bytes:
    """A ruled table that goes on on the next page under the same column names."""
    rows = [["Gemeente", "Bedrag"], *([f"Gemeente {number}", f"{number}.000"] for number in range(1, 51))]
    grid = Table(rows, colWidths=[150, 90], repeatRows=1)
    grid.setStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 10)])
    return story_pdf([*text("Bijdragen", style=HEADING), *text(POLDER), grid, Spacer(1, 8), *text(DIJKEN)])


def ministry_letter() -> bytes:
    """A ministry's answer to questions: return address, side column, date and subject by label, two pages."""

    def furniture(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 6.5)
        side = ["Onze referentie", "2024-0000123456"]
        if document.page == 1:
            canvas.drawString(70, 750, "> Retouradres Postbus 20901 2500 EX Den Haag")
            side = ["Ministerie van Infrastructuur", "en Waterstaat", "Rijnstraat 8", "2515 XP Den Haag", *side]
            side += ["Bijlage(n)", "1"]
            canvas.setFont("Helvetica", 9)
            address = ("De voorzitter van de Tweede Kamer", "der Staten-Generaal", "Postbus 20018", "2500 EA Den Haag")
            for number, line in enumerate(address):
                canvas.drawString(70, 720 - 12 * number, line)
            for height, label, value in (
                (630, "Datum", "14 mei 2024"),
                (615, "Betreft", "Beantwoording vragen van het lid De Jong over het"),
                (603, "", "onderhoud van gemalen"),
            ):
                canvas.setFont("Helvetica", 6.5)
                canvas.drawString(70, height, label)
                canvas.setFont("Helvetica", 9)
                canvas.drawString(110, height, value)
        canvas.setFont("Helvetica", 6.5)
        for number, line in enumerate(side):
            canvas.drawString(455, 720 - 9 * number, line)
        canvas.drawRightString(540, 40, f"Pagina {document.page} van 2")

    first, later = Frame(64, 80, 370, 505, id="first"), Frame(64, 80, 370, 660, id="later")
    buffer = io.BytesIO()
    template = BaseDocTemplate(buffer, pagesize=A4, invariant=True)
    template.addPageTemplates(
        [PageTemplate("first", [first], onPage=furniture), PageTemplate("later", [later], onPage=furniture)]
    )
    story: list[Flowable] = [
        NextPageTemplate("later"),
        *text("Geachte voorzitter,", "Hierbij zend ik u de antwoorden op de vragen van het lid De Jong."),
        *text("Hoogachtend,", "DE MINISTER VAN INFRASTRUCTUUR EN WATERSTAAT,"),
        Spacer(1, 40),
        *text("drs. A.B. van der Meer"),
        PageBreak(),
        *text("Vraag 1", style=HEADING),
        *text("Hoeveel gemalen zijn er?"),
        *text("Antwoord vraag 1", style=HEADING),
        *text(POLDER),
        *text("Vraag 2", style=HEADING),
        *text("Bent u bereid de dijken te versterken, en zo nee, waarom niet?"),
        *text("Antwoord vraag 2", style=HEADING),
        *text(DIJKEN, SLUIZEN),
    ]
    template.build(story)
    return buffer.getvalue()


def torn_head() -> bytes:
    """A Kamerstuk's head and text in which T, V and W stand apart from their words."""

    def draw(canvas: Canvas) -> None:
        lines = [
            (BOLD14, "T weede Kamer der Staten-Generaal", 30),
            (PLAIN10, "V ergaderjaar 2020–2021", 30),
            (PLAIN10, "35 500 Waterbeheer", 24),
            (PLAIN10, "Nr. 7 BRIEF V AN DE MINISTER V AN FINANCIËN", 24),
            (PLAIN10, "Den Haag, 3 maart 2021", 24),
            (PLAIN10, "De T weede Kamer heeft gevraagd naar de kosten van het waterbeheer in de delta en", 13),
            (PLAIN10, "naar de plannen van het kabinet. De W aterwet regelt wie die kosten draagt. Nu de", 13),
            (PLAIN10, "Waterwet wordt herzien, kan ook de verdeling veranderen.", 13),
        ]
        height = 780
        for font, line, step in lines:
            canvas.setFont(*font)
            canvas.drawString(70, height, line)
            height -= step

    return canvas_pdf(draw)


BOLD14, PLAIN10 = ("Helvetica-Bold", 14), ("Helvetica", 10)


def ligatures() -> bytes:
    """A font with ligatures, used as one character each."""
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Vera", 10)
        canvas.drawString(70, 780, "De \ufb01nanci\u00eble re\ufb02ectie van 50 km\u00b2 is op 1 mei afgerond.")

    return canvas_pdf(draw)


def turned() -> bytes:
    """Three pages: upright, set sideways in a page that is turned to be read, and upright with a slanted watermark."""

    def draw(canvas: Canvas) -> None:
        paragraph(canvas, POLDER, 70, 780)
        canvas.showPage()
        canvas.setPageRotation(90)
        canvas.translate(595, 0)
        canvas.rotate(90)
        paragraph(canvas, DIJKEN, 70, 500)
        canvas.showPage()
        canvas.setPageRotation(0)
        canvas.saveState()
        canvas.translate(200, 300)
        canvas.rotate(45)
        canvas.setFont("Helvetica", 80)
        canvas.drawString(0, 0, "CONCEPT")
        canvas.restoreState()
        paragraph(canvas, SLUIZEN, 70, 780)

    return canvas_pdf(draw)


def paragraph(canvas: Canvas, words: str, left: float, top: float, width: float = 450) -> float:
    """Draw a paragraph of plain type; gives the height below it."""
    block = Paragraph(words, BODY)
    _, height = block.wrap(width, 700)
    block.drawOn(canvas, left, top - height)
    return top - height - 13


def with_empty_page() -> bytes:
    """Text, a page with nothing on it, text; the numbers are printed and start at 5."""

    def draw(canvas: Canvas) -> None:
        for number, words in enumerate((POLDER, "", DIJKEN), start=5):
            if words:
                paragraph(canvas, words, 70, 780)
                canvas.setFont("Helvetica", 9)
                canvas.drawCentredString(297, 40, f"- {number} -")
            canvas.showPage()

    return canvas_pdf(draw)


def scanned(pages: int, text_pages: int = 0) -> bytes:
    """Pages that are pictures only, and before them pages with text."""
    from PIL import Image

    picture = ImageReader(Image.new("L", (60, 80), 128))

    def draw(canvas: Canvas) -> None:
        for _ in range(text_pages):
            paragraph(canvas, POLDER, 70, 780)
            canvas.showPage()
        for number in range(pages):
            canvas.drawImage(picture, 0, 0, 595, 842)
            canvas.drawString(290, 20, str(number + 1))
            canvas.showPage()

    return canvas_pdf(draw)


def contents() -> bytes:
    """A table of contents with leaders, then its chapters."""
    story: list[Flowable] = text("Inhoud", style=HEADING)
    dots = ParagraphStyle("contents", parent=BODY, spaceAfter=0)
    story += text(f"1 Gemalen {'. ' * 40} 3", f"2 Dijken {'.' * 60} 12", style=dots)
    story += [Spacer(1, 20), *text("1 Gemalen", style=HEADING), *text(POLDER)]
    story += [*text("2 Dijken", style=HEADING), *text(DIJKEN)]
    return story_pdf(story)


def wide_table() -> bytes:
    """A landscape page with a table of five columns between two rules, its column names set off by a third."""
    rows = [
        ["Waterschap", "2019", "2020", "2021", "2022"],
        ["Rivierenland", "10,5", "11,0", "11,5", "12,0"],
        ["Hollandse Delta", "8,0", "8,5", "9,0", "9,5"],
        ["Zuiderzeeland", "4,0", "-", "4,5", "5,0"],
    ]
    plain = Table(rows, colWidths=[150, 70, 70, 70, 70], hAlign="LEFT")
    plain.setStyle([(kind, (0, row), (-1, row), 0.7, colors.black) for kind, row in
                    (("LINEABOVE", 0), ("LINEBELOW", 0), ("LINEBELOW", -1))])  # fmt: skip
    frames = [Frame(70, 60, 700, 460)]
    return story_pdf([*text(POLDER), plain], frames=frames, pagesize=landscape(A4))


def long_notes() -> bytes:
    """Two pages: a note that runs over the page's end, and one marked with an asterisk; the body stays in one size."""

    def note(canvas: Canvas, mark: str, words: list[str], top: float) -> None:
        canvas.setLineWidth(0.5)
        canvas.line(70, top + 12, 170, top + 12)
        drawn = canvas.beginText(70, top)
        if mark:
            raised(drawn, mark, 8)
        drawn.setFont("Helvetica", 8)
        drawn.setLeading(10)
        for line in words:
            drawn.textLine(f" {line}" if line is words[0] and mark else line)
        canvas.drawText(drawn)

    def draw(canvas: Canvas) -> None:
        height = paragraph(canvas, f'{POLDER}<super rise="4" size="6">*</super>', 70, 780)
        height = paragraph(canvas, f'{DIJKEN}<super rise="4" size="6">1</super>', 70, height)
        note(canvas, "*", ["Opgave van het waterschap."], 130)
        drawn = canvas.beginText(70, 116)
        raised(drawn, "1", 8)
        drawn.setLeading(10)
        drawn.textLine(" Deze lengte is gemeten langs de kruin van de dijk, met inbegrip van de kaden die in beheer")
        drawn.textLine("zijn bij de gemeente en van de delen die in dezelfde jaren zijn over-")
        canvas.drawText(drawn)
        canvas.showPage()
        paragraph(canvas, f'{SLUIZEN}<super rise="4" size="6">2</super>', 70, 780)
        note(canvas, "", ["gedragen aan het Rijk."], 130)
        drawn = canvas.beginText(70, 116)
        raised(drawn, "2", 8)
        drawn.textOut(" Zie bijlage 3.")
        canvas.drawText(drawn)

    return canvas_pdf(draw)


def end_notes() -> bytes:
    """Notes in the body's size at the end of the document, under a heading of their own."""
    mark = '<super rise="4" size="6">{}</super>'
    story = [
        *text("Gemalen", style=HEADING),
        *text(POLDER + mark.format(1), DIJKEN + mark.format(2)),
        PageBreak(),
        *text(SLUIZEN + mark.format(3)),
        *text("Noten", style=HEADING),
        *text(f"{mark.format(1)} Stand van 1 januari.", f"{mark.format(2)} Inclusief de zeedijken.",
              f"{mark.format(3)} Dit geldt ook voor bruggen."),
    ]  # fmt: skip
    return story_pdf(story)


def signed_by_two() -> bytes:
    """Two ministers sign side by side; an annex with a heading of its own follows on the next page."""
    block = Table(
        [["De Minister van Financiën,", "De Minister van Defensie,"], ["", ""], ["A.B. de Vries", "C.D. Jansen"]],
        colWidths=[225, 225],
        rowHeights=[14, 40, 14],
    )
    story = [
        *text(POLDER, DIJKEN),
        block,
        PageBreak(),
        *text("Bijlage 1: Planning", style=HEADING),
        *text(SLUIZEN),
    ]
    return story_pdf(story)


def booklet() -> bytes:
    """Headers that differ on left and right pages, with the page number outside; text in one size throughout."""

    def furniture(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        if document.page % 2:
            canvas.drawString(70, 800, "Hoofdstuk over gemalen")
            canvas.drawRightString(520, 800, str(document.page))
        else:
            canvas.drawString(70, 800, str(document.page))
            canvas.drawRightString(520, 800, "Waterbeheer in de delta")

    story: list[Flowable] = []
    for _ in range(4):
        story += [*text(POLDER, DIJKEN, SLUIZEN), PageBreak()]
    return story_pdf(story, on_page=furniture)


def address_block() -> bytes:
    """A letter with the addressee left and the sender right, side by side, then place and date."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        left = ("Aan de voorzitter van", "het waterschap Rivierenland", "Postbus 599", "4000 AN Tiel")
        right = ("Gemeente Tiel", "Afdeling Openbare Werken", "Achterweg 2", "4001 MV Tiel")
        for number, (one, other) in enumerate(zip(left, right, strict=True)):
            canvas.drawString(70, 780 - 13 * number, one)
            canvas.drawString(340, 780 - 13 * number, other)
        canvas.drawString(70, 700, "Tiel, 4 juni 2021")
        height = paragraph(canvas, POLDER, 70, 670)
        paragraph(canvas, DIJKEN, 70, height)

    return canvas_pdf(draw)


def dashes() -> bytes:
    """A list with dashes set without any indent, and a dash that merely begins a line."""
    dense = ParagraphStyle("dense", parent=BODY, spaceAfter=0)
    story = [
        *text("Het waterschap onderhoudt:", style=dense),
        *text("- de gemalen in de noordelijke polders, die elk jaar worden nagezien door een erkend bedrijf uit de "
              "omgeving;", "- de sluizen;", "- de dijken.", style=dense),
        Spacer(1, 12),
        *text("De brief is verstuurd door de dijkgraaf van het waterschap in de zomer van het vorige jaar J.C."),
    ]  # fmt: skip
    story[-1] = Paragraph(
        "De brief van de dijkgraaf van het waterschap over de stand van de dijken langs de grote rivieren<br/>"
        "- 5 maart 2009 - is besproken.",
        BODY,
    )
    return story_pdf(story)


def notes_in_table_and_heading() -> bytes:
    """Marks in a heading, in a table's header and in a cell; two in one place."""
    mark = '<super rise="4" size="6">{}</super>'

    def notes(canvas: Canvas, document: BaseDocTemplate) -> None:
        for number, words in enumerate(
            ("Naar de stand van mei.", "In euro.", "Geschat.", "Met de kaden.", "Zie noot 1.")
        ):
            drawn = canvas.beginText(76, 130 - 10 * number)
            raised(drawn, str(number + 1), 7)
            drawn.textOut(f" {words}")
            canvas.drawText(drawn)

    cells = [
        ["Jaar", Paragraph(f"Bedrag{mark.format(2)}", HEADING)],
        ["2019", Paragraph(f"4.000{mark.format(3)}", BODY)],
        ["2020", "5.000"],
    ]
    grid = Table(cells, colWidths=[90, 120])
    grid.setStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (0, 0), "Helvetica-Bold", 10)])
    story = [
        *text(f"Gemalen{mark.format(1)}", style=HEADING),
        *text(POLDER),
        grid,
        Spacer(1, 12),
        *text(f"{DIJKEN}{mark.format('4, 5')}"),
    ]
    return story_pdf(story, on_page=notes)
