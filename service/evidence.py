"""Evidence packs: an answer with all that is needed to show later what was asked, of what, and what stood there."""

from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from corpus.citation import Place
from corpus.quotations import Quotation
from index.search import Answer
from index.snapshot_contents import Snapshot
from service import schemas
from service.representations import Json, answer_json
from service.requests import SearchRequest

FORM = "vindplaats-evidence/1"


class NoEvidence(Exception):
    """Read by whoever checks a pack: which file is none, and why."""


def evidence_pack(asked: SearchRequest, answer: Answer, snapshot: Snapshot) -> Json:
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


def quotations_of(path: Path) -> list[Quotation]:
    """The quotations of a pack's file; NoEvidence when it is no pack, OSError when it cannot be opened."""
    data = path.read_bytes()
    try:
        pack = schemas.EvidencePack.model_validate_json(data)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = "/".join(map(str, fault["loc"])) or "the file"
        raise NoEvidence(f"{path.name} is no evidence pack ({place}: {fault['msg']})") from error
    return [
        Quotation(
            Place(passage.source.document_id, passage.source.paragraph, passage.source.footnote),
            passage.text,
            passage.source.citation,
            passage.source.sha256,
        )
        for passage in pack.answer.passages
    ]
