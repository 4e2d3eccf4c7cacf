import numpy as np
import pytest

from index.encoder import SentenceTransformersEncoder, load_encoder, load_plain_encoder
from index.errors import ModelUnavailable
from index.packaged_model import MODEL_NAME, packaged_model_folder


@pytest.fixture(scope="module")
def plain_encoder() -> SentenceTransformersEncoder:
    """The packaged model in sentence-transformers, without what was learned on top of it."""
    return SentenceTransformersEncoder(packaged_model_folder(), MODEL_NAME)


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
def test_vectors_have_unit_length(plain_encoder):
    """Shape (n, dim), length 1, float32."""
    vectors = plain_encoder.encode_passages(DUTCH)
    assert vectors.shape == (3, 384) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)


@pytest.mark.model
def test_progress_counts_every_text(plain_encoder):
    """What `on_encoded` hears adds up to the number of texts; none at all for none."""
    heard: list[int] = []
    plain_encoder.encode_passages([f"Zin {number}." for number in range(70)], heard.append)
    assert sum(heard) == 70 and len(heard) > 1
    assert plain_encoder.encode_passages([], heard.append).shape == (0, 384)


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
