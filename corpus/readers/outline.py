"""Where every reader puts what it finds, in reading order; the only place that numbers paragraphs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.document import Document, Footnote, Identity, NoteReference, Paragraph, Section
from corpus.identity import sign


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell's text, with the note marks that were taken off it."""

    text: str
    notes: tuple[NoteReference, ...] = ()


class Outline:
    """A document being read: headings open sections, paragraphs go into the section that is open."""

    def __init__(self) -> None:
        self._headings: list[tuple[int, str]] = []
        self._sections: list[tuple[tuple[str, ...], list[Paragraph]]] = [((), [])]
        self._footnotes: dict[str, Footnote] = {}
        self._waiting_notes: tuple[NoteReference, ...] = ()
        self._count = 0

    def heading(self, text: str, level: int = 1, *, notes: tuple[NoteReference, ...] = ()) -> None:
        """Open a section; it stands under the last heading of a lower level.

        A heading is no paragraph, so a note it carries goes to the start of the paragraph below it.
        """
        self._waiting_notes += tuple(replace(note, position=0) for note in notes)
        self._headings = [(other, name) for other, name in self._headings if other < level]
        self._headings.append((level, text))
        self._open(tuple(name for _, name in self._headings))

    def end_headings(self) -> None:
        """Leave all sections; what follows stands under no heading."""
        self._headings = []
        self._open(())

    def paragraph(self, text: str, *, pages: tuple[int, ...] = (), notes: tuple[NoteReference, ...] = ()) -> int:
        """Add a body paragraph and give its number."""
        return self._add(Paragraph(self._count + 1, text, pages, notes))

    def list_item(
        self, label: str, text: str, *, pages: tuple[int, ...] = (), notes: tuple[NoteReference, ...] = ()
    ) -> int:
        """Add a list item as a paragraph of its own, so that it can be cited, and give its number.

        A number or letter is part of the text ("2. ..."); a bullet is typography and left off. `notes` count in
        `text`, without the label.
        """
        if not any(character.isalnum() for character in label):
            return self.paragraph(text, pages=pages, notes=notes)
        start = len(label) + 1
        moved = tuple(replace(note, position=note.position + start) for note in notes)
        return self.paragraph(f"{label} {text}", pages=pages, notes=moved)

    def table(self, rows: Sequence[Sequence[str | Cell]], *, has_header: bool, pages: tuple[int, ...] = ()) -> None:
        """Add each row of a table as a paragraph that can be read on its own; rows without text are left out.

        Under a header row each cell follows its column's name: `Jaar: 2019 | Aantal: 4.000`. Notes of the header
        go to the first row below it, where nobody sees them twice.
        """
        cells = [[Cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
        header = cells[0] if has_header and len(cells) > 1 else []
        pending = [note.mark for cell in header for note in cell.notes]
        for row in cells[1:] if header else cells:
            text, notes = _row(row, [cell.text for cell in header])
            if text:
                above = tuple(NoteReference(mark, 0) for mark in pending)
                self.paragraph(text, pages=pages, notes=above + notes)
                pending = []

    def signature(self, text: str, *, pages: tuple[int, ...] = (), notes: tuple[NoteReference, ...] = ()) -> int:
        """Add the signature block, which stands under no heading, and give its number."""
        self.end_headings()
        return self._add(Paragraph(self._count + 1, text, pages, notes, is_signature=True))

    def footnote(self, mark: str, text: str, *, pages: tuple[int, ...] = ()) -> None:
        """Add a footnote; `finish` finds the paragraph that carries its mark."""
        self._footnotes.setdefault(mark, Footnote(mark, text, 0, pages))

    def finish(self, identity: Identity) -> Document:
        """Make the document. A footnote whose mark no paragraph carries goes to the last paragraph before it.

        "Before" means on its page or an earlier one; without pages, the last paragraph of all.
        """
        sections = tuple(Section(path, tuple(paragraphs)) for path, paragraphs in self._sections if paragraphs)
        document = Document(identity, sections)
        for signature in (p.text for p in document.paragraphs if p.is_signature):
            document = replace(document, identity=sign(document.identity, signature))
        paragraphs = document.paragraphs
        carriers: dict[str, int] = {}
        for paragraph in paragraphs:
            for note in paragraph.notes:
                carriers.setdefault(note.mark, paragraph.number)
        footnotes = tuple(
            replace(footnote, paragraph=carriers.get(footnote.mark) or _last_before(paragraphs, footnote))
            for footnote in self._footnotes.values()
            if paragraphs
        )
        return replace(document, footnotes=footnotes)

    def _open(self, path: tuple[str, ...]) -> None:
        self._sections.append((path, []))

    def _add(self, paragraph: Paragraph) -> int:
        paragraph = replace(paragraph, notes=self._waiting_notes + paragraph.notes)
        self._waiting_notes = ()
        self._count = paragraph.number
        self._sections[-1][1].append(paragraph)
        return paragraph.number


def _row(row: Sequence[Cell], header: Sequence[str]) -> tuple[str, tuple[NoteReference, ...]]:
    text = ""
    notes: list[NoteReference] = []
    for column, cell in enumerate(row):
        if cell.text:
            name = f"{header[column]}: " if column < len(header) and header[column] else ""
            text += (" | " if text else "") + name
            notes += [replace(note, position=note.position + len(text)) for note in cell.notes]
            text += cell.text
    return text, tuple(notes)


def _last_before(paragraphs: Sequence[Paragraph], footnote: Footnote) -> int:
    last = paragraphs[-1].number
    if not footnote.pages:
        return last
    before = [p.number for p in paragraphs if p.pages and p.pages[0] <= footnote.pages[-1]]
    return before[-1] if before else last
