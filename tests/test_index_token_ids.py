"""Latin pieces alone give what the whole vocabulary gives."""

import json
from pathlib import Path

import pytest
from conftest import LETTER
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index import token_ids
from index.packaged_model import packaged_onnx_folder
from index.token_ids import FolderTokens, tokens_by

pytestmark = pytest.mark.model

LATIN_TEXTS = st.text(st.sampled_from(sorted(token_ids._LATIN)), max_size=60)


@pytest.fixture(scope="module")
def folder() -> Path:
    """The packaged model's folder."""
    return packaged_onnx_folder()


@pytest.fixture(scope="module")
def whole(folder: Path) -> token_ids.Tokens:
    """The tokens by all pieces."""
    return tokens_by(Tokenizer.from_file(str(folder / "tokenizer.json")))


@pytest.fixture(scope="module")
def latin(folder: Path) -> FolderTokens:
    """Tokens of which no test asks more than Latin pieces."""
    return FolderTokens(folder)


def is_whole_opened(tokens: FolderTokens) -> bool:
    return "_all" in vars(tokens)


def test_the_letter_needs_no_other_pieces(folder: Path, whole: token_ids.Tokens) -> None:
    """Line by line and as one text, which is longer than the model takes; with what marks special tokens, too."""
    tokens = FolderTokens(folder)
    texts = LETTER.read_text("utf-8").splitlines()
    texts += [
        " ".join(texts),
        "",
        " ",
        "<s> <mask> </s><unk>",
        "<mask>",
        "x" * 3000,
        "ÉÉN zaak: ½ à €\u00a03,\u00ad5",
    ]
    assert tokens(texts) == whole(texts)
    assert max(map(len, tokens(texts))) == 512
    assert not is_whole_opened(tokens)


@settings(max_examples=400, deadline=None)
@given(LATIN_TEXTS)
def test_any_text_of_latin_letters_has_the_same_tokens(latin: FolderTokens, whole: token_ids.Tokens, text: str) -> None:
    """Accents, signs and white space in any order."""
    assert latin([text]) == whole([text])
    assert not is_whole_opened(latin)


@pytest.mark.parametrize(
    "text", ["Wat is دولة?", "政府", "Україна", "een ﬁle", "e\u0301e\u0301n", "→ 😀", "a´b", "ế", "\u200b"]
)
def test_other_texts_have_all_pieces(folder: Path, whole: token_ids.Tokens, text: str) -> None:
    """Beside a Dutch text, too."""
    tokens = FolderTokens(folder)
    assert tokens(["de minister", text]) == whole(["de minister", text])
    assert is_whole_opened(tokens)


def test_the_latin_vocabulary_is_small(folder: Path) -> None:
    """That is what it is for: less than half of all pieces."""
    pieces = [
        len(json.loads((folder / name).read_bytes())["model"]["vocab"])
        for name in ("tokenizer-latin.json", "tokenizer.json")
    ]
    assert pieces[0] < pieces[1] / 2
