"""What a list tells of a document: all but its text, so that a list need not read it."""

from dataclasses import dataclass

from corpus.document import Document, Format, Identity, Quality
from corpus.kind import Kind, kind_of


@dataclass(frozen=True, slots=True)
class Summary:
    """A document without its text; `paragraphs` counts them. The rest is as `Document` has it."""

    identity: Identity
    kind: Kind | None
    paragraphs: int
    format: Format
    quality: Quality
    twins: tuple[str, ...]
    source_sha256: str

    @property
    def id(self) -> str:
        """The document's id, unique in a corpus."""
        return self.identity.id


def summary_of(document: Document) -> Summary:
    """The summary of a document."""
    return Summary(
        identity=document.identity,
        kind=kind_of(document),
        paragraphs=len(document.paragraphs),
        format=document.format,
        quality=document.quality,
        twins=document.twins,
        source_sha256=document.source_sha256,
    )
