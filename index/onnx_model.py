"""The packaged model's ONNX folder is written, and checked on the machine that will run it."""

import io
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from index.onnx_encoder import GRAPH_FILE, TextModel, open_session, padded
from index.onnx_graph import PLACES, Ranges, onnx_graph
from index.q4_weights import Q4Weights
from index.token_ids import FolderTokens, Tokens

_FOLDER = files("index").joinpath("learned")
# Of 1,000 texts none is below 0.999; arithmetic that overflows falls far below.
_LEAST_COSINE = 0.998
_PROBES = (
    "query: Wie betaalt de politie?",
    "query: Which countries are members of the forum?",
    "passage: De minister van Buitenlandse Zaken informeert de Kamer, mede namens de minister van Justitie en "
    "Veiligheid, over de voortgang: in 2019 werd € 5 miljoen besteed aan de training van 4.000 rechters.",
    "passage: Artikel 3, tweede lid, onder a, van de wet vervalt met ingang van 1 januari 2021.",
)


def write_onnx_model(folder: Path, weights: Q4Weights, ranges: Ranges | None) -> None:
    """Write the graph beside the tokens that the folder holds: in 8 bits if the activations' ranges are given.

    In 32 bits if not, or if this processor's 8-bit arithmetic gives other vectors: without dot-product
    instructions it may overflow.
    """
    exact = onnx_graph(weights)
    graph = exact
    if ranges is not None:
        small = onnx_graph(weights, ranges)
        if agree(exact, small, FolderTokens(folder)):
            graph = small
    (folder / GRAPH_FILE).write_bytes(graph)


def agree(exact: bytes, small: bytes, tokens: Tokens) -> bool:
    """Whether two graphs give the same vectors for some texts, but for rounding."""
    vectors, others = (TextModel(open_session(graph), tokens).embed(_PROBES) for graph in (exact, small))
    return bool(np.all(np.sum(vectors * others, axis=1) >= _LEAST_COSINE))


def read_ranges(model: str, weights: Q4Weights) -> Ranges | None:
    """The ranges that came with this program for a model of these sizes; None when there are none."""
    path = _FOLDER.joinpath(_file_name(model))
    if not path.is_file():
        return None
    with np.load(io.BytesIO(path.read_bytes())) as arrays:
        ranges = {place: np.asarray(arrays[place], np.float32) for place in PLACES}
    size = weights.dimensions
    fits = all(
        ranges[place].shape == (size.layers, 2, size.intermediate if place == "intermediate" else size.hidden)
        for place in PLACES
    )
    return Ranges(ranges) if fits else None


def measure_ranges(weights: Q4Weights, tokens: Tokens, texts: Sequence[str]) -> Ranges:
    """The ranges of the activations over these texts, prompts included."""
    session = open_session(onnx_graph(weights, expose=True))
    names = [output.name for output in session.get_outputs()[1:]]
    lows: dict[str, list[np.ndarray]] = {name: [] for name in names}
    highs: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for ids in tokens(texts):
        for name, (found,) in zip(names, session.run(names, padded([ids])), strict=True):
            lows[name].append(found.min(axis=0))
            highs[name].append(found.max(axis=0))
    return Ranges(
        {
            place: np.array(
                [
                    [np.min(lows[f"{place} of {layer}"], axis=0), np.max(highs[f"{place} of {layer}"], axis=0)]
                    for layer in range(weights.dimensions.layers)
                ],
                np.float32,
            )
            for place in PLACES
        }
    )


def write_ranges(folder: Path, model: str, ranges: Ranges) -> None:
    """Write the ranges where `read_ranges` finds them; 16-bit floats are exact enough for a range."""
    arrays: dict[str, Any] = {name: found.astype(np.float16) for name, found in ranges.of.items()}
    np.savez_compressed(folder / _file_name(model), **arrays)


def _file_name(model: str) -> str:
    return f"{model.replace('/', '--')}-ranges.npz"
