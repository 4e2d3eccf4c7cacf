"""The packaged model as it serves: an ONNX graph run by onnxruntime, tokens by `tokenizers`, no torch.

A batch runs on one core, several batches side by side: a graph this small loses more in handing each of its 300 nodes
to another core and back than it gains there.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

# Official builds send events to their maker unless this is set before they are loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

from index.encoder import OnEncoded, Vectors, usable_cores
from index.errors import ModelUnavailable
from index.token_ids import FolderTokens, Ids, Tokens

GRAPH_FILE = "model.onnx"

# Padded tokens in a batch. Measured on 2 cores with texts of 36 tokens: 320 a second with 256 or 512, 290 with 1024,
# 240 with 2048, since what passes between two layers then no longer stays in the cache. Questions, of 19 tokens, take
# 3.8 ms each when 16 go together in batches of 256, 4.5 with 512: what is padded is computed, too.
_BATCH_TOKENS = 256


class TextModel:
    """A graph's session and its tokens, no more of a text than the graph takes: texts to unit vectors.

    Safe to call from several threads; as many batches run at a time as there are cores.
    """

    def __init__(self, session: onnxruntime.InferenceSession, tokens: Tokens) -> None:
        self._session = session
        self._tokens = tokens
        self._cores = threading.BoundedSemaphore(usable_cores())
        (embedding,) = self._session.get_outputs()[:1]
        self.dim = int(embedding.shape[1])

    @classmethod
    def in_folder(cls, folder: Path) -> "TextModel":
        """The model whose graph and tokens are in a folder."""
        return cls(open_session(folder / GRAPH_FILE), FolderTokens(folder))

    def embed(self, texts: Sequence[str], on_encoded: OnEncoded | None = None) -> Vectors:
        """Vectors of length 1, shape (len(texts), dim); `on_encoded` hears how many more are done."""
        vectors = np.empty((len(texts), self.dim), np.float32)
        ids = self._tokens(texts)

        def run(rows: list[int]) -> int:
            inputs = padded([ids[row] for row in rows])
            with self._cores:
                vectors[rows] = self._session.run(["embedding"], inputs)[0]
            return len(rows)

        for done in _side_by_side(run, list(batches(list(map(len, ids)), _BATCH_TOKENS))):
            if on_encoded:
                on_encoded(done)
        return vectors


class OnnxEncoder:
    """An encoder whose questions and passages get the prompts that the model was trained with.

    Text beyond the model's positions is cut off. ModelUnavailable when the model does not give `dim` numbers.
    """

    def __init__(
        self, model: TextModel, name: str, fingerprint: str, dim: int, query_prompt: str, passage_prompt: str
    ) -> None:
        self.name = name
        self.fingerprint = f"{fingerprint}:{query_prompt}|{passage_prompt}"
        self.dim = dim
        self._prompts = query_prompt, passage_prompt
        self._model = model
        if self._model.dim != dim:
            raise ModelUnavailable(f"The model {name} gives {self._model.dim} numbers instead of {dim}.")

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, shape (len(texts), dim)."""
        return self._model.embed([self._prompts[0] + text for text in texts])

    def encode_passages(self, texts: Sequence[str], on_encoded: OnEncoded | None = None) -> Vectors:
        """Encode passages, shape (len(texts), dim); `on_encoded` hears how many more are done."""
        return self._model.embed([self._prompts[1] + text for text in texts], on_encoded)


def open_session(graph: Path | bytes) -> onnxruntime.InferenceSession:
    """Open a graph that runs in the thread that runs it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    source = graph if isinstance(graph, bytes) else str(graph)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def _side_by_side(run: Callable[[list[int]], int], parts: Sequence[list[int]]) -> Iterator[int]:
    """What `run` gives for each part, in order, on all cores."""
    if len(parts) < 2:
        # A question waits for no thread.
        yield from map(run, parts)
        return
    with ThreadPoolExecutor(usable_cores(), "encode") as pool:
        try:
            yield from pool.map(run, parts)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Rows of texts with these many tokens, longest first, so many together that they have `most` tokens padded."""
    order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    start = 0
    while start < len(order):
        count = max(1, most // max(1, lengths[order[start]]))
        yield order[start : start + count]
        start += count


def padded(texts: Sequence[Ids]) -> dict[str, np.ndarray[tuple[int, int], np.dtype[np.int64]]]:
    """The graph's inputs for the ids of texts, shape (texts, tokens of the longest)."""
    tokens = max(map(len, texts))
    ids = np.zeros((len(texts), tokens), np.int64)
    mask = np.zeros((len(texts), tokens), np.int64)
    for row, own in enumerate(texts):
        ids[row, : len(own)] = own
        mask[row, : len(own)] = 1
    return {"input_ids": ids, "attention_mask": mask}
