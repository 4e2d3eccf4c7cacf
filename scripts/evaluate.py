"""Measure how well questions with known answers are answered: R@1, R@3 and RR@10, per kind and over all.

QUESTIONS.jsonl holds one question a line: {"id", "kind", "question", "history": [...], "gold": [...]}. Gold are
paragraph numbers (7), footnotes ("fn3") or addresses ("kst-27925-681#al-7"); [] when nothing answers.
"""

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, R
from pydantic import BaseModel, ConfigDict, ValidationError
from terminal import EXIT_BAD_INPUT, failing_in_one_sentence, load_encoder_visibly, say

from corpus.citation import split_address
from corpus.document import Document
from index.search import Answer, Searcher
from index.snapshot import SnapshotFolder
from service.config import Config

_MEASURES = (R @ 1, R @ 3, RR @ 10)
_DEPTH = 10
_BATCH = 32


class Question(BaseModel):
    """A question with the places that answer it, best first; none when nothing does."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    gold: tuple[int | str, ...]
    kind: str = "all kinds"
    history: tuple[str, ...] = ()


class BadQuestions(Exception):
    """Read by whoever runs the evaluation: which line of the file is wrong, and how."""


def main() -> int:
    """Print a table of measures, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    parser.add_argument("--document", help="the document that bare paragraph numbers are of")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    given = parser.parse_args()
    with failing_in_one_sentence():
        config = Config.from_env()
        folder = SnapshotFolder(config.data)
        snapshot = folder.open(folder.current_version())
        try:
            questions = read_questions(given.questions)
            gold = {q.id: _addresses(q, snapshot.documents, given.document) for q in questions}
        except BadQuestions as error:
            say(str(error))
            return EXIT_BAD_INPUT
        searcher = Searcher(snapshot, load_encoder_visibly(config.model))
        answers = ask_all(searcher, questions)
        table = measure(questions, gold, answers)
        print(json.dumps(table, indent=2) if given.json else _as_text(table, snapshot.manifest.version))
        return 0
    return 1


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


def ask_all(searcher: Searcher, questions: list[Question]) -> dict[str, Answer]:
    """Answers by question id."""
    answers: dict[str, Answer] = {}
    for start in range(0, len(questions), _BATCH):
        batch = questions[start : start + _BATCH]
        found = searcher.ask_all([(q.question, q.history) for q in batch], _DEPTH)
        answers |= {q.id: answer for q, answer in zip(batch, found, strict=True)}
    return answers


def measure(
    questions: list[Question], gold: dict[str, set[str]], answers: dict[str, Answer]
) -> dict[str, dict[str, Any]]:
    """Measures by kind and for "all": over the answerable questions, each question counting once.

    "said answered" is the share that the service calls answered; it should be high where there is gold and low
    where there is none.
    """
    kinds: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        kinds[question.kind].append(question)
        kinds["all answerable" if question.gold else "all unanswerable"].append(question)
    table: dict[str, dict[str, Any]] = {}
    for kind, asked in kinds.items():
        row: dict[str, Any] = {"questions": len(asked)}
        answerable = [question for question in asked if question.gold]
        if answerable:
            qrels = [ir_measures.Qrel(q.id, address, 1) for q in answerable for address in gold[q.id]]
            run = [
                ir_measures.ScoredDoc(q.id, hit.place.address, hit.score)
                for q in answerable
                for hit in answers[q.id].hits
            ]
            found = ir_measures.calc_aggregate(_MEASURES, qrels, run)
            row |= {str(name): round(found[name], 4) for name in _MEASURES}
        row["said answered"] = round(sum(answers[q.id].answered for q in asked) / len(asked), 4)
        table[kind] = row
    return table


def _addresses(question: Question, documents: dict[str, Document], default: str | None) -> set[str]:
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


def _bare_address(gold: int | str, documents: dict[str, Document], default: str | None) -> str:
    if default is None and len(documents) != 1:
        raise ValueError(f"the index holds {len(documents)} documents; name one with --document")
    document_id = default or next(iter(documents))
    return f"{document_id}#noot-{gold[2:]}" if isinstance(gold, str) else f"{document_id}#al-{gold}"


def _as_text(table: dict[str, dict[str, Any]], version: str) -> str:
    columns = ["questions", *(str(name) for name in _MEASURES), "said answered"]
    width = max(len(kind) for kind in table)
    lines = [f"index {version}", f"{'':{width}}  " + "  ".join(f"{column:>13}" for column in columns)]
    for kind, row in sorted(table.items(), key=lambda entry: (entry[0].startswith("all "), entry[0])):
        cells = [row.get(column, "") for column in columns]
        shown = [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells]
        lines.append(f"{kind:{width}}  " + "  ".join(f"{cell:>13}" for cell in shown))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
