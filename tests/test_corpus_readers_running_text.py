"""Running text is folded as the text reader folds it, and note marks leave no trace in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import NoteReference
from corpus.readers.running_text import RunningText, Text, join_texts


def run(*pieces: str) -> Text:
    """Running text of pieces; a piece "^1" is the mark 1, and "|" an element's border."""
    running = RunningText()
    for piece in pieces:
        if piece.startswith("^"):
            running.mark(piece[1:])
        elif piece == "|":
            running.separate()
        else:
            running.add(piece)
    return running.take()


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["\n  een\r\n", " twee\u00a0drie  "], Text("een twee drie")),
        (["zacht\u00adbreken", "\u200bnul"], Text("zachtbrekennul")),
        (["2019", "^1", ". Neder"], Text("2019. Neder", (NoteReference("1", 4),))),
        (["woord ", "^1", " verder"], Text("woord verder", (NoteReference("1", 5),))),
        (["woord ", "^1", "."], Text("woord.", (NoteReference("1", 5),))),
        (["site\n      ", ". Slot"], Text("site. Slot")),
        (["een ", "."], Text("een .")),
        (["^1", "^2", "x"], Text("x", (NoteReference("1", 0), NoteReference("2", 0)))),
        (["De Minister", "|", "Jansen", ", lid"], Text("De Minister Jansen, lid")),
        (["(", "|", "SP", ")"], Text("(SP)")),
        ([" ", "\n"], Text("")),
    ],
)
def test_pieces_become_text(pieces, expected):
    assert run(*pieces) == expected


@given(st.lists(st.text(alphabet=st.sampled_from("ab .\n\t\u00a0\u00ad"), max_size=6), max_size=8), st.integers(0, 8))
def test_folding_in_pieces_is_folding_the_whole(pieces, place):
    """With one mark anywhere, the text is what splitting and joining gives, and the mark stands inside it."""
    running = RunningText()
    for number, piece in enumerate(pieces):
        if number == place:
            running.mark("1")
        running.add(piece)
    text = running.take()
    whole = " ".join("".join(pieces).replace("\u00ad", "").split())
    assert text.text.replace(" .", ".") == whole.replace(" .", ".")
    assert all(0 <= note.position <= len(text.text) for note in text.notes)


def test_joined_texts_keep_their_notes_in_place():
    joined = join_texts([Text("een twee", (NoteReference("1", 3),)), Text("drie", (NoteReference("2", 4),))])
    assert joined == Text("een twee drie", (NoteReference("1", 3), NoteReference("2", 13)))
