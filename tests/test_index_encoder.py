from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest

from index import packaged_model
from index.encoder import Encoder, SentenceTransformersEncoder, begin_encoder, load_encoder, load_plain_encoder
from index.errors import ModelUnavailable
from index.packaged_model import MODEL_NAME, packaged_model_folder


@pytest.fixture(scope="module")
def plain_encoder() -> SentenceTransformersEncoder:
    """The packaged model in sentence-transformers, without what was learned on top of it."""
    return SentenceTransformersEncoder(packaged_model_folder(), MODEL_NAME)


# Each encoder that the product has; what is asked of all is asked of yours by adding it here.
ENCODERS = {
    "sentence-transformers": lambda: SentenceTransformersEncoder(packaged_model_folder(), MODEL_NAME),
    "as served": lambda: load_plain_encoder(None),
    "with its map": lambda: load_encoder(None),
}


@pytest.fixture(scope="module", params=ENCODERS)
def each_encoder(request) -> Encoder:
    """Every encoder, one after the other."""
    return ENCODERS[request.param]()


DUTCH = ["De burgemeester sprak over terrorisme.", "Het regent.", "Nederland steunt het forum al jaren. " * 40]


@pytest.mark.model
def test_vectors_are_those_of_sentence_transformers_with_prefixes(plain_encoder: SentenceTransformersEncoder):
    """The same vectors as encoding the prefixed text by hand, in the order given."""
    model = plain_encoder._model
    for encode, prefix in ((plain_encoder.encode_questions, "query: "), (plain_encoder.encode_passages, "passage: ")):
        by_hand = np.array([model.encode(prefix + text, normalize_embeddings=True, prompt="") for text in DUTCH])
        assert np.allclose(encode(DUTCH), by_hand, atol=1e-5)
    assert not np.allclose(plain_encoder.encode_questions(DUTCH), plain_encoder.encode_passages(DUTCH), atol=1e-2)


@pytest.mark.model
def test_vectors_have_unit_length(each_encoder):
    """Shape (n, dim), length 1, float32; none for no texts, and a text without words has one, too."""
    for encode in (each_encoder.encode_passages, each_encoder.encode_questions):
        vectors = encode([*DUTCH, "", "?"])
        assert vectors.shape == (5, each_encoder.dim) and vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx([1] * 5, abs=1e-5)
        assert encode([]).shape == (0, each_encoder.dim)


@pytest.mark.model
def test_a_vector_is_the_same_whatever_is_encoded_beside_it_and_by_which_thread(each_encoder):
    """Alone, together, in another order, and by four threads at once."""
    alone = np.concatenate([each_encoder.encode_questions([text]) for text in DUTCH])
    together = each_encoder.encode_questions(DUTCH[::-1])[::-1]
    np.testing.assert_allclose(together, alone, atol=1e-5)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(each_encoder.encode_questions, [DUTCH] * 8):
            np.testing.assert_allclose(found, alone, atol=1e-5)


@pytest.mark.model
def test_progress_counts_every_text(each_encoder):
    """What `on_encoded` hears adds up to the number of texts; none at all for none."""
    heard: list[int] = []
    each_encoder.encode_passages([f"Zin {number}." for number in range(70)], heard.append)
    assert sum(heard) == 70 and len(heard) > 1
    assert each_encoder.encode_passages([], heard.append).shape == (0, 384)


@pytest.mark.model
def test_a_model_by_folder(plain_encoder, tmp_path):
    """Any sentence-transformers folder; prompts are the model's own, an E5 model without any gets E5's."""
    for name, prompts in (
        ("my-e5-copy", {"query": "query: ", "passage": "passage: "}),
        ("other", {"query": "", "passage": ""}),
    ):
        folder = tmp_path / name
        plain_encoder._model.save(str(folder))
        configuration = folder / "config_sentence_transformers.json"
        import json

        settings = json.loads(configuration.read_text())
        configuration.write_text(json.dumps(settings | {"prompts": {}}))
        loaded = load_plain_encoder(str(folder))
        assert loaded._prompts == prompts
        assert loaded.dim == 384
        assert loaded.fingerprint != plain_encoder.fingerprint


@pytest.mark.parametrize("name", ["no/such-model", "neither folder nor name"])
def test_a_model_that_is_not_here(name):
    """Nothing is downloaded; the message names the setting and the way out."""
    with pytest.raises(ModelUnavailable, match=r"VINDPLAATS_MODEL=.*hf download"):
        load_encoder(name)


def test_a_folder_that_is_no_model(tmp_path):
    """An empty folder is not silently made into a model."""
    with pytest.raises(ModelUnavailable, match="VINDPLAATS_MODEL"):
        load_encoder(str(tmp_path))


def test_what_takes_no_python_is_begun_at_once(monkeypatch):
    """In a thread of its own, until the encoder is wanted; what fails there is told then."""
    begun, may_fail = Event(), Event()

    def unavailable(progress):
        begun.set()
        may_fail.wait()
        raise ModelUnavailable("no room, as a test")

    monkeypatch.setattr(packaged_model, "packaged_onnx_folder", unavailable)
    finish = begin_encoder(None)
    assert begun.wait(30)
    may_fail.set()
    with pytest.raises(ModelUnavailable, match="no room, as a test"):
        finish()
