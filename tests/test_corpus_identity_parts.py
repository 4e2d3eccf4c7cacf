"""The parts of a Kamerstuk's head, wherever they stand."""

import datetime

import pytest

from corpus.document import Identity
from corpus.identity import (
    find_dates,
    read_date,
    read_dossier_number,
    read_head,
    read_session_year,
    sentence_case,
    sign,
)


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("27 925", "27925"),
        ("36600", "36600"),
        ("36 600 VII", "36600-VII"),
        ("35 300-XV", "35300-XV"),
        ("21 501-02", "21501-02"),
        ("33 852 (R2023)", "33852-R2023"),
        ("279 25", None),
        ("dossier", None),
    ],
)
def test_dossier_numbers_lose_their_spaces_and_keep_their_addition(printed, number):
    assert read_dossier_number(printed) == number


@pytest.mark.parametrize(
    ("printed", "year"),
    [
        ("Vergaderjaar 2019–2020", "2019/20"),
        ("2026‒2027", "2026/27"),
        ("vergaderjaar 1999-2000", "1999/2000"),
        ("2019", None),
    ],
)
def test_session_years_are_read_with_any_dash(printed, year):
    assert read_session_year(printed) == year


def test_dates_are_read_from_lines_and_from_running_text():
    assert read_date("’s-Gravenhage, 3 mei 1995") == datetime.date(1995, 5, 3)
    assert read_date("Vastgesteld 28 december 2023") == datetime.date(2023, 12, 28)
    assert read_date("Op 28 december 2023 sprak ik u.") is None
    assert find_dates("(ontvangen 14 mei 2024), zie 31 februari 2024") == [datetime.date(2024, 5, 14)]


def test_the_head_ends_where_the_text_begins():
    """The date of a letter quoted in a report is not the report's, and what stands above it is no head."""
    lines = [
        "Tweede Kamer der Staten-Generaal 2", "Vergaderjaar 2022–2023", "", "35 510 Ondervraging", "",
        "Nr. 130 VERSLAG", "", "De commissie heeft vragen gesteld.", "", "Den Haag, 22 maart 2023",
    ]  # fmt: skip
    head = read_head(lines)
    assert head
    assert (head.lines, head.identity.date) == (6, None)


@pytest.mark.parametrize(
    ("signature", "names"),
    [
        ("De Minister van X, R. W. de Korte", ("R. W. de Korte",)),
        ("De Minister van X, A.G. van de Von De Minister van Y, W.A. Vos", ("A.G. van de Von", "W.A. Vos")),
        ("De Minister van X, D. Yeşilgöz-Zegerius", ("D. Yeşilgöz-Zegerius",)),
        ("De Minister van X, H.G.J. Bruins Slot", ("H.G.J. Bruins Slot",)),
    ],
)  # fmt: skip
def test_names_end_where_the_next_office_begins(signature, names):
    assert sign(Identity("x", "x"), signature).signatories == names


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("BRIEF VAN DE MINISTER VAN BUITENLANDSE ZAKEN", "Brief van de Minister van Buitenlandse Zaken"),
        ("MOTIE VAN HET LID VAN DER GRAAF C.S.", "Motie van het lid Van der Graaf c.s."),
        ("MOTIE VAN DE LEDEN OMTZIGT EN DE VRIES OVER DE ZORG", "Motie van de leden Omtzigt en de Vries over de zorg"),
        ("VERSLAG", "Verslag"),
        ("Verslag van het lid", "Verslag van het lid"),
    ],
)  # fmt: skip
def test_titles_in_capitals_keep_the_capitals_of_names(printed, title):
    assert sentence_case(printed) == title
