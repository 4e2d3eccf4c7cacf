import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_places import placed

from index.abbreviations import mine_abbreviations
from index.columns import pack
from index.errors import SnapshotDamaged
from index.lexical import LexicalIndex
from index.passages import PlaceText
from index.vocabulary import Vocabulary, edit_distance
from index.words import language_of, stem, stems, words_of

TEXTS = [
    PlaceText(text, heading)
    for text, heading in (
        ("De Nationaal Coördinator Terrorismebestrijding en Veiligheid (NCTV) geeft een presentatie.", ""),
        ("De bestrijding van terrorisme vraagt om burgemeesters en een covoorzitter.", ""),
        ("Er kwamen 4.000 mensen; zie Kamerstuk 27 925, nr. 681.", "Aantallen"),
        ("Het weer is mooi in Marokko.", ""),
    )
]


@pytest.fixture
def index() -> LexicalIndex:
    return LexicalIndex.of(placed(TEXTS))


def best(index, question):
    bm25 = index.bm25(index.understand(question))
    return int(np.argmax(bm25)) if bm25.any() else None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Coördinator én café", ["coordinator", "en", "cafe"]),
        ("thema’s, thema's", ["thema", "thema"]),
        ("co-voorzitter", ["co-voorzitter"]),
        ("4.000 mensen, 6,2 procent", ["4000", "mensen", "6,2", "procent"]),
        ("Kamerstuk 27 925, nr. 681", ["kamerstuk", "27925", "nr", "681"]),
        ("in 2019 100 keer", ["in", "2019", "100", "keer"]),
        ("2015–2019", ["2015", "2019"]),
        ("", []),
    ],
)
def test_words(text, words):
    """Folded, with numbers as they are meant."""
    assert words_of(text) == words


def test_spelling_variants_have_one_stem():
    """A hyphen, a plural or an accent does not matter."""
    assert stem("co-voorzitter") == stem("covoorzitter")
    assert stem("burgemeesters") == stem("burgemeester")
    assert stem("gemeenten") == stem("gemeente")


@pytest.mark.parametrize(
    ("question", "language"),
    [("What is the GCTF?", "en"), ("Wat is het GCTF?", "nl"), ("drones", "nl"), ("Who was in charge?", "en")],
)
def test_language(question, language):
    """By function words; Dutch when there are none."""
    assert language_of(question) == language


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("burgemeester", 1),
        ("burgemester", 1),  # a letter missing
        ("burgemeetsers", 1),  # two swapped
        ("co-voorzitter", 1),
        ("4000", 2),
        ("27925", 2),
        ("27 925", 2),
        ("weersverwachting", None),
        ("aantallen", 2),  # only in the heading
        ("nctv", 0),
        ("xyzzy", None),
        ("", None),
    ],
)
def test_where_a_word_stands(index, question, place):
    """Inflected, misspelt, hyphenated, as a number, in a heading."""
    assert best(index, question) == place


def test_compounds_are_split_by_the_words_of_the_corpus(index):
    """Terrorismebestrijding is made of terrorisme and bestrijding, both words of the corpus."""
    assert index.vocabulary.parts("terrorismebestrijding") == ("terrorisme", "bestrijding")
    assert index.vocabulary.parts("burgemeesters") == ()
    bm25 = index.bm25(index.understand("terrorismebestrijding"))
    assert bm25[0] > bm25[1] > 0


@given(counts=st.dictionaries(st.text("aens", min_size=3, max_size=12), st.integers(1, 9), max_size=30))
def test_parts_are_the_best_of_all_ways_to_cut(counts):
    """Two words of four letters or more, with or without a link; the one whose rarer part is the most common."""
    for word in counts:
        ways = [
            (min(counts[word[:head]], counts[word[tail:]]), (word[:head], word[tail:]))
            for head in range(4, len(word) - 3)
            for tail in range(head, len(word) - 3)
            if word[head:tail] in ("", "s", "e", "en", "n") and {word[:head], word[tail:]} <= counts.keys()
        ]
        assert Vocabulary(counts).parts(word) == max(ways, default=(0, ()))[1]


def test_abbreviations_work_both_ways(index):
    """The short form finds the long one and the other way round."""
    assert index.abbreviations == {"NCTV": "Nationaal Coördinator Terrorismebestrijding en Veiligheid"}
    words = index.understand("Nationaal Coördinator Terrorismebestrijding en Veiligheid")
    assert "nctv" in [word.word for word in words]
    (word,) = index.understand("nctv")
    assert stem("veiligheid") in dict(word.stems)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("de Verenigde Naties (VN) en", {"VN": "Verenigde Naties"}),
        ("UN Office on Counter-Terrorism (UNOCT)", {"UNOCT": "UN Office on Counter-Terrorism"}),
        ("zo ging het met ons (VO) niet", {}),
        ("(GCTF)", {}),
        ("de eerste keer (EK", {}),
        ("Kamer (bijlage 1)", {}),
    ],
)
def test_mined_abbreviations(text, found):
    """Only what the text itself explains."""
    assert mine_abbreviations([text]) == found


@pytest.mark.parametrize(
    ("one", "other", "distance"), [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("kat", "kast", 1), ("weg", "dag", 2)]
)
def test_edit_distance(one, other, distance):
    """Add, drop, change and swap each count one."""
    assert edit_distance(one, other) == edit_distance(other, one) == distance


def test_corrections_are_the_nearest_words():
    """One error in a short word, two in a long one; the most common first."""
    vocabulary = Vocabulary({"marokko": 3, "terrorisme": 2, "terrorismen": 1, "weer": 1})
    assert vocabulary.corrections("maroko") == (("marokko", 1),)
    assert vocabulary.corrections("terorrismee") == (("terrorisme", 2), ("terrorismen", 2))
    assert vocabulary.corrections("marko") == ()
    assert vocabulary.corrections("wee") == ()


def test_presence_is_told_of_the_places_asked_for(index):
    """Of some places it says what it says of all; BM25 is above 0 where a word is present, and only there."""
    every = np.arange(index.places)
    for question in ("terrorismebestrijding in Marokko", "burgemeestr en drones", "zzzz"):
        words = index.understand(question)
        presence = index.presence(words, every)
        assert ((presence > 0).any(axis=0) == (index.bm25(words) > 0)).all()
        assert (index.presence(words, every[1::2]) == presence[:, 1::2]).all()
        assert index.presence(words, every[:0]).shape == (len(words), 0)


def test_places_that_have_all_words(index):
    """In their own text, not only above it, in any order."""
    for words in (["marokko"], ["681", "27925"], ["4000", "27925"], ["marokko", "681"], ["aantallen"], ["nergens"]):
        having = [at for at, each in enumerate(TEXTS) if set(map(stem, words)) <= set(stems(words_of(each.text)))]
        assert index.places_with(words).tolist() == having


def test_saved_and_opened_it_is_the_same(index):
    """Bytes equal for equal texts; an opened index matches alike."""
    data = index.to_bytes()
    assert LexicalIndex.of(placed(TEXTS)).to_bytes() == data
    opened = LexicalIndex.from_bytes(data)
    for question in ("burgemester", "nctv", "terrorisme in Marokko"):
        words, every = index.understand(question), np.arange(index.places)
        assert opened.understand(question) == words
        assert np.array_equal(index.bm25(words), opened.bm25(words))
        assert np.array_equal(index.presence(words, every), opened.presence(words, every))


@pytest.mark.parametrize("words", [[], {}, {"stems": ["a"], "counts": {}, "abbreviations": {}}])
def test_other_words_than_stated_are_refused(words):
    """Columns that fit no words are no index, though their bytes are whole."""
    nothing = np.zeros(0, np.float32)
    columns = {"starts": np.zeros(1, np.int64), "places": nothing, "frequencies": nothing, "lengths": nothing}
    with pytest.raises(SnapshotDamaged, match=r"lexical\.safetensors"):
        LexicalIndex.from_bytes(pack(columns, words))


def test_postings_without_frequencies_are_refused():
    """Every posting says how often."""
    starts, none = np.array([0, 2], np.int64), np.zeros(0, np.float32)
    columns = {"starts": starts, "places": np.zeros(2, np.int32), "frequencies": none, "lengths": none}
    with pytest.raises(SnapshotDamaged, match="other counts of postings"):
        LexicalIndex.from_bytes(pack(columns, {"stems": ["a"], "counts": {}, "abbreviations": {}}))


def test_an_empty_index_answers_nothing():
    """No texts, no words, no error."""
    empty = LexicalIndex.from_bytes(LexicalIndex.of(placed([])).to_bytes())
    assert empty.places == 0 and empty.bm25(empty.understand("drones")).shape == (0,)


def test_a_word_of_a_hundred_thousand_letters():
    """No word that anybody looks for; it is indexed, and neither split nor corrected."""
    index = LexicalIndex.of(placed([PlaceText("a" * 100_000, ""), PlaceText("drones vliegen", "")]))
    assert best(index, "drones") == 1
    assert index.bm25(index.understand("a" * 100_000))[0] > 0


def test_a_word_of_thousands_of_letters():
    """A text without spaces is one word; it is counted, and others are corrected all the same."""
    vocabulary = Vocabulary({"a" * 40_000: 1, "terrorisme": 2})
    assert vocabulary.corrections("terorisme") == (("terrorisme", 1),)


@pytest.mark.parametrize(
    ("word", "is_word"),
    [
        ("marokko", True),  # of the corpus
        ("maroko", True),  # nearly so
        ("erwtensoep", True),
        ("mountain", True),
        ("2019", True),
        ("zxcv", False),
        ("lkjfd", False),
    ],
)
def test_what_is_a_word(index, word, is_word):
    """What the corpus has, something near it, or a Dutch or English word list."""
    (understood,) = index.understand(word)
    assert understood.is_word == is_word


def test_words_of_questions_are_not_kept(index):
    """They are the askers' own, and without end: what was understood leaves nothing in memory."""
    before = 0
    for number in range(3000):
        if number == 1000:
            before = sys.getallocatedblocks()
        index.understand(f"Wat zegt de brief over {number * 7919}, of over c{number}?")
    assert sys.getallocatedblocks() - before < 500
