"""Learn the map of the vectors, the weights of the ranking and the probability of an answer; write index/learned.

PASSAGES.jsonl and QUESTIONS.jsonl as in shared/eval/train. Paragraphs are split into two halves; what is learned on
one is measured on the other, so that the figures printed are of questions not learned from. Encoding 900 paragraphs
takes 5 to 10 minutes on 2 cores; --cache keeps the vectors.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from measures import auroc, expected_calibration_error
from numpy.typing import NDArray
from terminal import failing_in_one_sentence, say
from training import Collection, Half, View, encode_texts, fit_change, read_halves
from unanswered_questions import NONSENSE, OFF_TOPIC, SMALL_TALK

from index.adapter import change_vectors
from index.answerable import probability
from index.background import QUESTIONS
from index.encoder import load_plain_encoder
from index.learned import AnswerWeights, Learned, RankingWeights, Weights
from service.config import Config

_PARTS = ("whole", "window", "sentence", "bm25", "coverage")
_START = RankingWeights(whole=0.45, window=0.23, sentence=0.32, bm25=0.06, coverage=0.07)
_RIVALS = 60  # places that a gold place is compared with
_SIGNS = (
    "whole", "above background", "coverage", "rarest word", "English", "short", "short, covered", "words", "pair",
    "small talk", "no words",
)  # fmt: skip
# A user's collection is anything from one letter on: paragraphs in it, and how many such collections are made.
_SIZES = ((10_000, 1), (100, 2), (20, 20))
_MOST_ASKED = 500
# Vectors of length 1 hold small numbers; this brings them to the size that the penalties are meant for.
_SCALE = 20.0
# Of the questions asked, this share is taken to have an answer; kinds without one count differently.
_ANSWERED = 0.8
_KIND_WEIGHTS = {"near": 0.8, "off": 1.5, "chat": 3.0}


class Example(NamedTuple):
    """A question asked of a collection, and whether the collection answers it."""

    kind: str
    answered: bool
    signs: dict[str, float]


def main() -> int:
    """Learn, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("passages", type=Path, metavar="PASSAGES.jsonl")
    parser.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    parser.add_argument("--cache", type=Path, help="an .npz file that keeps the vectors between runs")
    parser.add_argument("--out", type=Path, default=Path("index/learned"))
    given = parser.parse_args()
    with failing_in_one_sentence():
        encoder = load_plain_encoder(Config.from_env().model)
        rng = random.Random(5)  # noqa: S311  reproducible, guards nothing
        halves = read_halves(given.passages, given.questions, rng)
        vectors = encode_texts(halves, encoder, given.cache)
        say("Learning the map ...")
        changes = [fit_change([half], vectors) for half in halves]
        # Each half is seen through the map that was learned on the other.
        views = [View(half, vectors, change) for half, change in zip(halves, reversed(changes), strict=True)]
        say("Learning the weights ...")
        # Odd and even: what is learned on the one half of these questions is measured on the other.
        unanswered = [SMALL_TALK[at::2] + NONSENSE[at::2] + OFF_TOPIC[at::2] for at in (0, 1)]
        pairs = [fit_pair([view], fit_ranking([view])) for view in views]
        talks = [fit_talk([views[at]], SMALL_TALK[at::2]) for at in (0, 1)]
        for at, measured in ((0, 1), (1, 0)):
            ranking = fit_ranking([views[at]])
            given_rest = _with(ranking, pairs[measured], talks[measured])
            answer = fit_answer(list(examples(views[at], halves[measured], unanswered[at], given_rest, rng)))
            learned = Learned(ranking, answer, pair=pairs[at], talk=talks[at])
            tell(views[measured], halves[at], unanswered[measured], learned, rng)
        ranking = fit_ranking(views)
        asked = [
            example
            for at, other in ((0, 1), (1, 0))
            for example in examples(
                views[at], halves[other], unanswered[at], _with(ranking, pairs[other], talks[other]), rng
            )
        ]
        weights = Weights(ranking=ranking, answer=fit_answer(asked))
        arrays = {
            "change": fit_change(halves, vectors),
            "pair": fit_pair(views, ranking),
            "talk": fit_talk(views, SMALL_TALK),
        }
        write(given.out / encoder.name.replace("/", "--"), weights, arrays)
        return 0
    return 1


def _with(ranking: RankingWeights, pair: NDArray[np.float32], talk: NDArray[np.float32]) -> Learned:
    return Learned(ranking, AnswerWeights(constant=0, weights={}), pair=pair, talk=talk)


def fit_ranking(views: Sequence[View]) -> RankingWeights:
    """Weights that give the gold place the highest share of a softmax over its rivals."""
    parts, gold = [], []
    for view in views:
        collection = Collection(view.half.rows, view, _START)
        for asked in view.half.asked:
            if not asked.answerable or asked.kind == "keywords":
                continue
            place = collection.places[asked.passage]
            ranked = collection.ask(asked.question)[1]
            rivals = [c for rank, c in enumerate(ranked) if rank < _RIVALS or c.place == place]
            at = [candidate.place for candidate in rivals].index(place) if place in {c.place for c in rivals} else None
            if at is not None:
                parts.append(torch.tensor([[getattr(candidate, part) for part in _PARTS] for candidate in rivals]))
                gold.append(at)
    spread = torch.cat([each - each.mean(dim=0) for each in parts]).std(dim=0)
    padded = torch.nn.utils.rnn.pad_sequence([each / spread for each in parts], batch_first=True)
    lengths = torch.tensor([len(each) for each in parts])
    absent = torch.arange(padded.shape[1])[None] >= lengths[:, None]
    weights = torch.zeros(len(_PARTS), requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        scores = (padded @ weights).masked_fill(absent, -1e9)
        found = torch.nn.functional.cross_entropy(scores, torch.tensor(gold)) + 0.01 * (weights**2).sum()
        found.backward()  # type: ignore[no-untyped-call]
        return found

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    found = weights.detach() / spread
    # Cosines count 1 together, so that a score stays near a cosine.
    found = found / found[:3].sum()
    return RankingWeights(**{part: round(weight, 4) for part, weight in zip(_PARTS, found.tolist(), strict=True)})


def fit_pair(views: Sequence[View], ranking: RankingWeights) -> NDArray[np.float32]:
    """Weights that tell an answer's best sentence from one on the same subject that does not answer."""
    rows, answered = [], []
    for view in views:
        collection = Collection(view.half.rows, view, ranking)
        for asked in view.half.asked:
            query, ranked = collection.ask(asked.question)
            if asked.kind != "keywords" and ranked[0].place == collection.places[asked.passage]:
                sentence = collection.dense.vectors(np.array([ranked[0].sentence_row]))[0]
                rows.append(np.concatenate([query, query * sentence, np.abs(query - sentence)]))
                answered.append(asked.answerable)
    _, weights = fit_logistic(_SCALE * np.array(rows), np.array(answered), np.ones(len(rows)), penalty=1 / 0.003)
    return np.asarray(_SCALE * weights, np.float32)


def fit_talk(views: Sequence[View], small_talk: Sequence[str]) -> NDArray[np.float32]:
    """Weights and constant that tell small talk from questions about something."""
    rows, is_talk = [], []
    for view in views:
        for questions, talk in (([asked.question for asked in view.half.asked], False), (small_talk, True)):
            known = np.array([view.vectors.questions[question] for question in questions])
            rows.append(change_vectors(known, view.change))
            is_talk += [talk] * len(known)
    outcomes = np.array(is_talk)
    counts = np.where(outcomes, (~outcomes).sum() / outcomes.sum(), 1.0)
    constant, weights = fit_logistic(_SCALE * np.concatenate(rows).astype(np.float64), outcomes, counts, penalty=30)
    return np.array([*(_SCALE * weights), constant], np.float32)


def examples(
    view: View, other: Half, unanswered: Sequence[str], learned: Learned, rng: random.Random
) -> Iterator[Example]:
    """Questions on a half, on the other half and on nothing, asked of collections of several sizes."""
    for size, count in _SIZES:
        rows = rng.sample(view.half.rows, len(view.half.rows))
        for start in range(0, min(len(rows), size * count), size):
            collection = Collection(rows[start : start + size], view, learned.ranking)
            own = [asked for asked in view.half.asked if asked.passage in collection.places]
            own = rng.sample(own, min(len(own), _MOST_ASKED))
            for asked in own:
                kind = asked.kind if asked.answerable else "near"
                yield Example(kind, asked.answerable, collection.signs(asked.question, learned))
            strange = [asked for asked in other.asked if asked.answerable]
            for asked in rng.sample(strange, max(12, len(own) // 5)):
                found = collection.signs(asked.question, learned)
                # Keywords of the other half may stand here as well.
                if asked.kind != "keywords" or found["coverage"] < 0.99:
                    yield Example("off", False, found)
            nothing = (*QUESTIONS, *unanswered)
            for question in rng.sample(nothing, max(8, min(len(own) // 5, len(nothing)))):
                yield Example("chat", False, collection.signs(question, learned))


def fit_answer(asked: Sequence[Example]) -> AnswerWeights:
    """The probability that a question is answered, from its signs."""
    rows = np.array([[example.signs[name] for name in _SIGNS] for example in asked])
    answered = np.array([example.answered for example in asked])
    counts = np.array([_KIND_WEIGHTS.get(example.kind, 1.0) for example in asked])
    counts[answered] *= _ANSWERED / (1 - _ANSWERED) * counts[~answered].sum() / counts[answered].sum()
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    constant, weights = fit_logistic((rows - middle) / spread, answered, counts / counts.mean(), penalty=10)
    weights = weights / spread
    return AnswerWeights(
        constant=round(float(constant - weights @ middle), 4),
        weights={name: round(float(weight), 4) for name, weight in zip(_SIGNS, weights, strict=True)},
    )


def fit_logistic(
    rows: NDArray[np.float64], outcomes: NDArray[np.bool_], counts: NDArray[np.float64], penalty: float
) -> tuple[float, NDArray[np.float64]]:
    """Fit a logistic regression, `penalty` / 2 on the weights' squares, by Newton's method: constant and weights."""
    design = np.c_[np.ones(len(rows)), rows]
    ridge = np.diag([1e-6, *([penalty] * rows.shape[1])])
    found = np.zeros(design.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        slope = design.T @ (counts * (chance - outcomes)) + ridge @ found
        curve = (design * (counts * chance * (1 - chance))[:, None]).T @ design + ridge
        step = np.linalg.solve(curve, slope)
        found -= step
        if np.abs(step).max() < 1e-8:
            break
    return float(found[0]), found[1:]


def write(stem: Path, weights: Weights, arrays: Mapping[str, NDArray[np.float32]]) -> None:
    """Write `<stem>.json` and `<stem>.npz`."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_suffix(".json").write_text(json.dumps(weights.model_dump(), indent=2) + "\n", "utf-8")
    halved: dict[str, Any] = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(stem.with_suffix(".npz"), **halved)


def tell(view: View, other: Half, unanswered: Sequence[str], learned: Learned, rng: random.Random) -> None:
    """Print how weights that were learned on the other half do on this one."""
    collection = Collection(view.half.rows, view, learned.ranking)
    first: dict[str, list[bool]] = {}
    for asked in view.half.asked:
        if asked.answerable:
            best = collection.ask(asked.question)[1][0].place
            for kind in (asked.kind, "all"):
                first.setdefault(kind, []).append(best == collection.places[asked.passage])
    print("R@1 " + "  ".join(f"{kind} {np.mean(found):.3f}" for kind, found in sorted(first.items())))
    asked_of = list(examples(view, other, unanswered, learned, rng))
    chances = [(example, probability(learned.answer, example.signs)) for example in asked_of]
    yes = [chance for example, chance in chances if example.answered]
    for kinds in (("near",), ("off", "chat")):
        no = [chance for example, chance in chances if example.kind in kinds]
        print(f"AUROC against {'/'.join(kinds)} {auroc(yes, no):.3f}")
    error = expected_calibration_error([c for _, c in chances], [example.answered for example, _ in chances])
    print(f"expected calibration error {error:.3f}")


if __name__ == "__main__":
    sys.exit(main())
