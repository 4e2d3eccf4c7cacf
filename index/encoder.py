"""Questions and passages become unit vectors."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnavailable
from index.model_folder import folder_fingerprint

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Vectors = NDArray[np.float32]
OnEncoded = Callable[[int], None]
# Hears what is done where that takes long.
OnStep = Callable[[str], None]

_BATCH = 32
# E5 models are trained with these; their model folders seldom say so. Without them they rank worse.
_E5_PROMPTS = {"query": "query: ", "passage": "passage: "}


class Encoder(Protocol):
    """Text to unit vectors of length `dim`; `fingerprint` changes whenever the vectors would.

    Safe to call from several threads.
    """

    name: str
    fingerprint: str
    dim: int

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, shape (len(texts), dim)."""
        ...

    def encode_passages(self, texts: Sequence[str], on_encoded: OnEncoded | None = None) -> Vectors:
        """Encode passages, shape (len(texts), dim); `on_encoded` hears how many more are done."""
        ...


class SentenceTransformersEncoder:
    """Any sentence-transformers model, with the prompts it was trained with.

    Text beyond the model's maximum length is cut off.
    """

    def __init__(self, folder: Path, name: str) -> None:
        # These libraries ask a hub for news of a model unless told otherwise before their first import.
        os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        # A bar for weights that load in a second says nothing and lands in logs.
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self.name = name
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self._prompts = _prompts(self._model.prompts, name)
        self.fingerprint = f"{folder_fingerprint(folder)}:{self._prompts['query']}|{self._prompts['passage']}"
        dim = self._model.get_embedding_dimension()
        if dim is None:
            raise ModelUnavailable(
                f"the model {name} does not tell its dimension; choose another with VINDPLAATS_MODEL"
            )
        self.dim = dim
        # The tokenizer keeps padding and truncation as state, so two calls at once would mix them up.
        self._lock = threading.Lock()

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, shape (len(texts), dim)."""
        return self._encode(texts, self._prompts["query"])

    def encode_passages(self, texts: Sequence[str], on_encoded: OnEncoded | None = None) -> Vectors:
        """Encode passages, shape (len(texts), dim); `on_encoded` hears how many more are done."""
        vectors = np.empty((len(texts), self.dim), np.float32)
        # Texts of like length together: a batch is padded to its longest.
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            vectors[rows] = self._encode([texts[row] for row in rows], self._prompts["passage"])
            if on_encoded:
                on_encoded(len(rows))
        return vectors

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        if not texts:
            return np.empty((0, self.dim), np.float32)
        with self._lock:
            vectors = self._model.encode(
                list(texts), prompt=prompt, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, np.float32)


def usable_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


def load_encoder(model: str | None, on_step: OnStep | None = None) -> Encoder:
    """Load a model as `load_plain_encoder` does, with the map of its vectors that was learned for it, if any."""
    return begin_encoder(model, on_step)()


def begin_encoder(model: str | None, on_step: OnStep | None = None) -> Callable[[], Encoder]:
    """Begin what `load_encoder` does in a thread of its own; what this gives does the rest, once."""
    finish = _begin_plain_encoder(model, on_step)

    def finish_with_map() -> Encoder:
        from index.adapter import adapted

        return adapted(finish())

    return finish_with_map


def load_plain_encoder(model: str | None, on_step: OnStep | None = None) -> Encoder:
    """Load the packaged model, or the sentence-transformers model with this name or in this folder.

    A name is looked up in the hub client's cache only; nothing is downloaded. ModelUnavailable says what to do.
    """
    return _begin_plain_encoder(model, on_step)()


def _begin_plain_encoder(model: str | None, on_step: OnStep | None) -> Callable[[], Encoder]:
    return _begin_packaged(on_step) if model is None else partial(_sentence_transformers, model)


def _sentence_transformers(model: str) -> Encoder:
    folder = Path(model).expanduser()
    if not folder.is_dir():
        folder = _cached_model(model)
    try:
        return SentenceTransformersEncoder(folder, model)
    except (OSError, ValueError, KeyError) as error:
        raise ModelUnavailable(
            f"VINDPLAATS_MODEL={model} is no sentence-transformers model ({error}); "
            "name a folder that has a modules.json, or leave the setting out for the packaged model"
        ) from error


def _begin_packaged(on_step: OnStep | None) -> Callable[[], Encoder]:
    # Each kind of model needs libraries of its own; who runs the one does not wait for those of the other.
    def folder() -> Path:
        from index.packaged_model import packaged_onnx_folder

        return packaged_onnx_folder(progress=on_step)

    def session() -> "InferenceSession":
        from index.onnx_encoder import GRAPH_FILE, open_session

        return open_session(whole.result() / GRAPH_FILE)

    # To hash the files and to open the graph, a fifth of a second, takes no Python; to open the vocabulary does.
    beside = ThreadPoolExecutor(1, "model")
    whole, opened = beside.submit(folder), beside.submit(session)
    beside.shutdown(wait=False)

    def finish() -> Encoder:
        from index.model_folder import recorded_fingerprint
        from index.onnx_encoder import OnnxEncoder, TextModel
        from index.packaged_model import DIM, MODEL_NAME, PASSAGE_PROMPT, QUERY_PROMPT
        from index.token_ids import FolderTokens

        tokens = FolderTokens(whole.result())
        fingerprint = recorded_fingerprint(whole.result())
        text_model = TextModel(opened.result(), tokens)
        return OnnxEncoder(text_model, MODEL_NAME, fingerprint, DIM, QUERY_PROMPT, PASSAGE_PROMPT)

    return finish


def _cached_model(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        # Nothing is downloaded: no revision to pin.
        return Path(snapshot_download(name, local_files_only=True))  # nosec B615
    except (LocalEntryNotFoundError, HFValidationError) as error:
        raise ModelUnavailable(
            f"VINDPLAATS_MODEL={name} is neither a folder nor a model on this machine; "
            f"fetch it once with `hf download {name}`, or leave the setting out for the packaged model"
        ) from error


def _prompts(own: dict[str, str | None], name: str) -> dict[str, str]:
    """The prompts of a model by its own configuration, else by its family, else none."""
    query = own.get("query") or ""
    passage = own.get("passage") or own.get("document") or ""
    if query or passage:
        return {"query": query, "passage": passage}
    return _E5_PROMPTS if "e5-" in name.lower() else {"query": "", "passage": ""}
