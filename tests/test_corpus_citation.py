import datetime

import pytest

from corpus.citation import Place, citation, document_citation, official_url, split_address
from corpus.document import Dossier, Identity
from corpus.identity import identity_from_name, sentence_case, short_session_year, sign


def kamerstuk(chamber, year, dossier, number):
    return Identity(
        "kst-x", "Brief", chamber=chamber, session_year=year, number=number, dossiers=(Dossier(dossier, ""),)
    )


@pytest.mark.parametrize(
    ("identity", "cited"),
    [
        (kamerstuk("II", "2015/16", "34442", "3"), "Kamerstukken II 2015/16, 34442, nr. 3"),
        (kamerstuk("I", "1995/96", "23700", "188b"), "Kamerstukken I 1995/96, 23700, nr. 188b"),
        (kamerstuk("I", "2014/15", "33802", "C"), "Kamerstukken I 2014/15, 33802, C"),
        (Identity("n", "Notitie", date=datetime.date(2020, 5, 1)), "Notitie, 1 mei 2020"),
    ],
)
def test_documents_are_cited_as_the_leidraad_prescribes(identity, cited):
    """The Leidraad's own examples, and a document that is no Kamerstuk."""
    assert document_citation(identity) == cited


@pytest.mark.parametrize(
    ("place", "rest"),
    [
        (Place("kst-27925-681", 1), "p. 1, al. 1"),
        (
            Place("kst-27925-681", 7),
            "p. 2-3, onder 'Verbinden: internationaal, nationaal en lokaal', al. 2",
        ),
        (Place("kst-27925-681", 8), "p. 3, onder 'Verbinden: internationaal, nationaal en lokaal', al. 3"),
        (Place("kst-27925-681", 20), "p. 5, ondertekening"),
        (
            Place("kst-27925-681", 6, "3"),
            "p. 2, onder 'Verbinden: internationaal, nationaal en lokaal', al. 1, noot 3",
        ),
    ],
)
def test_places_in_the_letter(letter, place, rest):
    """Pages, section, paragraph within the section, footnote."""
    assert citation(letter, place) == f"Kamerstukken II 2019/20, 27925, nr. 681, {rest}"


def test_no_such_place(letter):
    """A place that the document does not have cannot be cited."""
    with pytest.raises(KeyError):
        citation(letter, Place("kst-27925-681", 21))
    with pytest.raises(KeyError):
        citation(letter, Place("kst-27925-681", 1, "9"))


def test_addresses_there_and_back():
    """An address names a paragraph or a footnote; anything else is refused."""
    assert Place("kst-27925-681", 7).address == "kst-27925-681#al-7"
    assert Place("kst-27925-681", 6, "3").address == "kst-27925-681#noot-3"
    assert split_address("kst-27925-681#al-7") == ("kst-27925-681", 7, None)
    assert split_address("kst-27925-681#noot-3") == ("kst-27925-681", None, "3")
    for wrong in ("kst-27925-681", "kst#al-0", "#al-1", "kst#al-x", "kst#al-1 "):
        with pytest.raises(ValueError, match="no address"):
            split_address(wrong)


def test_official_address(letter):
    """Only a Kamerstuk has a page on the official site."""
    assert official_url(letter.identity) == "https://zoek.officielebekendmakingen.nl/kst-27925-681.html"
    assert official_url(Identity("notitie", "Notitie")) is None


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("BRIEF VAN DE MINISTER VAN BUITENLANDSE ZAKEN", "Brief van de Minister van Buitenlandse Zaken"),
        ("VERSLAG VAN EEN ALGEMEEN OVERLEG", "Verslag van een algemeen overleg"),
        ("Brief van de minister", "Brief van de minister"),
    ],
)
def test_titles_in_capitals(title, written):
    """Capitals become running text; an office keeps its own."""
    assert sentence_case(title) == written


def test_session_years():
    """Short, but in full when the century turns."""
    assert short_session_year(2019, 2020) == "2019/20"
    assert short_session_year(1999, 2000) == "1999/2000"


def test_identity_without_a_head():
    """The id comes from the name; the signature gives office and name."""
    identity = sign(identity_from_name("Nóta 3.pdf", ""), "De Minister van Financiën, W.B. Hoekstra")
    assert identity.id == "nota-3"
    assert identity.title == "Nóta 3"
    assert identity.sender == "Minister van Financiën"
    assert identity.signatories == ("W.B. Hoekstra",)
