"""Where every reader puts what it finds, in reading order; the only place that numbers paragraphs."""

from collections.abc import Sequence
from dataclasses import replace

from corpus.document import Document, Footnote, Identity, NoteReference, Paragraph, Section
from corpus.identity import sign


class Outline:
    """A document being read: headings open sections, paragraphs go into the section that is open."""

    def __init__(self) -> None:
        self._headings: list[tuple[int, str]] = []
        self._sections: list[tuple[tuple[str, ...], list[Paragraph]]] = [((), [])]
        self._footnotes: dict[str, Footnote] = {}
        self._count = 0

    def heading(self, text: str, level: int = 1) -> None:
        """Open a section; it stands under the last heading of a lower level."""
        self._headings = [(other, name) for other, name in self._headings if other < level]
        self._headings.append((level, text))
        self._open(tuple(name for _, name in self._headings))

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

    def table(self, rows: Sequence[Sequence[str]], *, has_header: bool, pages: tuple[int, ...] = ()) -> None:
        """Add each row of a table as a paragraph that can be read on its own; rows without text are left out.

        Under a header row each cell follows its column's name: `Jaar: 2019 | Aantal: 4.000`.
        """
        header = rows[0] if has_header and len(rows) > 1 else ()
        for row in rows[1:] if header else rows:
            cells = [
                f"{header[column]}: {cell}" if column < len(header) and header[column] and cell else cell
                for column, cell in enumerate(row)
            ]
            if any(cells):
                self.paragraph(" | ".join(cell for cell in cells if cell), pages=pages)

    def signature(self, text: str, *, pages: tuple[int, ...] = (), notes: tuple[NoteReference, ...] = ()) -> int:
        """Add the signature block, which stands under no heading, and give its number."""
        self._open(())
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
        carriers = {note.mark: paragraph.number for paragraph in document.paragraphs for note in paragraph.notes}
        footnotes = tuple(
            replace(footnote, paragraph=carriers.get(footnote.mark) or _last_before(document, footnote))
            for footnote in self._footnotes.values()
            if document.paragraphs
        )
        return replace(document, footnotes=footnotes)

    def _open(self, path: tuple[str, ...]) -> None:
        self._sections.append((path, []))

    def _add(self, paragraph: Paragraph) -> int:
        self._count = paragraph.number
        self._sections[-1][1].append(paragraph)
        return paragraph.number


def _last_before(document: Document, footnote: Footnote) -> int:
    last = document.paragraphs[-1].number
    if not footnote.pages:
        return last
    before = [p.number for p in document.paragraphs if p.pages and p.pages[0] <= footnote.pages[-1]]
    return before[-1] if before else last
