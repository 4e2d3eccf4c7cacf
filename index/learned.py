"""What was learned from development questions: small files in this package, made by scripts/train_ranking.py."""

import json
from functools import cache
from importlib.resources import files

import numpy as np
from pydantic import BaseModel, ConfigDict

from index.encoder import Vectors

FOLDER = files("index").joinpath("learned")


class RankingWeights(BaseModel):
    """What each part of a place's score counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    whole: float
    window: float
    sentence: float
    bm25: float
    coverage: float


class AnswerWeights(BaseModel):
    """A logistic regression: its constant, and a weight for each feature by name (`index.answerable`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    constant: float
    weights: dict[str, float]


class Learned(BaseModel):
    """Everything learned but the map of the vectors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ranking: RankingWeights
    answer: AnswerWeights


@cache
def learned() -> Learned:
    """The weights that came with this program."""
    return Learned.model_validate(json.loads(FOLDER.joinpath("weights.json").read_text("utf-8")))


def learned_map(model: str) -> Vectors | None:
    """The change that was learned for a model's vectors, shape (dim, dim); None when there is none."""
    path = FOLDER.joinpath(f"{model.replace('/', '--')}.npy")
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return np.asarray(np.load(file, allow_pickle=False), np.float32)
