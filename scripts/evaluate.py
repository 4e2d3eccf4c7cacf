"""Measure how well questions with known answers are answered, and how honest "not answered here" is.

QUESTIONS.jsonl holds one question a line: {"id", "kind", "question", "history": [...], "gold": [...], "evidence"}.
Gold are paragraph numbers (7), footnotes ("fn3") or addresses ("kst-27925-681#al-7"); [] when nothing answers.
With --qrels, QUESTIONS holds `id<TAB>question` lines and the qrels name addresses.

Beside the product stand, on the same index, plain dense retrieval (the cosine of whole paragraphs) and BM25.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
from ir_measures import RR, R, nDCG
from measures import auroc, expected_calibration_error, interval, risk_coverage, risk_coverage_picture
from question_files import BadQuestions, Question, addresses_of, as_trec_run, read_questions, read_trec
from terminal import EXIT_BAD_INPUT, failing_in_one_sentence, load_encoder_visibly, say

from index.encoder import Encoder
from index.passages import Grain
from index.search import Answer, Searcher
from index.snapshot import SnapshotFolder
from index.snapshot_contents import Snapshot
from service.config import Config

_MEASURES = (nDCG @ 10, R @ 1, R @ 3, R @ 10, RR @ 10)
_SHOWN = ("questions", "nDCG@10", "R@1", "R@3", "R@10", "RR@10", "dense R@1", "BM25 R@1", "said answered", "highlight")
_DEPTH = 10
# Ranked addresses with scores, by question id.
Run = dict[str, list[tuple[str, float]]]
Table = dict[str, dict[str, Any]]


def main() -> int:
    """Print a table of measures, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path, metavar="QUESTIONS")
    parser.add_argument("--qrels", type=Path, help="TREC qrels; QUESTIONS then are TREC queries")
    parser.add_argument("--document", help="the document that bare paragraph numbers are of")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--run", type=Path, metavar="FILE", help="write the ranking as a TREC run, for other tools")
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="draw the risk-coverage curve")
    given = parser.parse_args()
    with failing_in_one_sentence():
        config = Config.from_env()
        folder = SnapshotFolder(config.data)
        snapshot = folder.open(folder.current_version())
        try:
            questions = read_trec(given.questions, given.qrels) if given.qrels else read_questions(given.questions)
            gold = {q.id: addresses_of(q, snapshot.documents, given.document) for q in questions}
        except BadQuestions as error:
            say(str(error))
            return EXIT_BAD_INPUT
        encoder = load_encoder_visibly(config.model)
        answers, milliseconds = ask_all(Searcher(snapshot, encoder), questions)
        runs = {"": run_of(answers), **baselines(snapshot, encoder, [(q.id, answers[q.id]) for q in questions])}
        table = measure(questions, gold, runs, answers, snapshot)
        honesty = measure_honesty(questions, gold, answers) | {"ms per question": round(milliseconds, 1)}
        if given.run:
            given.run.write_text(as_trec_run(runs[""]), "utf-8")
        if given.picture:
            points = [(point["coverage"], point["risk"]) for point in honesty["risk-coverage"]]
            given.picture.write_text(risk_coverage_picture(points), "utf-8")
        if given.json:
            print(json.dumps({**table, "honesty": honesty}, indent=2))
        else:
            print(_as_text(table, honesty, snapshot.manifest.version))
        return 0
    return 1


def ask_all(searcher: Searcher, questions: Sequence[Question]) -> tuple[dict[str, Answer], float]:
    """Answers by question id, each asked alone as a person would, and the mean time in milliseconds."""
    started = time.perf_counter()
    answers = {q.id: searcher.ask(q.question, q.history, _DEPTH) for q in questions}
    return answers, 1000 * (time.perf_counter() - started) / len(questions)


def run_of(answers: dict[str, Answer]) -> Run:
    """The product's own ranking."""
    return {key: [(hit.place.address, hit.score) for hit in answer.hits] for key, answer in answers.items()}


def baselines(snapshot: Snapshot, encoder: Encoder, asked: Sequence[tuple[str, Answer]]) -> dict[str, Run]:
    """Plain dense retrieval and BM25, for the questions as they were understood."""
    whole = np.flatnonzero(snapshot.passages.grains & Grain.PARAGRAPH)
    addresses = [snapshot.passages[row].place.address for row in whole.tolist()]
    vectors = snapshot.dense.vectors()[whole]
    dense: Run = {}
    words: Run = {}
    for key, answer in asked:
        cosines = vectors @ encoder.encode_questions([answer.understood_as])[0]
        # A long paragraph is embedded in parts; it counts by its best.
        best: dict[str, float] = {}
        for address, cosine in zip(addresses, cosines.tolist(), strict=True):
            best[address] = max(cosine, best.get(address, -1.0))
        dense[key] = sorted(best.items(), key=lambda entry: -entry[1])[:_DEPTH]
        scores = snapshot.lexical.bm25(snapshot.lexical.understand(answer.understood_as))
        found = [
            (place.address, float(score))
            for place, score in zip(snapshot.passages.places, scores, strict=True)
            if score > 0
        ]
        words[key] = sorted(found, key=lambda entry: -entry[1])[:_DEPTH]
    return {"dense ": dense, "BM25 ": words}


def measure(
    questions: Sequence[Question],
    gold: dict[str, set[str]],
    runs: dict[str, Run],
    answers: dict[str, Answer],
    snapshot: Snapshot,
) -> Table:
    """Measures by kind and for "all": over the answerable questions, each question counting once.

    "said answered" is the share that the service calls answered; it should be high where there is gold and low
    where there is none. "interval" holds the 95% intervals of the product's measures. "highlight" is the share of
    the right paragraphs found whose highlight overlaps the evidence.
    """
    kinds: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        kinds[question.kind].append(question)
        kinds["all answerable" if question.gold else "all unanswerable"].append(question)
    table: Table = {}
    for kind, asked in kinds.items():
        row: dict[str, Any] = {"questions": len(asked)}
        answerable = [question for question in asked if question.gold]
        if answerable:
            for name, run in runs.items():
                values = _by_measure(answerable, gold, run)
                row |= {f"{name}{key}": round(sum(found) / len(found), 4) for key, found in values.items()}
                if not name:
                    row["interval"] = {key: [round(end, 4) for end in interval(found)] for key, found in values.items()}
        row["said answered"] = round(sum(answers[q.id].answered for q in asked) / len(asked), 4)
        overlaps = [found for q in answerable if (found := _overlaps(q, gold, answers[q.id], snapshot)) is not None]
        if overlaps:
            row["highlight"] = round(sum(overlaps) / len(overlaps), 4)
        table[kind] = row
    return table


def measure_honesty(
    questions: Sequence[Question], gold: dict[str, set[str]], answers: dict[str, Answer]
) -> dict[str, Any]:
    """How well the confidence tells questions with an answer from those without, by the kind of the latter."""
    yes = [answers[q.id].confidence for q in questions if q.gold]
    without: dict[str, list[float]] = defaultdict(list)
    for question in questions:
        if not question.gold:
            without[question.kind].append(answers[question.id].confidence)
    confidences = [answers[q.id].confidence for q in questions]
    # An answer is right when its first place is one that answers.
    right = [bool(answers[q.id].hits) and answers[q.id].hits[0].place.address in gold[q.id] for q in questions]
    curve = risk_coverage(confidences, right)
    error = expected_calibration_error(confidences, [bool(q.gold) for q in questions])
    return {
        "AUROC": {kind: round(auroc(yes, no), 4) for kind, no in without.items()},
        "expected calibration error": round(error, 4),
        "risk-coverage": [{"coverage": round(coverage, 4), "risk": round(risk, 4)} for coverage, risk in curve],
    }


def _by_measure(questions: Sequence[Question], gold: dict[str, set[str]], run: Run) -> dict[str, list[float]]:
    """Each question's value, by measure, in one order; a question without hits counts 0."""
    qrels = [ir_measures.Qrel(q.id, address, 1) for q in questions for address in gold[q.id]]
    scored = [ir_measures.ScoredDoc(q.id, address, score) for q in questions for address, score in run[q.id]]
    values: dict[str, dict[str, float]] = {
        str(measure): dict.fromkeys((q.id for q in questions), 0.0) for measure in _MEASURES
    }
    for metric in ir_measures.iter_calc(_MEASURES, qrels, scored):
        values[str(metric.measure)][metric.query_id] = metric.value
    return {name: list(found.values()) for name, found in values.items()}


def _overlaps(question: Question, gold: dict[str, set[str]], answer: Answer, snapshot: Snapshot) -> bool | None:
    """Whether the highlight overlaps the evidence; None when there is no evidence or its paragraph was not found."""
    for hit in answer.hits:
        document = snapshot.documents[hit.place.document_id]
        mark = hit.place.footnote
        text = document.footnote(mark).text if mark else document.paragraph(hit.place.paragraph).text
        start = text.find(question.evidence) if question.evidence else -1
        if hit.place.address in gold[question.id] and start >= 0:
            end = start + len(question.evidence)
            return any(span.start < end and start < span.end for span in hit.highlights)
    return None


def _as_text(table: Table, honesty: dict[str, Any], version: str) -> str:
    width = max(len(kind) for kind in table)
    lines = [f"index {version}", f"{'':{width}}  " + "  ".join(f"{column:>13}" for column in _SHOWN)]
    for kind, row in sorted(table.items(), key=lambda entry: (entry[0].startswith("all "), entry[0])):
        cells = [row.get(column, "") for column in _SHOWN]
        shown = [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells]
        lines.append(f"{kind:{width}}  " + "  ".join(f"{cell:>13}" for cell in shown))
    intervals = table.get("all answerable", {}).get("interval", {})
    lines += [f"{name}, 95% of resamples: {low:.2f} to {high:.2f}" for name, (low, high) in intervals.items()]
    lines += [f"AUROC of answered against {kind}: {value:.3f}" for kind, value in honesty["AUROC"].items()]
    lines.append(f"expected calibration error: {honesty['expected calibration error']:.3f}")
    for share in (0.5, 0.8, 1.0):
        point = next(p for p in honesty["risk-coverage"] if p["coverage"] >= share)
        lines.append(f"answering the surest {share:.0%}: {point['risk']:.1%} with a wrong first paragraph")
    lines.append(f"{honesty['ms per question']} ms per question")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
