"""Texts cut for a page: joined, the pieces are the text."""

from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Document, Footnote, Identity, NoteReference, Paragraph, Section
from index.documents import KeptDocuments
from service.languages import quotation_language
from service.pieces import Link, Piece, cut, links_in, paragraph_pieces, preview

_NOTE = Footnote("1", "N", 1)


def test_highlights_by_hand():
    """The pieces are the text, in order."""
    assert list(cut("abcdef", highlights=[{"start": 2, "end": 4}])) == [Piece("ab"), Piece("cd", True), Piece("ef")]
    assert list(cut("abc")) == [Piece("abc")]


def test_a_note_within_a_link_within_a_highlight():
    """Each border is kept; the note stands where its mark stood."""
    link = Link("/x", True)
    assert list(cut("abcdef", highlights=[{"start": 0, "end": 5}], notes=[(3, _NOTE)], links=[(2, 4, link)])) == [
        Piece("ab", True),
        Piece("c", True, link, _NOTE),
        Piece("d", True, link),
        Piece("e", True),
        Piece("f"),
    ]


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=4),
    st.lists(st.integers(0, 40), max_size=4),
)
def test_any_cuts_keep_the_text_and_every_note(text, spans, positions):
    """Whatever is cut where."""
    inside = [(min(a, b, len(text)), min(max(a, b), len(text))) for a, b in spans]
    notes = [(min(position, len(text)), Footnote(str(at), "n", 1)) for at, position in enumerate(positions)]
    pieces = list(cut(text, highlights=[{"start": a, "end": b} for a, b in inside], notes=notes))
    assert "".join(piece.text for piece in pieces) == text
    assert sorted(piece.note.mark for piece in pieces if piece.note) == sorted(note.mark for _, note in notes)
    at = 0
    for piece in pieces:
        assert all(
            piece.is_marked == any(a <= place < b for a, b in inside) for place in range(at, at + len(piece.text))
        )
        at += len(piece.text)


def test_marks_of_unknown_notes_are_left_out():
    """A mark without a note opens nothing."""
    paragraph = Paragraph(1, "abcd", notes=(NoteReference("1", 2), NoteReference("9", 3)))
    document = Document(Identity("d", "D"), (Section((), (paragraph,)),), (_NOTE,))
    assert list(paragraph_pieces(document, paragraph, KeptDocuments.of([]))) == [Piece("ab", note=_NOTE), Piece("cd")]


def test_references_lead_here_or_to_the_official_site(letter):
    """To the letter where it is here, else elsewhere; a document does not refer to itself, a resolution leads nowhere."""
    here = KeptDocuments.of([letter])
    assert [link for _, _, link in links_in("Zie Kamerstuk 27 925, nr. 681 en 26150-184.", here)] == [
        Link("/documents/kst-27925-681", True),
        Link("https://zoek.officielebekendmakingen.nl/kst-26150-184.html", False),
    ]
    assert links_in("Zie Kamerstuk 27 925, nr. 681.", here, letter.id) == []
    assert links_in("Resolutie 2396 en de brief van 3 maart 2011.", here) == []
    assert [link.address for _, _, link in links_in("Dossier 27925 en dossier 31058.", here)] == [
        "/documents?dossier=27925",
        "https://zoek.officielebekendmakingen.nl/dossier/31058",
    ]


def test_the_letters_own_references(letter):
    """Both Kamerstukken that it names are links to the official site; the words of the link are the letter's."""
    here = KeptDocuments.of([letter])
    found = [
        (piece.text, piece.link.address)
        for paragraph in letter.paragraphs
        for piece in paragraph_pieces(letter, paragraph, here)
        if piece.link
    ]
    site = "https://zoek.officielebekendmakingen.nl"
    assert found == [("26 150, nr. 184", f"{site}/kst-26150-184.html"), ("34 052, nr. 13", f"{site}/kst-34052-13.html")]


def test_a_preview_begins_with_what_is_marked():
    """And ends after so many characters."""
    pieces = [Piece("abc"), Piece("def", True), Piece("ghi")]
    assert preview(pieces, 4) == [Piece("def", True), Piece("g")]
    assert preview([Piece("abc")], 2) == [Piece("ab")]


def test_the_language_of_a_quotation(letter):
    """By its small words; Dutch when there are none."""
    assert {quotation_language(paragraph.text) for paragraph in letter.paragraphs} == {"nl"}
    assert quotation_language("The Forum has been set up by the United States and is led by it.") == "en"
    assert quotation_language("GCTF 2019") == "nl"
