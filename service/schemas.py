"""What the API sends, as models: the description is made from them, and a test holds every answer against them."""

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from index.build_record import Phase, Status

Count = Annotated[int, Field(ge=0)]
Number = Annotated[int, Field(ge=1)]
# Dutch rules for descriptions want the format beside the type, not in an alternative.
MaybeDate = Annotated[datetime.date | None, WithJsonSchema({"type": ["string", "null"], "format": "date"})]
Share = Annotated[float, Field(ge=0, le=1)]


class _Sent(BaseModel):
    # Made into a description when that is asked for; a start need not wait for it.
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, defer_build=True)


class Fault(_Sent):
    """One fault of a request; `pointer` is a JSON pointer to its place."""

    pointer: str
    detail: str


class Problem(_Sent):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    errors: list[Fault] = []


class Highlight(_Sent):
    """Characters of the text, in code points: `start` is included, `end` is not."""

    start: Count
    end: Count


class NoteText(_Sent):
    """A footnote with the mark that the text has."""

    mark: str
    text: str


class Source(_Sent):
    """The vindplaats of a passage. `sha256` is that of the document's file."""

    document_id: str
    title: str
    date: MaybeDate
    sections: list[str]
    paragraph: Number
    footnote: str | None
    pages: list[Number]
    address: str
    citation: str
    url: str
    official_url: str | None
    sha256: str
    index_version: str


class Passage(_Sent):
    """A paragraph or footnote, whole and word for word. Higher scores are better; a score is no probability."""

    rank: Number
    score: float
    text: str
    highlights: list[Highlight]
    source: Source
    footnotes: list[NoteText]
    before: str | None
    after: str | None


class Index(_Sent):
    """The index that answered."""

    version: str
    documents: Count
    paragraphs: Count
    built_at: datetime.datetime


class Searched(_Sent):
    """What was looked through, after narrowing. `skipped` counts files that no document could be read from."""

    documents: Count
    paragraphs: Count
    from_: MaybeDate = Field(alias="from")
    to: MaybeDate
    skipped: Count
    index: str


class Answer(_Sent):
    """Passages, best first. When `answered` is false they are the nearest misses."""

    question: str
    understood_as: str
    answered: bool
    confidence: Share
    unknown_reference: str | None
    passages: list[Passage]
    index: Index
    searched: Searched


class QuotedDocument(_Sent):
    """A document that is quoted: the SHA-256 of its file, and the file's name in the library."""

    id: str
    sha256: str
    file: str


class EvidencePack(_Sent):
    """An answer with what was asked, when, of which index, model and documents."""

    form: Literal["vindplaats-evidence/1"]
    made_at: datetime.datetime
    request: dict[str, Any]
    model: str
    model_fingerprint: str
    documents: list[QuotedDocument]
    answer: Answer


class SkippedFile(_Sent):
    """A file that gave no document."""

    file: str
    reason: str


class IndexDetails(Index):
    """What is searched, how it was made and what was left out."""

    passages: Count
    model: str
    splitter: str
    skipped: list[SkippedFile]


class Build(_Sent):
    """A build of the index: `done` of `total` in its phase; `index` is the version it made."""

    id: str
    status: Status
    phase: Phase
    done: Count
    total: Count
    started_at: datetime.datetime
    ended_at: datetime.datetime | None
    skipped: list[SkippedFile]
    error: str | None
    index: str | None
    documents: Count | None
    paragraphs: Count | None


class BuildList(_Sent):
    """The build that began last, if there was one."""

    builds: list[Build]


class Dossier(_Sent):
    """A parliamentary dossier."""

    number: str
    title: str


class Quality(_Sent):
    """How well a text came out of its file."""

    score: Share
    reasons: list[str]


class DocumentSummary(_Sent):
    """A document without its text."""

    id: str
    title: str
    date: MaybeDate
    chamber: Literal["I", "II"] | None
    session_year: str | None
    number: str | None
    dossier: Dossier | None
    dossiers: list[Dossier]
    sender: str | None
    kind: str | None
    signatories: list[str]
    official_url: str | None
    url: str
    format: str
    twins: list[str]
    quality: Quality
    paragraph_count: Count
    sha256: str


class AddedDocument(DocumentSummary):
    """A document that was added, and the build that takes it in."""

    build: Build


class Link(_Sent):
    """An address."""

    href: str


class PageLinks(_Sent):
    """The page itself, and those before and after it."""

    self: Link
    prev: Link | None = None
    next: Link | None = None


class DocumentList(_Sent):
    """A page of the documents, by id."""

    documents: list[DocumentSummary]
    page: Number
    page_size: Number
    total: Count
    links: PageLinks = Field(alias="_links")


class ParagraphText(_Sent):
    """A numbered paragraph; `footnotes` are the marks in it."""

    number: Number
    text: str
    sections: list[str]
    pages: list[Number]
    footnotes: list[str]
    is_signature: bool


class Footnote(NoteText):
    """A footnote and the paragraph that carries it."""

    paragraph: Number


class Document(DocumentSummary):
    """A document with its text."""

    paragraphs: list[ParagraphText]
    footnotes: list[Footnote]


class ParagraphInContext(_Sent):
    """A paragraph with its vindplaats, its footnotes and the paragraphs around it."""

    number: Number
    text: str
    sections: list[str]
    pages: list[Number]
    footnotes: list[NoteText]
    is_signature: bool
    source: Source
    before: str | None
    after: str | None


class Health(_Sent):
    """A probe's answer."""

    status: Literal["live", "ready"]
    index: str | None = None
