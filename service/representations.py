"""Answers and documents as JSON values: what the API sends, `ask.py --json` prints and the pages show."""

from typing import Any

from corpus.citation import Place, citation, official_url
from corpus.document import Document, Footnote, Paragraph
from corpus.summary import Summary, summary_of
from index.build_record import BuildRecord
from index.coverage import Searched
from index.engine import Opened
from index.manifest import Manifest
from index.ranking import Hit
from index.search import Answer

Json = dict[str, Any]


def answer_json(answer: Answer, snapshot: Opened) -> Json:
    """An answer with its passages, as design.md's contract has it."""
    return {
        "question": answer.question,
        "understoodAs": answer.understood_as,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "unknownReference": answer.unknown_reference,
        "passages": [_hit_json(hit, snapshot) for hit in answer.hits],
        "index": index_json(snapshot.manifest),
        "searched": _searched_json(answer.searched, snapshot.manifest),
    }


def _searched_json(searched: Searched, manifest: Manifest) -> Json:
    return {
        "documents": searched.documents,
        "paragraphs": searched.paragraphs,
        "from": searched.since.isoformat() if searched.since else None,
        "to": searched.until.isoformat() if searched.until else None,
        "skipped": len(manifest.skipped),
        "index": manifest.version,
    }


def index_json(manifest: Manifest) -> Json:
    """What was searched."""
    return {
        "version": manifest.version,
        "documents": manifest.documents,
        "paragraphs": manifest.paragraphs,
        "builtAt": manifest.built_at,
    }


def index_details_json(manifest: Manifest) -> Json:
    """What was searched, how it was made, and what was left out of it."""
    return {
        **index_json(manifest),
        "passages": manifest.passages,
        "model": manifest.recipe.model,
        "splitter": manifest.recipe.splitter,
        "skipped": [{"file": source.name, "reason": source.reason} for source in manifest.skipped],
    }


def build_json(record: BuildRecord) -> Json:
    """A build, running or ended."""
    return {
        "id": record.id,
        "status": record.status,
        "phase": record.phase,
        "done": record.done,
        "total": record.total,
        "startedAt": record.started_at,
        "endedAt": record.ended_at,
        "skipped": [{"file": skipped.file, "reason": skipped.reason} for skipped in record.skipped],
        "error": record.error,
        "index": record.snapshot,
        "documents": record.documents,
        "paragraphs": record.paragraphs,
    }


def document_summary_json(document: Summary) -> Json:
    """A document without its text."""
    identity = document.identity
    dossiers = [{"number": dossier.number, "title": dossier.title} for dossier in identity.dossiers]
    return {
        "id": document.id,
        "title": identity.title,
        "date": identity.date.isoformat() if identity.date else None,
        "chamber": identity.chamber,
        "sessionYear": identity.session_year,
        "number": identity.number,
        "dossier": dossiers[0] if dossiers else None,
        "dossiers": dossiers,
        "sender": identity.sender,
        "kind": document.kind,
        "signatories": list(identity.signatories),
        "officialUrl": official_url(identity),
        "url": f"/documents/{document.id}",
        "format": document.format,
        "twins": list(document.twins),
        "quality": {"score": document.quality.score, "reasons": list(document.quality.reasons)},
        "paragraphCount": document.paragraphs,
        "sha256": document.source_sha256,
    }


def document_json(document: Document) -> Json:
    """A document with its paragraphs and footnotes."""
    summary = document_summary_json(summary_of(document))
    return {
        **summary,
        "paragraphs": [_paragraph_json(document, paragraph) for paragraph in document.paragraphs],
        "footnotes": [_footnote_json(footnote) | {"paragraph": footnote.paragraph} for footnote in document.footnotes],
    }


def paragraph_json(document: Document, number: int, version: str) -> Json:
    """One paragraph of an index with its vindplaats, footnotes and neighbours; KeyError when there is none such."""
    return _paragraph_json(document, document.paragraph(number)) | quotation_json(
        document, Place(document.id, number), version
    )


def _paragraph_json(document: Document, paragraph: Paragraph) -> Json:
    return {
        "number": paragraph.number,
        "text": paragraph.text,
        "sections": list(document.section_of(paragraph.number).headings),
        "pages": list(paragraph.pages),
        "footnotes": [footnote.mark for footnote in document.footnotes_of(paragraph.number)],
        "isSignature": paragraph.is_signature,
    }


def quotation_json(document: Document, place: Place, version: str) -> Json:
    """What is quoted of a place in an index: its whole text, vindplaats, footnotes and neighbours.

    KeyError when the document has no such place.
    """
    cited: Paragraph | Footnote = (
        document.paragraph(place.paragraph) if place.footnote is None else document.footnote(place.footnote)
    )
    return {
        "text": cited.text,
        "source": _source_json(document, place, version),
        "footnotes": [_footnote_json(footnote) for footnote in document.footnotes_of(place.paragraph)],
        "before": _neighbour(document, place.paragraph - 1),
        "after": _neighbour(document, place.paragraph + 1),
    }


def _hit_json(hit: Hit, snapshot: Opened) -> Json:
    document = snapshot.documents[hit.place.document_id]
    quoted = quotation_json(document, hit.place, snapshot.manifest.version)
    return {
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "text": quoted.pop("text"),
        "highlights": [{"start": span.start, "end": span.end} for span in hit.highlights],
        **quoted,
    }


def _source_json(document: Document, place: Place, version: str) -> Json:
    cited: Paragraph | Footnote = (
        document.paragraph(place.paragraph) if place.footnote is None else document.footnote(place.footnote)
    )
    identity = document.identity
    return {
        "documentId": document.id,
        "title": identity.title,
        "date": identity.date.isoformat() if identity.date else None,
        "sections": list(document.section_of(place.paragraph).headings),
        "paragraph": place.paragraph,
        "footnote": place.footnote,
        "pages": list(cited.pages),
        "address": place.address,
        "citation": citation(document, place),
        "url": f"/documents/{document.id}#{place.fragment}",
        "officialUrl": official_url(identity),
        "sha256": document.source_sha256,
        "indexVersion": version,
    }


def _footnote_json(footnote: Footnote) -> Json:
    return {"mark": footnote.mark, "text": footnote.text}


def _neighbour(document: Document, number: int) -> str | None:
    return document.paragraph(number).text if 1 <= number <= len(document.paragraphs) else None
