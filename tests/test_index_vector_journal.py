import numpy as np
import pytest
from fake_encoder import CountingEncoder

from corpus.library import Library
from index.build import build
from index.vector_journal import VectorJournal, text_key


@pytest.fixture
def journal(data) -> VectorJournal:
    return VectorJournal(data, "model", 3)


def vectors(*numbers: float) -> np.ndarray:
    return np.array([[number, 0.5, -1] for number in numbers], np.float32)


def test_what_is_added_is_read_back(journal):
    """Each vector by its text, over several additions."""
    journal.add(["een", "twee"], vectors(1, 2))
    journal.add(["drie"], vectors(3))
    kept = journal.read()
    assert kept.keys() == {text_key("een"), text_key("twee"), text_key("drie")}
    assert np.array_equal(kept[text_key("twee")], vectors(2)[0])


def test_models_do_not_mix(journal, data):
    """Another model or dimension has a journal of its own; clearing removes both."""
    journal.add(["een"], vectors(1))
    assert VectorJournal(data, "other", 3).read() == {}
    assert VectorJournal(data, "model", 4).read() == {}
    VectorJournal(data, "other", 3).clear()
    assert journal.read() == {}


@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_what_follows_damage_is_ignored_and_overwritten(journal, data, damage):
    """A record half written by a killed build is cut off, so that the next addition is whole."""
    journal.add(["een", "twee"], vectors(1, 2))
    (path,) = (data / "journal").iterdir()
    content = bytearray(path.read_bytes())
    if damage == "cut":
        del content[-3:]
    else:
        content[len(content) // 2 + 40] ^= 1
    path.write_bytes(content)
    assert journal.read().keys() == {text_key("een")}
    journal.add(["drie"], vectors(3))
    assert journal.read().keys() == {text_key("een"), text_key("drie")}


def test_a_killed_build_goes_on_where_it_was(corpus, data, encoder):
    """What was encoded before the end is not encoded again."""

    class Dying(CountingEncoder):
        def encode_passages(self, texts, on_encoded=None):
            if self.encoded:
                raise KeyboardInterrupt
            return super().encode_passages(texts, on_encoded)

    dying = Dying(encoder.words)
    with pytest.raises(KeyboardInterrupt):
        build(Library(corpus), dying, data)
    first = set(dying.encoded)
    assert len(first) == 64
    report = build(Library(corpus), encoder, data)
    assert first.isdisjoint(encoder.encoded)
    assert report.encoded == len(encoder.encoded)
    assert not list((data / "journal").glob("*"))
