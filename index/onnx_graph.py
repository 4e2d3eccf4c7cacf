"""The BERT encoder written as an ONNX graph, straight from the 4-bit weights: token ids in, unit vectors out.

The word embeddings stay in 4 bits, exactly. The linear layers become 32-bit, or 8-bit (`Ranges` given): weights with
one scale for each output, activations with one fixed scale for each layer, so that a text's vector does not depend on
which texts it is encoded with. Two habits of these activations would cost precision, and are dealt with:

- a channel of a layer's input is much larger than the others: scales move from inputs to weights beforehand
  (SmoothQuant, Xiao et al. 2023, with migration strength 0.7);
- one channel of the intermediate layer is up to 20 times larger than all others: the 16 largest are computed apart,
  in 32 bits (as in LLM.int8(), Dettmers et al. 2022, but chosen beforehand).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from index.q4_weights import Q4Weights

Floats = NDArray[np.float32]

_OPSET = 18
_IR_VERSION = 10
_FUSED = "com.microsoft"  # operators of onnxruntime beyond the standard
_Q4_BLOCK = 32
_MIGRATION = 0.7
_APART = 16
_LARGEST_INT8 = 127
_STEPS_UINT8 = 255

IDS, MASK, EMBEDDING = "input_ids", "attention_mask", "embedding"
# Where activations enter a linear layer: a layer's input, the attended values, the attention block's result, and
# what the intermediate layer gives.
PLACES = ("input", "context", "attended", "intermediate")


@dataclass(frozen=True, slots=True)
class Ranges:
    """The least and largest activation of each channel, by place in `PLACES`, shape (layers, 2, channels)."""

    of: dict[str, Floats]

    def at(self, place: str, layer: int) -> tuple[Floats, Floats]:
        """Least and largest of one layer."""
        low, high = self.of[place][layer]
        return low, high


def onnx_graph(weights: Q4Weights, ranges: Ranges | None = None, *, expose: bool = False) -> bytes:
    """The serialised model; `ids` and `mask` have shape (texts, tokens), the embedding (texts, hidden).

    With `expose` the activations of each place and layer are outputs, too, named "<place> <layer>".
    """
    writer = _Writer(weights, ranges)
    state = writer.embeddings()
    exposed: list[str] = []
    for layer in range(weights.dimensions.layers):
        state, places = writer.layer(state, layer)
        exposed += places
    writer.pooled(state)
    return writer.model(exposed if expose else ())


class _Writer:
    """Appends nodes and tensors; a method gives the name of what it computes."""

    def __init__(self, weights: Q4Weights, ranges: Ranges | None) -> None:
        self._weights = weights
        self._size = weights.dimensions
        self._ranges = ranges
        self._nodes: list[onnx.NodeProto] = []
        self._tensors: list[onnx.TensorProto] = []
        for name, value in (("0", 0), ("1", 1), ("2", 2), ("-1", -1)):
            self._tensor(name, np.array([value], np.int64))

    def embeddings(self) -> str:
        """The sum of word, position and type embeddings, normalised."""
        blocks = self._weights.q4_blocks("emb.word")
        rows, hidden = self._size.vocabulary, self._size.hidden
        self._tensor("word.q4", _neighbours_packed(blocks.nibbles).reshape(rows, hidden // 2))
        self._tensor("word.scales", blocks.scales.reshape(rows, hidden // _Q4_BLOCK))
        self._node(
            "GatherBlockQuantized", ["word.q4", IDS, "word.scales"], "word", _FUSED,
            bits=4, block_size=_Q4_BLOCK, gather_axis=0, quantize_axis=1,
        )  # fmt: skip
        positions = self._weights.tensor("emb.pos", self._size.positions, hidden)
        # Every token is of the first type: a text is never encoded as a pair.
        self._tensor("positions", positions + self._weights.tensor("emb.type", self._size.types, hidden)[0])
        self._node("Shape", [IDS], "shape")
        self._node("Slice", ["shape", "1", "2", "0"], "tokens")
        self._node("Slice", ["positions", "0", "tokens", "0"], "placed")
        self._node("Add", ["word", "placed"], "embedded")
        self._node("Cast", [MASK], "mask32", to=TensorProto.INT32)
        self._node("ReduceSum", ["mask32", "1"], "lengths", keepdims=0)
        return self._norm("embedded", "emb.ln", self._smoothing("input", 0))

    def layer(self, state: str, layer: int) -> tuple[str, list[str]]:
        """A layer's output, and the names of the activations at its places."""
        name = f"l{layer}"
        smooth = self._smoothing("input", layer)
        context_smooth = self._smoothing("context", layer)
        entering = self._entering(state, "input", layer, smooth)
        query, key = (self._linear(entering, f"{name}.{part}", smooth) for part in "qk")
        value = self._linear(entering, f"{name}.v", smooth, shrunk=context_smooth)
        context = self._node(
            "MultiHeadAttention", [query, key, value, "", "lengths"], f"context {layer}", _FUSED,
            num_heads=self._size.heads,
        )  # fmt: skip
        attended = self._linear(self._entering(context, "context", layer, context_smooth), f"{name}.ao", context_smooth)
        smooth_attended = self._smoothing("attended", layer)
        normed = self._norm(self._added(attended, state, smooth), f"{name}.aln", smooth_attended)
        output, intermediate = self._feed_forward(normed, layer, smooth_attended)
        following = self._smoothing("input", layer + 1) if layer + 1 < self._size.layers else None
        state_after = self._norm(self._added(output, normed, smooth_attended), f"{name}.oln", following)
        return state_after, [
            self._node("Identity", [source], f"{place} of {layer}")
            for place, source in zip(PLACES, (state, context, normed, intermediate), strict=True)
        ]

    def pooled(self, state: str) -> None:
        """The mean of the tokens' vectors, of length 1 (so their sum serves as well)."""
        self._node("Cast", [MASK], "mask", to=TensorProto.FLOAT)
        self._node("Unsqueeze", ["mask", "-1"], "mask column")
        self._node("Mul", [state, "mask column"], "kept")
        self._node("ReduceSum", ["kept", "1"], "sum", keepdims=0)
        self._node("ReduceL2", ["sum", "1"], "length", keepdims=1)
        self._node("Div", ["sum", "length"], EMBEDDING)

    def model(self, exposed: Sequence[str]) -> bytes:
        """What was written, serialised."""
        inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in (IDS, MASK)]
        outputs = [helper.make_tensor_value_info(EMBEDDING, TensorProto.FLOAT, ["texts", self._size.hidden])]
        outputs += [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in exposed]
        wanted = [node for node in self._nodes if exposed or node.op_type != "Identity"]
        graph = helper.make_graph(wanted, "encoder", inputs, outputs, self._tensors)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        content: bytes = helper.make_model(
            graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="vindplaats"
        ).SerializeToString(deterministic=True)
        return content

    def _feed_forward(self, normed: str, layer: int, smooth: Floats | None) -> tuple[str, str]:
        """The two linear layers around GELU; the channels that are largest in the middle go apart."""
        name = f"l{layer}"
        hidden, between = self._size.hidden, self._size.intermediate
        into, bias_into = (
            self._weights.tensor(f"{name}.fi.w", between, hidden),
            self._weights.tensor(f"{name}.fi.b", between),
        )
        out, bias_out = (
            self._weights.tensor(f"{name}.fo.w", hidden, between),
            self._weights.tensor(f"{name}.fo.b", hidden),
        )
        if self._ranges is None or smooth is None:
            middle = self._node("Gelu", [self._product(normed, f"{name}.fi", into, bias_into)], f"{name}.gelu", _FUSED)
            return self._product(middle, f"{name}.fo", out, bias_out), middle
        low, high = self._ranges.at("intermediate", layer)
        order = np.argsort(-np.maximum(-low, high), kind="stable")
        apart, rest = np.sort(order[:_APART]), np.sort(order[_APART:])
        entering = self._entering(normed, "attended", layer, smooth)
        middle, middle_apart = (
            self._node(
                "Gelu",
                [self._quantised_product(entering, f"{name}.fi{part}", into[rows] * smooth, bias_into[rows])],
                f"{name}.gelu{part}", _FUSED,
            )
            for part, rows in (("", rest), (".apart", apart))
        )  # fmt: skip
        quantised = self._quantised(middle, low[rest], high[rest])
        product = self._quantised_product(quantised, f"{name}.fo", out[:, rest], bias_out)
        self._tensor(f"{name}.fo.apart", out[:, apart].T)
        self._node("MatMul", [middle_apart, f"{name}.fo.apart"], f"{name}.out.apart")
        return self._node("Add", [product, f"{name}.out.apart"], f"{name}.out"), middle

    def _linear(self, source: str, name: str, smooth: Floats | None, shrunk: Floats | None = None) -> str:
        """A square linear layer of inputs that were divided by `smooth`; its outputs come divided by `shrunk`."""
        hidden = self._size.hidden
        weight, bias = self._weights.tensor(f"{name}.w", hidden, hidden), self._weights.tensor(f"{name}.b", hidden)
        if shrunk is not None:
            weight, bias = weight / shrunk[:, None], bias / shrunk
        if smooth is None:
            return self._product(source, name, weight, bias)
        return self._quantised_product(source, name, weight * smooth, bias)

    def _product(self, source: str, name: str, weight: Floats, bias: Floats) -> str:
        self._tensor(f"{name}.w", weight.T)
        self._tensor(f"{name}.b", bias)
        return self._node(
            "Add", [self._node("MatMul", [source, f"{name}.w"], f"{name}.product"), f"{name}.b"], f"{name}.sum"
        )

    def _quantised_product(self, source: str, name: str, weight: Floats, bias: Floats) -> str:
        scales = np.maximum(np.abs(weight).max(axis=1) / _LARGEST_INT8, np.finfo(np.float32).tiny)
        self._tensor(f"{name}.w", np.rint(weight / scales[:, None]).astype(np.int8).T)
        self._tensor(f"{name}.scales", scales.astype(np.float32))
        self._tensor(f"{name}.zeros", np.zeros(len(bias), np.int8))
        self._tensor(f"{name}.b", bias)
        inputs = [
            source,
            f"{name}.w",
            f"{source}.scale",
            f"{name}.scales",
            f"{source}.zero",
            f"{name}.zeros",
            f"{name}.b",
        ]
        return self._node("MatMulIntegerToFloat", inputs, f"{name}.sum", _FUSED)

    def _entering(self, source: str, place: str, layer: int, smooth: Floats | None) -> str:
        """An activation as it enters a linear layer: in 8 bits where there are ranges."""
        if self._ranges is None or smooth is None:
            return source
        low, high = self._ranges.at(place, layer)
        return self._quantised(source, low / smooth, high / smooth)

    def _quantised(self, source: str, low: Floats, high: Floats) -> str:
        least, most = min(float(low.min()), 0.0), max(float(high.max()), 0.0)
        scale = (most - least) / _STEPS_UINT8
        name = f"{source}.uint8"
        self._tensor(f"{name}.scale", np.array(scale, np.float32))
        self._tensor(f"{name}.zero", np.array(round(-least / scale), np.uint8))
        return self._node("QuantizeLinear", [source, f"{name}.scale", f"{name}.zero"], name)

    def _smoothing(self, place: str, layer: int) -> Floats | None:
        """What each channel is divided by before it is quantised: its size ** 0.7 / its weights' size ** 0.3."""
        if self._ranges is None:
            return None
        name, hidden = f"l{layer}", self._size.hidden
        outputs = {"input": ("q", "k", "v"), "context": ("ao",), "attended": ("fi",)}[place]
        rows = self._size.intermediate if place == "attended" else hidden
        sizes = [np.abs(self._weights.tensor(f"{name}.{part}.w", rows, hidden)).max(axis=0) for part in outputs]
        low, high = self._ranges.at(place, layer)
        activation, weight = (np.maximum(size, 1e-5) for size in (np.maximum(-low, high), np.max(sizes, axis=0)))
        smooth = activation**_MIGRATION / weight ** (1 - _MIGRATION)
        return np.asarray(smooth / np.exp(np.log(smooth).mean()), np.float32)

    def _norm(self, source: str, name: str, smooth: Floats | None) -> str:
        """LayerNorm; its outputs come divided by `smooth`."""
        for part in ("w", "b"):
            tensor = self._weights.tensor(f"{name}.{part}", self._size.hidden)
            self._tensor(f"{name}.{part}", tensor if smooth is None else tensor / smooth)
        return self._node(
            "LayerNormalization", [source, f"{name}.w", f"{name}.b"], f"{name}.out",
            axis=-1, epsilon=self._weights.layer_norm_eps,
        )  # fmt: skip

    def _added(self, product: str, state: str, smooth: Floats | None) -> str:
        """The residual sum with a state that came divided by `smooth`."""
        if smooth is not None:
            self._tensor(f"{state}.smooth", smooth)
            state = self._node("Mul", [state, f"{state}.smooth"], f"{state}.whole")
        return self._node("Add", [product, state], f"{product}+")

    def _tensor(self, name: str, values: NDArray[np.generic]) -> None:
        self._tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))

    def _node(
        self,
        kind: str,
        inputs: Sequence[str],
        output: str,
        domain: str = "",
        **attributes: Any,  # noqa: ANN401 (each operator has attributes of its own)
    ) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output


def _neighbours_packed(nibbles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Two weights a byte, the first in the low half, as onnxruntime wants them; nibbles have shape (blocks, 32)."""
    return np.asarray(nibbles[:, 0::2] | (nibbles[:, 1::2] << 4), np.uint8)
