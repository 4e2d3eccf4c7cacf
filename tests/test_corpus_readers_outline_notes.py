"""Notes of headings and tables, which are no paragraphs, find the paragraph that carries them."""

from corpus.document import NoteReference
from corpus.identity import identity_from_name
from corpus.readers.outline import Cell, Outline


def test_a_heading_s_note_goes_to_the_start_of_the_paragraph_below():
    outline = Outline()
    outline.heading("Kop", notes=(NoteReference("1", 3),))
    outline.paragraph("Tekst.", notes=(NoteReference("2", 5),))
    outline.footnote("1", "Van de kop.")
    document = outline.finish(identity_from_name("x", "x"))
    assert document.paragraph(1).notes == (NoteReference("1", 0), NoteReference("2", 5))
    assert document.footnote("1").paragraph == 1


def test_a_cell_s_note_counts_in_its_row_and_a_header_s_goes_to_the_first_row():
    outline = Outline()
    outline.table(
        [
            ["Jaar", Cell("Aantal", (NoteReference("a", 6),))],
            ["2019", Cell("4.000", (NoteReference("b", 5),))],
            ["", Cell("5", (NoteReference("c", 1),))],
        ],
        has_header=True,
    )
    first, second = outline.finish(identity_from_name("x", "x")).paragraphs
    assert (first.text, first.notes) == (
        "Jaar: 2019 | Aantal: 4.000",
        (NoteReference("a", 0), NoteReference("b", 26)),
    )
    assert (second.text, second.notes) == ("Aantal: 5", (NoteReference("c", 9),))


def test_a_note_marked_twice_belongs_to_the_first_paragraph():
    outline = Outline()
    for _ in range(2):
        outline.paragraph("Tekst.", notes=(NoteReference("1", 5),))
    outline.footnote("1", "Noot.")
    assert outline.finish(identity_from_name("x", "x")).footnote("1").paragraph == 1
