"""Quotations held against their sources: whether each still stands there, word for word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.citation import Place, citation
from corpus.confined import ConfinedReader
from corpus.document import Document
from corpus.errors import DocumentError
from corpus.library import Library, SourceFile


@dataclass(frozen=True, slots=True)
class Quotation:
    """The whole text of a place, its citation, and the SHA-256 of the file that it was read from."""

    place: Place
    text: str
    citation: str
    sha256: str


def differences_from_sources(library: Library, quotations: Sequence[Quotation]) -> list[str]:
    """What no longer stands as it was quoted, a sentence each, in order of the quotations; empty when all do.

    Each file is read anew, by its contents: neither its name nor an index is trusted.
    """
    by_contents = {source.sha256: source for source in library.sources()}
    found: list[str] = []
    with ConfinedReader() as reader:
        documents: dict[str, Document | str] = {}
        for quotation in quotations:
            if quotation.sha256 not in documents:
                documents[quotation.sha256] = _read(reader, by_contents.get(quotation.sha256), quotation)
            document = documents[quotation.sha256]
            found += [document] if isinstance(document, str) else _differences(document, quotation)
    return list(dict.fromkeys(found))


def _read(reader: ConfinedReader, source: SourceFile | None, quotation: Quotation) -> Document | str:
    """The document, or why there is none."""
    document_id = quotation.place.document_id
    if source is None:
        return f"{document_id}: no file here has the contents that were quoted; it was changed or removed"
    try:
        return reader.read(source.path, source.companion.path if source.companion else None, name=source.name)
    except DocumentError as error:
        return f"{document_id}: {error}"
    except OSError as error:
        return f"{document_id}: {source.name} cannot be opened ({error.strerror})"


def _differences(document: Document, quotation: Quotation) -> Iterable[str]:
    place = quotation.place
    if document.id != place.document_id:
        yield f"{place.address}: the file is {document.id} now"
        return
    try:
        cited = document.paragraph(place.paragraph) if place.footnote is None else document.footnote(place.footnote)
    except KeyError:
        yield f"{place.address}: there is no such paragraph or footnote"
        return
    if cited.text != quotation.text:
        yield f"{place.address}: the text is not what was quoted"
    if citation(document, place) != quotation.citation:
        yield f"{place.address}: its citation is {citation(document, place)} now"
