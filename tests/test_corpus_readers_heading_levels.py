"""Numbers, nesting and typography together give a heading its level."""

import pytest

from corpus.readers.heading_levels import HeadingLevels
from corpus.readers.outline import Outline


def paths(headings: list[tuple[str, int, str]]) -> list[str]:
    """The section paths that headings (text, depth, style) open, one after the other."""
    levels = HeadingLevels([style for _, _, style in headings])
    outline = Outline()
    found = []
    for text, depth, style in headings:
        for level, placed in levels.place(text, depth, style):
            outline.heading(placed, level)
        outline.paragraph("x")
        found.append(" > ".join(outline._sections[-1][0]))
    return found


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        ([("1. A", 1, ""), ("1.1 B", 1, ""), ("1.1.1 C", 1, ""), ("1.2 D", 1, "")], ["1. A", "1. A > 1.1 B", "1. A > 1.1 B > 1.1.1 C", "1. A > 1.2 D"]),
        ([("2. A", 1, ""), ("2.1 B", 2, ""), ("Slot", 2, ""), ("2.2 C", 1, "")], ["2. A", "2. A > 2.1 B", "2. A > Slot", "2. A > 2.2 C"]),
        ([("2 A", 1, ""), ("1. punt", 2, ""), ("2. punt", 2, ""), ("3 B", 1, "")], ["2 A", "2 A > 1. punt", "2 A > 2. punt", "3 B"]),
        ([("I. A", 1, "vet"), ("1. B", 1, "vet"), ("2. C", 1, "vet"), ("II. D", 1, "vet"), ("1. E", 1, "vet")], ["I. A", "I. A > 1. B", "I. A > 2. C", "II. D", "II. D > 1. E"]),
        ([("A. ALGEMEEN", 1, "vet"), ("§ 1. B", 1, "cur"), ("§ 2. C", 1, "cur"), ("B. ARTIKELEN", 1, "vet")], ["A. ALGEMEEN", "A. ALGEMEEN > § 1. B", "A. ALGEMEEN > § 2. C", "B. ARTIKELEN"]),
        ([("Klein", 1, "cur"), ("Groot", 1, "vet"), ("Klein", 1, "cur")], ["Klein", "Groot", "Groot > Klein"]),
        ([("Enig", 1, "cur"), ("Ander", 1, "cur")], ["Enig", "Ander"]),
        ([("Vraag 1", 2, ""), ("Antwoord", 2, ""), ("Vraag 2", 3, ""), ("Antwoord op vraag 2:", 1, "")], ["Vraag 1", "Vraag 1 > Antwoord", "Vraag 2", "Vraag 2 > Antwoord op vraag 2:"]),
        ([("Antwoord", 1, ""), ("Vragenlijst", 1, "")], ["Antwoord", "Vragenlijst"]),
        ([("2019 in cijfers", 1, ""), ("10 miljoen", 1, "")], ["2019 in cijfers", "10 miljoen"]),
    ],
)  # fmt: skip
def test_headings_open_the_path_a_reader_sees(headings, expected):
    assert paths(headings) == expected
