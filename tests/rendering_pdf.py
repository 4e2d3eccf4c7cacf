"""Sets a document as the printer of Kamerstukken does: PDF with head, footers, page numbers and notes at the foot.

The pages are those that the document's paragraphs name, so that reading the PDF must give the same document.
"""

import io
import re
from dataclasses import dataclass, replace

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from corpus.citation import dutch_date
from corpus.document import Document, Footnote, Identity, NoteReference, Paragraph

PLAIN, BOLD, ITALIC = "Helvetica", "Helvetica-Bold", "Helvetica-Oblique"
_VOWELS = "aeiouyëïöüé"
_LIST_LABEL = re.compile(r"(?:\(?(?:[a-z]|\d{1,2})[.)]|[ivx]{1,4}\.) ")


@dataclass(frozen=True)
class Layout:
    """Measures in points. `spaces`: whether the file holds space characters or leaves gaps between words."""

    left: float = 150
    right: float = 530
    top: float = 780
    foot: float = 60
    size: float = 9
    leading: float = 11.5
    gap: float = 11.5
    note_size: float = 7
    is_justified: bool = True
    is_hyphenated: bool = True
    has_note_rule: bool = True
    spaces: bool = True
    indent: float = 0
    place: str = "Den Haag"


@dataclass(frozen=True)
class _Word:
    """A word with the note marks that stand in it, by offset."""

    text: str
    notes: tuple[NoteReference, ...] = ()

    def cut(self, position: int) -> tuple["_Word", "_Word"]:
        before = tuple(note for note in self.notes if note.position <= position and position > 0)
        after = tuple(replace(note, position=note.position - position) for note in self.notes if note not in before)
        return _Word(self.text[:position], before), _Word(self.text[position:], after)


@dataclass(frozen=True)
class _Line:
    words: tuple[_Word, ...]
    is_last: bool
    left: float
    hanging: float = 0.0  # how far right of its label a list item's text stands


def render_pdf(document: Document, layout: Layout | None = None, **encryption: object) -> bytes:
    """The document as PDF bytes; `encryption` goes to reportlab's canvas."""
    layout = layout or Layout()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True, **encryption)
    printer = _Printer(canvas, document, layout)
    pages = sorted({page for paragraph in document.paragraphs for page in paragraph.pages} or {1})
    for number in range(pages[0], pages[-1] + 1):
        printer.page(number, is_first=number == pages[0])
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


class _Printer:
    def __init__(self, canvas: Canvas, document: Document, layout: Layout) -> None:
        self.canvas = canvas
        self.document = document
        self.layout = layout
        self.height = layout.top

    def page(self, number: int, *, is_first: bool) -> None:
        self.height = self.layout.top
        if is_first:
            if self.document.identity.is_kamerstuk:
                self._head(self.document.identity)
            self._imprint()
        open_path: tuple[str, ...] = ()
        for section in self.document.sections:
            for position, paragraph in enumerate(section.paragraphs):
                here = paragraph.pages == () or number in paragraph.pages
                starts = paragraph.pages == () or paragraph.pages[0] == number
                if here and starts and position == 0:
                    self._headings(section.headings, open_path)
                if here:
                    self._paragraph(paragraph, number)
            open_path = section.headings
        self._notes([note for note in self.document.footnotes if number in note.pages], number)
        self._footer(number)

    def _head(self, identity: Identity) -> None:
        layout, canvas = self.layout, self.canvas
        chamber = "Eerste" if identity.chamber == "I" else "Tweede"
        canvas.setFont(BOLD, 14)
        canvas.drawString(50, self.height, f"{chamber} Kamer der Staten-Generaal")
        canvas.drawRightString(layout.right, self.height, "1" if identity.chamber == "I" else "2")
        self.height -= 24
        canvas.setFont(PLAIN, layout.size)
        canvas.drawString(50, self.height, f"Vergaderjaar {long_session_year(identity)}")
        self.height -= 24
        for dossier in identity.dossiers:
            self._head_row(spaced(dossier.number), dossier.title)
        number = identity.number or ""
        self._head_row(f"Nr. {number}" if number[0].isdigit() else number, identity.title.upper())
        self._plain(f"Aan de Voorzitter van de {chamber} Kamer der Staten-Generaal")
        self._plain(f"{layout.place}, {dutch_date(identity)}")

    def _head_row(self, label: str, text: str) -> None:
        self.canvas.setFont(BOLD, self.layout.size)
        self.canvas.drawString(50, self.height, label)
        self._lines(self._fill(text, (), BOLD, self.layout.size), BOLD, self.layout.size)
        self.height -= self.layout.gap

    def _plain(self, text: str) -> None:
        self._lines(self._fill(text, (), PLAIN, self.layout.size), PLAIN, self.layout.size)
        self.height -= self.layout.gap

    def _headings(self, path: tuple[str, ...], before: tuple[str, ...]) -> None:
        for level, heading in enumerate(path):
            if path[: level + 1] != before[: level + 1]:
                font = (BOLD, ITALIC)[min(level, 1)]
                lines = self._fill(heading, (), font, self.layout.size, is_hyphenated=False)
                self._lines([replace(line, is_last=True) for line in lines], font, self.layout.size)
                self.height -= self.layout.gap

    def _paragraph(self, paragraph: Paragraph, page: int) -> None:
        layout = self.layout
        if paragraph.is_signature:
            for text in re.split(r"(?<=,) (?=[A-Z]\.)| (?=(?:De|Namens) )", paragraph.text):
                self._lines(self._fill(text, (), PLAIN, layout.size), PLAIN, layout.size)
            return
        lines = self._fill(paragraph.text, paragraph.notes, PLAIN, layout.size)
        shown, is_over = _share(lines, paragraph.pages, page)
        self._lines(shown, PLAIN, layout.size)
        if not is_over:
            self.height -= layout.gap

    def _notes(self, notes: list[Footnote], page: int) -> None:
        """At the page's foot, the last line just above the footer."""
        size, leading = self.layout.note_size, self.layout.note_size + 1.5
        blocks: list[tuple[str, list[_Line]]] = []
        for note in notes:
            lines = self._fill(note.text, (), PLAIN, size)
            shown, _ = _share(lines, note.pages, page)
            blocks.append((note.mark if note.pages[0] == page else "", shown))
        height = self.layout.foot + leading * sum(len(lines) for _, lines in blocks)
        assert height < self.height, f"page {page} is too full"
        if blocks and self.layout.has_note_rule:
            self.canvas.setLineWidth(0.5)
            self.canvas.line(self.layout.left, height + leading, self.layout.left + 100, height + leading)
        for mark, lines in blocks:
            for line in lines:
                text = self.canvas.beginText(self.layout.left, height)
                if mark:
                    _mark(text, mark, size)
                    text.setFont(PLAIN, size)
                    text.textOut(" ")
                    mark = ""
                self._out(text, line, PLAIN, size, is_note=True)
                self.canvas.drawText(text)
                height -= leading

    def _footer(self, page: int) -> None:
        identity = self.document.identity
        self.canvas.setFont(PLAIN, 7)
        if identity.is_kamerstuk:
            chamber = "Eerste" if identity.chamber == "I" else "Tweede"
            number = identity.number or ""
            label = f"nr. {number}" if number[0].isdigit() else number
            dossier = spaced(identity.dossiers[0].number)
            text = f"{chamber} Kamer, vergaderjaar {long_session_year(identity)}, {dossier}, {label}"
            self.canvas.drawString(self.layout.left, 35, text)
        self.canvas.drawRightString(self.layout.right, 35, str(page))

    def _imprint(self) -> None:
        self.canvas.setFont(PLAIN, 6)
        identity = self.document.identity
        if identity.is_kamerstuk:
            for height, text in ((49, identity.id), (42, "ISSN 0921 - 7371"), (35, "’s-Gravenhage 2019")):
                self.canvas.drawString(50, height, text)

    def _fill(
        self, text: str, notes: tuple[NoteReference, ...], font: str, size: float, *, is_hyphenated: bool | None = None
    ) -> list[_Line]:
        """Break a text into lines that are as full as they can be."""
        may_break = self.layout.is_hyphenated if is_hyphenated is None else is_hyphenated
        is_body = font == PLAIN and size == self.layout.size
        hanging = stringWidth("a. ", font, size) + 6 if is_body and _LIST_LABEL.match(text) else 0.0
        space = stringWidth(" ", font, size)
        queue = _words(text, notes)[::-1]
        lines: list[_Line] = []
        current: list[_Word] = []
        used = 0.0

        def finish(*, is_last: bool) -> None:
            is_first = not lines
            indent = self.layout.indent if is_body and is_first and not hanging else 0.0
            left = self.layout.left + (indent if is_first else hanging)
            lines.append(_Line(tuple(current), is_last, left, hanging if is_first else 0.0))

        while queue:
            word = queue.pop()
            is_label = bool(hanging) and not lines and not current
            needed = hanging if is_label else _width(word, font, size)
            if current and not (hanging and not lines and len(current) == 1):
                needed += space
            indent = self.layout.indent if is_body and not lines and not hanging else 0.0
            room = self.layout.right - self.layout.left - indent - (hanging if lines else 0.0) - used
            if needed <= room:
                current.append(word)
                used += needed
                continue
            position = _break_point(word, room - space if current else room, font, size) if may_break else 0
            if position:
                before, after = word.cut(position)
                hyphen = "" if before.text.endswith("-") else "-"
                current.append(_Word(before.text + hyphen, before.notes))
                queue.append(after)
            else:
                assert current, f"{word.text} is longer than a line"
                queue.append(word)
            finish(is_last=False)
            current, used = [], 0.0
        finish(is_last=True)
        return lines

    def _lines(self, lines: list[_Line], font: str, size: float) -> None:
        for line in lines:
            text = self.canvas.beginText(line.left, self.height)
            self._out(text, line, font, size)
            self.canvas.drawText(text)
            self.height -= self.layout.leading

    def _out(self, text: object, line: _Line, font: str, size: float, *, is_note: bool = False) -> None:
        layout = self.layout
        words, left = line.words, line.left
        text.setFont(font, size)
        x, y = text.getX(), text.getY()
        if line.hanging:
            text.textOut(words[0].text)
            words, left = words[1:], left + line.hanging
            x = left
            text.setTextOrigin(x, y)
        widths = [_width(word, font, size) for word in words]
        space = stringWidth(" ", font, size)
        extra = 0.0
        if layout.is_justified and not line.is_last and not is_note and len(words) > 1:
            free = layout.right - left - sum(widths) - space * (len(widths) - 1)
            extra = max(free / (len(widths) - 1), 0.0)
        text.setWordSpace(extra if layout.spaces else 0)
        for number, (word, width) in enumerate(zip(words, widths, strict=True)):
            if number and layout.spaces:
                text.textOut(" ")
            elif number:
                text.setTextOrigin(x, y)
            _word_out(text, word, font, size)
            x += width + space + extra


def _word_out(text: object, word: _Word, font: str, size: float) -> None:
    start = 0
    for note in word.notes:
        text.textOut(word.text[start : note.position])
        _mark(text, note.mark, size)
        text.setFont(font, size)
        start = note.position
    text.textOut(word.text[start:])


def _mark(text: object, mark: str, size: float) -> None:
    text.setFont(PLAIN, round(size * 0.65, 1))
    text.setRise(size * 0.35)
    text.textOut(mark)
    text.setRise(0)


def _words(text: str, notes: tuple[NoteReference, ...]) -> list[_Word]:
    words: list[_Word] = []
    start = 0
    for word in text.split(" "):
        end = start + len(word)
        here = tuple(
            replace(note, position=note.position - start)
            for note in notes
            if start < note.position <= end or note.position == start == 0
        )
        words.append(_Word(word, here))
        start = end + 1
    return words


def _width(word: _Word, font: str, size: float) -> float:
    marks = sum(stringWidth(note.mark, PLAIN, round(size * 0.65, 1)) for note in word.notes)
    return stringWidth(word.text, font, size) + marks


def _break_point(word: _Word, room: float, font: str, size: float) -> int:
    """Where a word may be broken so that its beginning and a hyphen fit; 0 when nowhere."""
    text = word.text
    for position in range(len(text) - 3, 2, -1):
        before, after = text[position - 1], text[position]
        if before == "-" and after.isupper():
            hyphen = ""
        elif not (before.isalpha() and after.isalpha() and before.islower() and after.islower()):
            continue
        elif not text[position - 2 : position + 3].isalpha() or any(n.position == position for n in word.notes):
            continue
        elif not _is_syllable_end(text, position):
            continue
        else:
            hyphen = "-"
        if _width(word.cut(position)[0], font, size) + stringWidth(hyphen, font, size) <= room:
            return position
    return 0


def _is_syllable_end(text: str, position: int) -> bool:
    before, after = text[position - 1].lower(), text[position].lower()
    has_vowels = any(c in _VOWELS for c in text[:position].lower()) and any(c in _VOWELS for c in text[position:])
    if not has_vowels or after in _VOWELS:
        return False
    return before not in _VOWELS or text[position + 1].lower() in _VOWELS


def _share(lines: list[_Line], pages: tuple[int, ...], page: int) -> tuple[list[_Line], bool]:
    """The lines of a paragraph on one of its pages, and whether more follow on the next."""
    if len(pages) < 2:
        return lines, False
    assert len(lines) >= len(pages), "a paragraph over more pages than it has lines"
    place = pages.index(page)
    cuts = [round(len(lines) * number / len(pages)) for number in range(len(pages) + 1)]
    return lines[cuts[place] : cuts[place + 1]], place + 1 < len(pages)


def spaced(number: str) -> str:
    """A dossier's number as it is printed: `27 925`, `36 600 VII`."""
    digits, _, addition = number.partition("-")
    separator = "-" if addition.isdigit() else " "
    return f"{digits[:-3]} {digits[-3:]}" + (f"{separator}{addition}" if addition else "")


def long_session_year(identity: Identity) -> str:
    """The session year as it is printed: `2019–2020`."""
    first, _, last = (identity.session_year or "").partition("/")
    return f"{first}–{last if len(last) == 4 else first[:2] + last}"
