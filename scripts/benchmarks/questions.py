"""Passages and questions with known answers, as peers are asked them."""

import json
from dataclasses import dataclass
from pathlib import Path

from question_files import BadQuestions, addresses_of, read_questions

from benchmarks.texts import LETTER
from corpus.citation import Place
from corpus.readers import read_document
from index.passages import texts_by_place

# Made for this, in the form of scripts/evaluate.py; none of them was used to choose a weight or a threshold.
LETTER_QUESTIONS = Path(__file__).resolve().parent / "letter_questions.jsonl"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the ids of the passages that answer it."""

    question: str
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class Collection:
    """Passages by id, each text once and on one line, and questions that some of them answer."""

    name: str
    passages: dict[str, str]
    asked: tuple[Asked, ...]


def read_collection(passages: Path | None, questions: Path | None, most: int | None = None) -> Collection:
    """The passages of a file ({"id", "text"} a line), else the letter's paragraphs and footnotes, with questions.

    Questions are left out that have no answer, that lean on a history (peers know none), or that a passage answers
    which is not among the first `most`. BadQuestions when none is left.
    """
    questions = questions or LETTER_QUESTIONS
    found = read_questions(questions)
    if passages is None:
        name = LETTER.stem
        document = read_document(LETTER)
        places: dict[Place, str] = {place: each.text for place, each in texts_by_place([document]).items()}
        texts = {place.address: text for place, text in places.items()}
        gold = {question.id: addresses_of(question, {document.id: document}, document.id) for question in found}
    else:
        name = passages.parent.name
        rows = [json.loads(line) for line in passages.read_text("utf-8").splitlines() if line.strip()]
        texts = {str(row["id"]): str(row["text"]) for row in rows}
        gold = {question.id: {str(key) for key in question.gold} for question in found}
    kept, first = _each_once(dict(list(texts.items())[:most]))
    asked = tuple(
        Asked(question.question, frozenset(first[key] for key in gold[question.id]))
        for question in found
        if gold[question.id] and not question.history and gold[question.id] <= first.keys()
    )
    if not asked:
        raise BadQuestions(f"no question of {questions} is answered by these passages and stands alone")
    return Collection(name, kept, asked)


def _each_once(texts: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Texts on one line by the first id that has them, and that id by every id."""
    ids: dict[str, str] = {}
    first = {key: ids.setdefault(" ".join(text.split()), key) for key, text in texts.items()}
    return {key: text for text, key in ids.items()}, first
