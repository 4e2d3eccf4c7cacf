"""Questions with known answers: as JSON lines, or as TREC queries with their qrels."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.citation import split_address
from corpus.document import Document


class Question(BaseModel):
    """A question with the places that answer it, best first; none when nothing does.

    `evidence` is a piece of the first place's text that holds the answer; empty when it is not known.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    gold: tuple[int | str, ...]
    kind: str = "all kinds"
    history: tuple[str, ...] = ()
    evidence: str = ""


class BadQuestions(Exception):
    """Read by whoever runs the evaluation: which line of the file is wrong, and how."""


def read_questions(path: Path) -> list[Question]:
    """Read a question file; BadQuestions names the first line that is none."""
    questions = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            questions.append(Question.model_validate_json(line))
        except ValidationError as error:
            fault = error.errors()[0]
            place = ".".join(str(part) for part in fault["loc"]) or "the line"
            raise BadQuestions(f"{path}, line {number}: {place}: {fault['msg']}") from error
    if not questions:
        raise BadQuestions(f"{path} holds no question; write one JSON object a line")
    return questions


def read_trec(queries: Path, qrels: Path) -> list[Question]:
    """Read `id<TAB>question` lines and TREC qrels, `id 0 address relevance`; BadQuestions names the first bad line."""
    gold: dict[str, list[str]] = {}
    for number, line in enumerate(qrels.read_text("utf-8").splitlines(), start=1):
        if line.strip():
            try:
                query_id, _, address, relevance = line.split()
                relevant = int(relevance) > 0
            except ValueError as error:
                raise BadQuestions(f"{qrels}, line {number}: write it as: id 0 address relevance") from error
            gold.setdefault(query_id, []).extend([address] if relevant else [])
    questions = []
    for number, line in enumerate(queries.read_text("utf-8").splitlines(), start=1):
        if line.strip():
            query_id, tab, question = line.partition("\t")
            if not tab:
                raise BadQuestions(f"{queries}, line {number}: write it as: id, a tab, question")
            questions.append(
                Question(id=query_id.strip(), question=question.strip(), gold=tuple(gold.get(query_id.strip(), ())))
            )
    if not questions:
        raise BadQuestions(f"{queries} holds no question; write one a line, its id before a tab")
    return questions


def as_trec_run(ranked: Mapping[str, Sequence[tuple[str, float]]], name: str = "vindplaats") -> str:
    """Ranked addresses with scores, by question id, as the lines of a TREC run: `id Q0 address rank score name`."""
    return "".join(
        f"{key} Q0 {address} {rank} {score:.6f} {name}\n"
        for key, places in ranked.items()
        for rank, (address, score) in enumerate(places, start=1)
    )


def addresses_of(question: Question, documents: Mapping[str, Document], default: str | None) -> set[str]:
    """Gold as addresses that exist; BadQuestions when one does not."""
    addresses = set()
    for gold in question.gold:
        try:
            address = gold if isinstance(gold, str) and "#" in gold else _bare_address(gold, documents, default)
            document_id, paragraph, footnote = split_address(address)
            document = documents[document_id]
            _ = document.footnote(footnote) if footnote else document.paragraph(paragraph or 0)
        except (ValueError, KeyError) as error:
            raise BadQuestions(f"question {question.id}: gold {gold!r} is no place in the index ({error})") from error
        addresses.add(address)
    return addresses


def _bare_address(gold: int | str, documents: Mapping[str, Document], default: str | None) -> str:
    if default is None and len(documents) != 1:
        raise ValueError(f"the index holds {len(documents)} documents; name one with --document")
    document_id = default or next(iter(documents))
    return f"{document_id}#noot-{gold[2:]}" if isinstance(gold, str) else f"{document_id}#al-{gold}"
