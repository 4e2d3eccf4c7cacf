"""The kept form says of every word what the lists say."""

import subprocess
import sys
from unittest.mock import Mock

import numpy as np
import pytest
import simplemma
from conftest import LETTER, ROOT

from index import word_list
from index.errors import ModelUnavailable
from index.word_list import is_in_a_word_list
from index.words import words_of

ODD = ["xqzt", "drnxes", "2019", "zo'n", "auto's", "co-voorzitter", "amsterdam", "the", "fietspad", "é", "a", "şi"]


def by_the_lists(word: str) -> bool:
    return word.isdigit() or any(simplemma.is_known(word, lang=language) for language in ("nl", "en"))


def test_it_says_what_the_lists_say():
    """Of the letter's words, of those with a letter changed, and of odd ones."""
    words = sorted(set(words_of(LETTER.read_text("utf-8"))))
    words += [f"{word[:2]}q{word[3:]}" for word in words] + ODD
    assert [is_in_a_word_list(word) for word in words] == [by_the_lists(word) for word in words]
    assert sum(map(is_in_a_word_list, words)) > 300


def test_where_nothing_can_be_kept_it_says_the_same(monkeypatch):
    """A read-only home keeps nobody from asking."""
    kept = word_list.word_hashes()
    monkeypatch.setattr(word_list, "make_once", Mock(side_effect=ModelUnavailable("no room")))
    assert np.array_equal(word_list.word_hashes.__wrapped__(), kept)
    assert len(kept) > 300_000


@pytest.mark.model
def test_asking_reads_no_list():
    """They would take half a second of the first question with an unknown word."""
    program = "import sys; from index.word_list import is_in_a_word_list as known; known('x'); assert known('fiets')"
    program += "; print('simplemma' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
