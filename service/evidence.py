"""Evidence packs: an answer with what shows later what was asked, of which documents, and what stood there."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from corpus.citation import Place
from corpus.confined import ConfinedReader
from corpus.document import Document
from corpus.errors import DocumentError
from corpus.library import Library, SourceFile
from index.engine import Opened
from index.search import Answer
from service import schemas
from service.representations import Json, answer_json, quotation_json
from service.requests import SearchRequest

FORM = "vindplaats-evidence/1"


class NoEvidence(Exception):
    """Read by whoever checks a pack: which file is none, and why."""


def evidence_pack(asked: SearchRequest, answer: Answer, snapshot: Opened) -> Json:
    """The pack of an answer, made now; `documents` are those that its passages are of."""
    manifest = snapshot.manifest
    ids = dict.fromkeys(hit.place.document_id for hit in answer.hits)
    return {
        "form": FORM,
        "madeAt": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "request": asked.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
        | {"question": asked.question, "history": list(asked.history)},
        "model": manifest.recipe.model,
        "modelFingerprint": manifest.recipe.fingerprint,
        "documents": [
            {
                "id": document_id,
                "sha256": snapshot.documents[document_id].source_sha256,
                "file": snapshot.documents[document_id].source_name,
            }
            for document_id in ids
        ],
        "answer": answer_json(answer, snapshot),
    }


def read_pack(path: Path) -> schemas.EvidencePack:
    """The pack in a file; NoEvidence when it is none, OSError when it cannot be opened."""
    try:
        return schemas.EvidencePack.model_validate_json(path.read_bytes())
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = "/".join(map(str, fault["loc"])) or "the file"
        raise NoEvidence(f"{path.name} is no evidence pack ({place}: {fault['msg']})") from error


def differences_from_sources(pack: schemas.EvidencePack, library: Library) -> list[str]:
    """What does not stand in the sources as the pack quotes it, a sentence each, in its order; empty when all does.

    Each file is read anew, by its contents: neither its name nor an index is trusted. All of a passage that comes
    from the document is compared, the neighbours and footnotes that are shown with it included.
    """
    by_contents = {source.sha256: source for source in library.sources()}
    stated = {each.id: each.sha256 for each in pack.documents}
    documents: dict[str, Document | str] = {}
    found: list[str] = []
    with ConfinedReader() as reader:
        for passage in pack.answer.passages:
            source = passage.source
            if stated.get(source.document_id) != source.sha256:
                found.append(f"{source.document_id}: the pack states two checksums of it, or none")
            if source.sha256 not in documents:
                documents[source.sha256] = _read(reader, by_contents.get(source.sha256), source.document_id)
            document = documents[source.sha256]
            found += [document] if isinstance(document, str) else _differences(document, passage)
    return list(dict.fromkeys(found))


def _read(reader: ConfinedReader, source: SourceFile | None, document_id: str) -> Document | str:
    """The document, or why there is none."""
    if source is None:
        return f"{document_id}: no file here has the contents that were quoted; it was changed or removed"
    try:
        return reader.read(source.path, source.companion.path if source.companion else None, name=source.name)
    except DocumentError as error:
        return f"{document_id}: {error}"
    except OSError as error:
        return f"{document_id}: {source.name} cannot be opened ({error.strerror})"


def _differences(document: Document, passage: schemas.Passage) -> list[str]:
    source = passage.source
    place = Place(source.document_id, source.paragraph, source.footnote)
    # An id that comes from a file's name stays what it was under another name.
    document = (
        replace(document, identity=replace(document.identity, id=source.document_id))
        if (not document.identity.is_kamerstuk)
        else document
    )
    if document.id != place.document_id:
        return [f"{place.address}: the file is {document.id} now"]
    try:
        stands = quotation_json(document, place, source.index_version)
    except KeyError:
        return [f"{place.address}: there is no such paragraph or footnote"]
    quoted = passage.model_dump(mode="json", by_alias=True)
    parts = [part for part in ("text", "before", "after", "footnotes") if stands[part] != quoted[part]]
    parts += [part for part in stands["source"] if stands["source"][part] != quoted["source"][part]]
    if any(not span.start < span.end <= len(passage.text) for span in passage.highlights):
        parts.append("highlights")
    return [f"{place.address}: {part} is not what stands in the source" for part in parts]
