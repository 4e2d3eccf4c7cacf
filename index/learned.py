"""What was learned for a model from development questions: small files in this package, by scripts/train_ranking.py.

`<model>.json` holds weights, `<model>.npz` arrays. A model for which nothing was learned gets `any.json`: weights
that hold for cosines in general, and no change of its vectors.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

FOLDER = files("index").joinpath("learned")
_ANY = "any"


class RankingWeights(BaseModel):
    """What each part of a place's score counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    whole: float
    window: float
    sentence: float
    bm25: float
    coverage: float


class AnswerWeights(BaseModel):
    """A logistic regression: its constant, and a weight for each sign by name (`index.answerable`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    constant: float
    weights: dict[str, float]


class Weights(BaseModel):
    """The content of a JSON file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ranking: RankingWeights
    answer: AnswerWeights


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known for a model. The arrays are None where nothing was learned.

    `change` is a map of its vectors, shape (dim, dim). `pair` weighs a question's vector q and a sentence's s, as
    q, q * s and |q - s| one after the other, shape (3 * dim,): high where such a sentence answers such a question.
    `talk` weighs a question's vector, and holds a constant at its end, shape (dim + 1,): high for greetings, thanks
    and the like.
    """

    ranking: RankingWeights
    answer: AnswerWeights
    change: NDArray[np.float32] | None = None
    pair: NDArray[np.float32] | None = None
    talk: NDArray[np.float32] | None = None


@cache
def learned_for(model: str) -> Learned:
    """What came with this program for a model, by its name."""
    stem = model.replace("/", "--")
    path = FOLDER.joinpath(f"{stem}.json")
    if not path.is_file():
        weights = Weights.model_validate(json.loads(FOLDER.joinpath(f"{_ANY}.json").read_text("utf-8")))
        return Learned(weights.ranking, weights.answer)
    weights = Weights.model_validate(json.loads(path.read_text("utf-8")))
    with FOLDER.joinpath(f"{stem}.npz").open("rb") as file, np.load(file) as arrays:
        change, pair, talk = (np.asarray(arrays[name], np.float32) for name in ("change", "pair", "talk"))
    return Learned(weights.ranking, weights.answer, change, pair, talk)
