"""The packaged model as it serves: an ONNX graph run by onnxruntime, tokens by `tokenizers`, no torch.

A batch runs on one core, several batches side by side: a graph this small loses more in handing each of its 300 nodes
to another core and back than it gains there.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import numpy as np

# Official builds send events to their maker unless this is set before they are loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime
from tokenizers import Encoding, Tokenizer

from index.encoder import OnEncoded, Vectors
from index.errors import ModelUnavailable

GRAPH_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"

# Padded tokens in a batch. Measured on 2 cores with texts of 36 tokens: 320 a second with 256 or 512, 290 with 1024,
# 240 with 2048, since what passes between two layers then no longer stays in the cache. Questions, of 19 tokens, take
# 3.8 ms each when 16 go together in batches of 256, 4.5 with 512: what is padded is computed, too.
_BATCH_TOKENS = 256


class TextModel:
    """A graph's session and its tokenizer, which truncates and does not pad: texts to unit vectors.

    Safe to call from several threads; as many batches run at a time as there are cores.
    """

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._cores = threading.BoundedSemaphore(usable_cores())
        (embedding,) = self._session.get_outputs()[:1]
        self.dim = int(embedding.shape[1])

    def embed(self, texts: Sequence[str], on_encoded: OnEncoded | None = None) -> Vectors:
        """Vectors of length 1, shape (len(texts), dim); `on_encoded` hears how many more are done."""
        vectors = np.empty((len(texts), self.dim), np.float32)
        encodings = self._tokenizer.encode_batch_fast(list(texts))

        def run(rows: list[int]) -> int:
            inputs = padded([encodings[row] for row in rows])
            with self._cores:
                vectors[rows] = self._session.run(["embedding"], inputs)[0]
            return len(rows)

        for done in _side_by_side(run, list(batches([len(encoding) for encoding in encodings], _BATCH_TOKENS))):
            if on_encoded:
                on_encoded(done)
        return vectors


class OnnxEncoder:
    """An encoder whose questions and passages get the prompts that the model was trained with.

    Text beyond the model's positions is cut off. The model is opened beside what its owner does next; who encodes
    first waits for it. `dim` is what the folder's model gives; ModelUnavailable at the first text if it is not.
    """

    def __init__(
        self, folder: Path, name: str, fingerprint: str, dim: int, query_prompt: str, passage_prompt: str
    ) -> None:
        self.name = name
        self.fingerprint = f"{fingerprint}:{query_prompt}|{passage_prompt}"
        self.dim = dim
        self._prompts = query_prompt, passage_prompt
        opening = ThreadPoolExecutor(2, "open")
        # Side by side: the tokenizer takes half a second of one core.
        self._session = opening.submit(open_session, folder / GRAPH_FILE)
        self._tokenizer = opening.submit(Tokenizer.from_file, str(folder / TOKENIZER_FILE))
        opening.shutdown(wait=False)

    @cached_property
    def _model(self) -> TextModel:
        model = TextModel(self._session.result(), self._tokenizer.result())
        if model.dim != self.dim:
            raise ModelUnavailable(f"The model {self.name} gives {model.dim} numbers instead of {self.dim}.")
        return model

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, shape (len(texts), dim)."""
        return self._model.embed([self._prompts[0] + text for text in texts])

    def encode_passages(self, texts: Sequence[str], on_encoded: OnEncoded | None = None) -> Vectors:
        """Encode passages, shape (len(texts), dim); `on_encoded` hears how many more are done."""
        return self._model.embed([self._prompts[1] + text for text in texts], on_encoded)


def usable_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


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


def padded(encodings: Sequence[Encoding]) -> dict[str, np.ndarray[tuple[int, int], np.dtype[np.int64]]]:
    """The graph's inputs, shape (texts, tokens of the longest)."""
    tokens = max(len(encoding) for encoding in encodings)
    ids = np.zeros((len(encodings), tokens), np.int64)
    mask = np.zeros((len(encodings), tokens), np.int64)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding)] = encoding.ids
        mask[row, : len(encoding)] = 1
    return {"input_ids": ids, "attention_mask": mask}
