"""The document as every reader makes it and everything else uses it: frozen values."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args


@dataclass(frozen=True, slots=True)
class NoteReference:
    """The place of a note mark: `position` characters into its paragraph's text, where the mark was taken off."""

    mark: str
    position: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The unit that is cited.

    `number` counts from 1 over the whole document. `pages` are in reading order, empty when the format has none.
    """

    number: int
    text: str
    pages: tuple[int, ...] = ()
    notes: tuple[NoteReference, ...] = ()
    is_signature: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Paragraphs under one heading; `headings` is the path to it, outermost first, empty before any heading."""

    headings: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote; `paragraph` is the number of the paragraph that carries its mark."""

    mark: str
    text: str
    paragraph: int
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """A parliamentary file: `number` without spaces, its addition included (`36600-VII`)."""

    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What a document is, apart from its text.

    `chamber` is "I" or "II", `session_year` in the short form of citations ("2019/20"), `number` the document's
    number within its dossier. All are None for a document that is no Kamerstuk.
    """

    id: str
    title: str
    date: datetime.date | None = None
    chamber: Literal["I", "II"] | None = None
    session_year: str | None = None
    number: str | None = None
    dossiers: tuple[Dossier, ...] = ()
    sender: str | None = None
    signatories: tuple[str, ...] = ()

    @property
    def is_kamerstuk(self) -> bool:
        """Whether it can be cited in the form of a Kamerstuk."""
        return bool(self.chamber and self.session_year and self.number and self.dossiers)


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the text came out of its file: `score` from 0.0 to 1.0 (nothing wrong), and why it is not higher."""

    score: float
    reasons: tuple[str, ...] = ()


# Raised whenever a reader changes what it makes of some file, or `corpus.kind` the kind that it finds: what was read
# before is then read again.
READERS = "1"

# From the source that loses least to the one that loses most: of two files of one document the earlier is read.
Format = Literal["xml", "html", "docx", "odt", "rtf", "markdown", "pdf", "text"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True)
class Document:
    """One source file, read: its identity, its sections in reading order, its footnotes in order of their marks.

    `twins` names the files of the same document in lesser formats, which were left unread.
    """

    identity: Identity
    sections: tuple[Section, ...]
    footnotes: tuple[Footnote, ...] = ()
    format: Format = "text"
    source_name: str = ""
    source_sha256: str = ""
    metadata_sha256: str = ""
    quality: Quality = Quality(1.0)
    twins: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The document's id, unique in a corpus."""
        return self.identity.id

    # Kept once found: a law has tens of thousands of paragraphs, and each hit asks for some.
    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All paragraphs, numbered 1, 2, 3 ... in reading order."""
        return tuple(paragraph for section in self.sections for paragraph in section.paragraphs)

    def paragraph(self, number: int) -> Paragraph:
        """The paragraph with this number; KeyError when the document has none."""
        return self._paragraph_by_number[number]

    @cached_property
    def _paragraph_by_number(self) -> dict[int, Paragraph]:
        return {paragraph.number: paragraph for paragraph in self.paragraphs}

    def section_of(self, number: int) -> Section:
        """The section that holds the paragraph with this number; KeyError when there is none."""
        return self._section_by_number[number]

    @cached_property
    def _section_by_number(self) -> dict[int, Section]:
        return {paragraph.number: section for section in self.sections for paragraph in section.paragraphs}

    def footnote(self, mark: str) -> Footnote:
        """The footnote with this mark; KeyError when the document has none."""
        for footnote in self.footnotes:
            if footnote.mark == mark:
                return footnote
        raise KeyError(mark)

    def footnotes_of(self, number: int) -> Sequence[Footnote]:
        """The footnotes of the paragraph with this number, in order of their marks."""
        return self._footnotes_by_number.get(number, ())

    @cached_property
    def _footnotes_by_number(self) -> dict[int, list[Footnote]]:
        found: dict[int, list[Footnote]] = {}
        for footnote in self.footnotes:
            found.setdefault(footnote.paragraph, []).append(footnote)
        return found
