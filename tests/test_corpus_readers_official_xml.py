"""Official XML becomes the same document as the letter's text, in every vocabulary that Kamerstukken have had."""

import datetime
from dataclasses import replace

import pytest
from made_markup import MADE
from mutations_of_markup import try_reader
from reading import SAMPLES, marks, notes, outline, read_letter, texts
from rendering_xml import metadata_xml, official_xml

from corpus.document import Document, Dossier, Identity
from corpus.errors import DocumentError, UnreadableDocument, UnsupportedFormat
from corpus.readers.official_xml import read_official_xml


def paper(stuk: str, *, head: str = "", dossier: str = "", chamber: str = "Tweede Kamer der Staten-Generaal") -> bytes:
    """A Kamerstuk with this text; `head` replaces number and title."""
    head = head or "<stuknr>Nr. <ondernummer kamer='2'>7</ondernummer></stuknr><titel>VERSLAG</titel>"
    dossier = dossier or (
        "<dossier><dossiernummer><dossiernr>36 180</dossiernr></dossiernummer><titel>Dossiertitel</titel></dossier>"
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<officiele-publicatie><kamerstuk><kamerstukkop>
  <tekstregel inhoud="vergaderjaar">Vergaderjaar 2024-2025</tekstregel>
  <tekstregel inhoud="kameraanduiding">{chamber}</tekstregel></kamerstukkop>{dossier}
<stuk>{head}{stuk}</stuk></kamerstuk></officiele-publicatie>""".encode()


def free_text(inner: str) -> bytes:
    return paper(f"<algemeen><vrije-tekst><tekst status='goed'>{inner}</tekst></vrije-tekst></algemeen>")


def read(data: bytes, name: str = "stuk.xml") -> Document:
    return read_official_xml(data, name)


# The letter


def test_letter_comes_out_as_its_text_does():
    """Paragraphs, numbers, headings, notes and identity are equal; only the pages are not there."""
    letter = read_letter()
    assert read(official_xml(letter), "kst-27925-681.xml") == letter
    assert len(letter.paragraphs) == 20


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252"])
def test_encoding_does_not_matter(encoding):
    """Windows-1252 is read although the file calls itself UTF-8, as mislabelled old files do."""
    data = free_text("<al>Financiën “zonder” naïviteit – één reële coöperatie.</al>").decode()
    declared = data if encoding != "utf-16" else data.replace('encoding="utf-8"', 'encoding="utf-16"')
    assert texts(read(declared.encode(encoding))) == ["Financiën “zonder” naïviteit – één reële coöperatie."]


def test_space_before_the_declaration_does_not_matter():
    assert texts(read(b"\xef\xbb\xbf\r\n  " + free_text("<al>Tekst.</al>"))) == ["Tekst."]


# Running text


def test_processing_instructions_vanish_without_a_space():
    document = read(free_text("<al>UZI-server<?xpp afbm?>certificaten en <!-- x -->aan<?xpp qa?>dacht.</al>"))
    assert texts(document) == ["UZI-servercertificaten en aandacht."]


def test_inline_elements_keep_their_text_and_nothing_else():
    document = read(
        free_text(
            "<al>De <nadruk type='vet'>voorzitter</nadruk> wijst op <extref soort='URL' doc='http://x'>de site</extref>,"
            " CO<inf>2</inf> en m<sup>2</sup>,<br/>en\r\n      soft&#xAD;hyphens.<plaatje><illustratie naam='a'/></plaatje></al>"
        )
    )
    assert texts(document) == ["De voorzitter wijst op de site, CO2 en m2, en softhyphens."]


def test_notes_leave_the_text_and_stay_with_their_paragraph():
    note = "<noot id='{0}' type='voet'><noot.nr>{0}</noot.nr><noot.al>Noot <nadruk type='cur'>{0}</nadruk>.</noot.al></noot>"
    document = read(
        free_text(f"<al>Eerste{note.format(1)}, tweede.{note.format(2)}</al><al>Derde {note.format('*')}.</al>")
    )
    assert texts(document) == ["Eerste, tweede.", "Derde."]
    assert marks(document, 1) == [("1", "Eerste"), ("2", "Eerste, tweede.")]
    assert marks(document, 2) == [("*", "Derde")]
    assert notes(document) == [("1", "Noot 1.", 1), ("2", "Noot 2.", 1), ("*", "Noot *.", 2)]


def test_a_note_that_is_referred_to_again_belongs_to_its_first_paragraph():
    document = read(
        free_text(
            "<al>Een<noot id='n1'><noot.nr>1</noot.nr><noot.al>Zie.</noot.al></noot>.</al><al>Twee<nootref refid='n1'/>.</al>"
        )
    )
    assert notes(document) == [("1", "Zie.", 1)]
    assert marks(document, 2) == [("1", "Twee")]


def test_a_mark_used_twice_names_two_notes():
    """An annex counts its notes anew; neither text is lost, and each stays with its own paragraph."""
    note = "<noot><noot.nr>1</noot.nr><noot.al>{}</noot.al></noot>"
    document = read(
        free_text(f"<al>Brief{note.format('Van de brief.')}</al><al>Bijlage{note.format('Van de bijlage.')}</al>")
    )
    assert notes(document) == [("1", "Van de brief.", 1), ("1_2", "Van de bijlage.", 2)]


def test_notes_of_the_title_go_to_the_first_paragraph():
    note = "<noot><noot.nr>1</noot.nr><noot.al>Samenstelling van de commissie.</noot.al></noot>"
    head = f"<stuknr><ondernummer kamer='1'>AI</ondernummer>{note}</stuknr><titel>VERSLAG</titel>"
    document = read(
        paper(
            "<algemeen><vrije-tekst><tekst><al>Aan de Voorzitter van de Kamer</al><al>Den Haag, 3 mei 2024</al>"
            "<al>Tekst.</al></tekst></vrije-tekst></algemeen>",
            head=head,
            chamber="Eerste Kamer der Staten-Generaal",
        )
    )
    assert texts(document) == ["Tekst."]
    assert notes(document) == [("1", "Samenstelling van de commissie.", 1)]
    assert marks(document, 1) == [("1", "")]
    assert document.identity.number == "AI"


# Structure


def test_list_items_are_paragraphs_with_their_numbers_but_without_bullets():
    document = read(
        free_text(
            "<al>Aanhef:</al><lijst type='expliciet'><li><li.nr>a.</li.nr><al>eerste;</al><al>vervolg;</al>"
            "<lijst type='ndash'><li><li.nr>–</li.nr><al>genest;</al></li></lijst></li>"
            "<li><li.nr>b.</li.nr><al>tweede.</al></li></lijst><al>– streep in de tekst</al>"
        )
    )
    assert texts(document) == ["Aanhef:", "a. eerste;", "vervolg;", "genest;", "b. tweede.", "streep in de tekst"]


def test_a_note_in_a_list_item_counts_from_its_label():
    note = "<noot><noot.nr>1</noot.nr><noot.al>Noot.</noot.al></noot>"
    document = read(
        free_text(f"<lijst><li><li.nr>2.</li.nr><al>punt{note} twee</al></li></lijst><al>– punt{note}</al>")
    )
    assert marks(document, 1) == [("1", "2. punt")]
    assert marks(document, 2) == [("1_2", "punt")]


def test_numbered_headings_win_over_nesting():
    """A heading "2.1" beside "2." stands under it all the same, and "3." in the element of "2." does not."""
    document = read(
        paper(
            "<algemeen><vrije-tekst>"
            "<divisie><kop><nr>1.</nr><titel>Inleiding</titel></kop><al>a</al>"
            "<divisie><kop><nr>1.1</nr><titel>Aanleiding</titel></kop><al>b</al></divisie></divisie>"
            "<divisie><kop><nr>2.</nr><titel>Beleid</titel></kop><al>c</al>"
            "<divisie><kop><nr>3.</nr><titel>Slot</titel></kop><al>e</al></divisie></divisie>"
            "<divisie><kop><nr>3.1</nr><titel>Dank</titel></kop><al>f</al></divisie>"
            "</vrije-tekst></algemeen>"
        )
    )
    assert [path for path, _ in outline(document)] == [
        "1. Inleiding",
        "1. Inleiding > 1.1 Aanleiding",
        "2. Beleid",
        "3. Slot",
        "3. Slot > 3.1 Dank",
    ]


def test_unnumbered_divisions_nest_and_a_count_that_begins_anew_stays_inside():
    document = read(
        paper(
            "<algemeen><vrije-tekst><divisie><kop><nr>I.</nr><titel>ALGEMEEN</titel></kop>"
            "<divisie><kop><nr>1.</nr><titel>Doel</titel></kop><tussenkop kopopmaak='cur'>Kern</tussenkop><al>a</al></divisie>"
            "<divisie><kop><titel>Kosten</titel></kop><al>b</al></divisie></divisie>"
            "<divisie><kop><nr>II.</nr><titel>ARTIKELSGEWIJS</titel></kop>"
            "<tussenkop kopopmaak='cur'>Artikel I</tussenkop><al>c</al></divisie></vrije-tekst></algemeen>"
        )
    )
    assert [path for path, _ in outline(document)] == [
        "I. ALGEMEEN > 1. Doel > Kern",
        "I. ALGEMEEN > Kosten",
        "II. ARTIKELSGEWIJS > Artikel I",
    ]


def test_subheadings_rank_by_their_type_when_there_are_several():
    document = read(
        free_text(
            "<tussenkop kopopmaak='vet'>Groot</tussenkop><al>a</al><tussenkop kopopmaak='cur'>Klein</tussenkop><al>b</al>"
            "<tussenkop kopopmaak='vet'>Ander</tussenkop><al>c</al>"
        )
    )
    assert [path for path, _ in outline(document)] == ["Groot", "Groot > Klein", "Ander"]


def test_a_paragraph_tagged_as_heading_is_a_paragraph():
    """Budget papers tag running text as a roman heading, for the white space above it."""
    long = "Het onderhavige wetsvoorstel strekt ertoe om voor het jaar 2019 wijzigingen aan te brengen in:"
    document = read(free_text(f"<tussenkop kopopmaak='rom'>{long}</tussenkop><al>de begroting.</al>"))
    assert outline(document) == [("", [long, "de begroting."])]


def test_a_line_all_in_bold_is_a_heading_and_a_block_of_them_is_not():
    bold = "<al><nadruk type='vet'>{}</nadruk></al>"
    document = read(
        free_text(f"{bold.format('Aanleiding')}<al>Tekst.</al>{bold.format('Dit is een zin.')}<al>Slot.</al>")
    )
    assert outline(document) == [("Aanleiding", ["Tekst.", "Dit is een zin.", "Slot."])]
    address = "".join(bold.format(line) for line in ("Ministerie", "Postbus 1", "Den Haag"))
    assert outline(read(free_text(f"{address}<al>Tekst.</al>"))) == [
        ("", ["Ministerie", "Postbus 1", "Den Haag", "Tekst."])
    ]


def test_groups_boxes_definitions_and_unknown_elements_lose_nothing():
    document = read(
        free_text(
            "<al-groep><al>Een.</al><al>Twee.</al></al-groep><box><al>In het kader.</al></box>"
            "<definitielijst><definitie-item><term>aandoening:</term><definitie><al>ziekte;</al><al>gebrek.</al></definitie>"
            "</definitie-item></definitielijst><nieuw>Onbekend.</nieuw><omhulsel><a>Los een.</a><b>Los twee.</b></omhulsel>"
        )
    )
    assert texts(document) == [
        "Een.", "Twee.", "In het kader.", "aandoening: ziekte;", "gebrek.", "Onbekend.", "Los een.", "Los twee.",
    ]  # fmt: skip


def test_a_list_inside_a_paragraph_parts_it():
    document = read(free_text("<al>Vooraf <lijst><li><li.nr>1.</li.nr><al>punt</al></li></lijst> achteraf.</al>"))
    assert texts(document) == ["Vooraf", "1. punt", "achteraf."]


def test_table_rows_are_read_under_the_names_of_their_columns():
    document = read(
        free_text(
            "<table><title>Staat (x € 1.000)</title><tgroup cols='3'>"
            "<colspec colnum='1' colname='c1'/><colspec colnum='2' colname='c2'/><colspec colnum='3' colname='c3'/><thead>"
            "<row><entry colname='c1'><al>Art.</al></entry><entry namest='c2' nameend='c3'><al>Begroting</al></entry></row>"
            "<row><entry colname='c1'/><entry colname='c2'><al>Uitgaven</al></entry><entry colname='c3'><al>Ontvangsten</al>"
            "</entry></row></thead><tbody>"
            "<row><entry colname='c1' morerows='1'><al>1</al></entry><entry colname='c2'><al>4.000</al></entry>"
            "<entry colname='c3'><al>10<noot type='tabel'><noot.nr>a</noot.nr><noot.al>Raming.</noot.al></noot></al></entry></row>"
            "<row><entry colname='c2'><al>20</al></entry><entry colname='c3'/></row>"
            "<row><entry colname='c1'/><entry colname='c2'/><entry colname='c3'/></row>"
            "</tbody></tgroup></table>"
        )
    )
    assert texts(document) == [
        "Staat (x € 1.000)",
        "Art.: 1 | Begroting Uitgaven: 4.000 | Begroting Ontvangsten: 10",
        "Art.: 1 | Begroting Uitgaven: 20",
    ]
    assert marks(document, 2) == [("a", texts(document)[1])]
    assert notes(document) == [("a", "Raming.", 2)]


def test_a_first_row_in_bold_heads_a_table_that_has_no_header():
    cell, bold = "<entry><al>{}</al></entry>", "<entry><al><nadruk type='vet'>{}</nadruk></al></entry>"
    rows = ["".join([bold.format("Jaar"), bold.format("Aantal")]), "".join([cell.format("2019"), cell.format("4.000")])]
    table = "".join(f"<row>{row}</row>" for row in rows)
    document = read(free_text(f"<table><tgroup><tbody>{table}</tbody></tgroup></table>"))
    assert texts(document) == ["Jaar: 2019 | Aantal: 4.000"]


def test_a_table_that_only_places_text_is_read_as_its_text():
    table = (
        "<table><tgroup><tbody><row><entry><al>Een zin.</al><al>Nog een.</al></entry></row></tbody></tgroup></table>"
    )
    assert texts(read(free_text(table))) == ["Een zin.", "Nog een."]


def test_annex_follows_the_signature_under_its_own_heading():
    document = read(
        paper(
            "<algemeen><vrije-tekst><tekst><al>Brief.</al></tekst></vrije-tekst><tekst-sluiting>"
            "<ondertekening><functie>De Minister</functie> voor Rechtsbescherming,<naam><voornaam>S.</voornaam>"
            "<achternaam>Dekker</achternaam></naam></ondertekening><ondertekening><functie>De Minister van Financiën,</functie>"
            "<naam><voornaam>W.B.</voornaam><achternaam>Hoekstra</achternaam></naam></ondertekening></tekst-sluiting>"
            "</algemeen><bijlage><kop><label>Bijlage</label><nr>1</nr><titel>Overzicht</titel></kop><al>Lijst.</al>"
            "<tussenkop kopopmaak='cur'>Deel</tussenkop><al>Rest.</al></bijlage><bijlage><al>Zonder kop.</al></bijlage>"
        )
    )
    assert outline(document) == [
        ("", ["Brief."]),
        ("", ["De Minister voor Rechtsbescherming, S. Dekker De Minister van Financiën, W.B. Hoekstra"]),
        ("Bijlage 1 Overzicht", ["Lijst."]),
        ("Bijlage 1 Overzicht > Deel", ["Rest."]),
        ("Bijlage", ["Zonder kop."]),
    ]
    assert [paragraph.number for paragraph in document.paragraphs if paragraph.is_signature] == [2]
    assert document.identity.signatories == ("S. Dekker", "W.B. Hoekstra")
    assert document.identity.sender == "Minister voor Rechtsbescherming"


def test_a_bill_is_read_by_article_and_paragraph():
    document = read(
        paper(
            "<voorstel-wet><aanhef><wie>Wij Willem-Alexander, enz.</wie><considerans><considerans.al>Allen saluut!"
            "</considerans.al></considerans></aanhef><wettekst><artikel><kop><label>Artikel</label><nr>1</nr></kop>"
            "<lid><lidnr>1.</lidnr><al>Eerste lid:</al><lijst><li><li.nr>a.</li.nr><al>onderdeel.</al></li></lijst></lid>"
            "<lid><lidnr>2.</lidnr><al>Tweede lid.</al></lid></artikel>"
            "<wijzig-artikel><kop><label>ARTIKEL</label><nr>II</nr></kop><wat>De wet wordt gewijzigd:</wat>"
            "<wijzig-lid><lidnr>A</lidnr><wat>Artikel 5 vervalt.</wat></wijzig-lid></wijzig-artikel></wettekst>"
            "<voorstel-sluiting><slotformulering><al>Lasten en bevelen.</al></slotformulering><label>Gegeven</label>"
            "<ondertekening><functie>De Minister van Defensie, </functie><naam><achternaam>D. Jansen</achternaam></naam>"
            "</ondertekening></voorstel-sluiting></voorstel-wet>"
        )
    )
    assert outline(document) == [
        ("", ["Wij Willem-Alexander, enz.", "Allen saluut!"]),
        ("Artikel 1", ["1. Eerste lid:", "a. onderdeel.", "2. Tweede lid."]),
        ("ARTIKEL II", ["De wet wordt gewijzigd:", "A Artikel 5 vervalt.", "Lasten en bevelen."]),
        ("", ["Gegeven De Minister van Defensie, D. Jansen"]),
    ]


def test_questions_and_answers_stand_in_one_section_path():
    xml = """<officiele-publicatie><metadata>
      <meta name="OVERHEIDop.externMetadataRecord" content="https://x/ah-tk-20242025-100/metadata.xml"/></metadata>
      <kamervragen><kamervraagkop><tekstregel inhoud="vergaderjaar">Vergaderjaar 2024-2025</tekstregel></kamervraagkop>
      <kamervraagnummer>100</kamervraagnummer>
      <kamervraagomschrijving>Vragen van het lid <naam><achternaam>Van Campen</achternaam></naam> (VVD) aan de Minister over
        <kamervraagonderwerp>het bericht X</kamervraagonderwerp> (ingezonden 2 mei 2024).</kamervraagomschrijving>
      <kamervraagomschrijving>Antwoord van Minister Adema (Landbouw) (ontvangen 5 juni 2024).</kamervraagomschrijving>
      <vraag><nr>Vraag 1</nr><al>Is dit zo?</al><al>Waarom?</al></vraag><antwoord><nr>Antwoord 1</nr><al>Ja.</al></antwoord>
      <vraag><nr>2</nr><al>En dit?</al></vraag><vraag><al>Vraag 3</al><al>En dat?</al></vraag>
      <antwoord><nr>Antwoord 2 en 3</nr><al>Nee.</al></antwoord><toelichting><al>Zie nr. 99.</al></toelichting>
      </kamervragen></officiele-publicatie>"""
    document = read(xml.encode(), "vragen.xml")
    assert outline(document) == [
        ("", ["Antwoord van Minister Adema (Landbouw) (ontvangen 5 juni 2024)."]),
        ("Vraag 1", ["Is dit zo?", "Waarom?"]),
        ("Vraag 1 > Antwoord 1", ["Ja."]),
        ("Vraag 2", ["En dit?"]),
        ("Vraag 3", ["En dat?"]),
        ("Vraag 2 > Antwoord 2 en 3", ["Nee."]),
        ("Toelichting", ["Zie nr. 99."]),
    ]
    assert document.identity == Identity(
        id="ah-tk-20242025-100",
        title="Vragen van het lid Van Campen (VVD) aan de Minister over het bericht X (ingezonden 2 mei 2024)",
        date=datetime.date(2024, 6, 5),
        sender="Minister Adema (Landbouw)",
    )


def test_answers_that_all_come_last_go_back_to_their_questions():
    xml = (
        "<vraagdoc><vragen><vraag><nr>1</nr><al>Een?</al></vraag><vraag><nr>2</nr><al>Twee?</al></vraag></vragen><reactie>"
        "<antwoord><nr>1</nr><al>Ja.</al></antwoord><antwoord><nr>2</nr><al>Nee.</al></antwoord></reactie></vraagdoc>"
    )
    assert outline(read(xml.encode())) == [
        ("Vraag 1", ["Een?"]),
        ("Vraag 2", ["Twee?"]),
        ("Vraag 1 > Antwoord 1", ["Ja."]),
        ("Vraag 2 > Antwoord 2", ["Nee."]),
    ]


def test_a_debate_is_read_by_speaker():
    xml = """<officiele-publicatie><handelingen><agendapunt><nr>3</nr><item-titel>Stikstof</item-titel>
      <onderwerp><al>Aan de orde is het debat.</al></onderwerp>
      <spreekbeurt><spreker><voorvoegsels>De heer</voorvoegsels><naam><achternaam>Van Dijk</achternaam></naam>
      (<politiek>SP</politiek>):</spreker><tekst><al>Voorzitter.</al><al>Mijn vraag.</al></tekst></spreekbeurt>
      </agendapunt></handelingen></officiele-publicatie>"""
    document = read(xml.encode(), "h-tk.xml")
    assert outline(document) == [
        ("Stikstof", ["Aan de orde is het debat."]),
        ("Stikstof > De heer Van Dijk (SP)", ["Voorzitter.", "Mijn vraag."]),
    ]
    assert document.identity.title == "Stikstof"


def test_a_paper_from_before_2010_is_read_from_its_own_vocabulary():
    xml = """<?xml version="1.0" encoding="utf-8"?>
    <kamerwrk kamer="2" publtype="meto"><kop><titel>Tweede Kamer der Staten-Generaal</titel><subtitel>2</subtitel>
    <subtitel>Vergaderjaar 1994-1995</subtitel></kop><frontm><versie dtd="0.10"/><ordernr>5K0977</ordernr>
    <vergjaar>1994-1995</vergjaar><onderw><nummer>24 138</nummer><naam>Bestuursvorm van het openbaar
    onderwijs</naam></onderw></frontm><body><stuk><ltrlabel>Nr. </ltrlabel><nummer>3</nummer>
    <titel>MEMORIE VAN TOELICHTING </titel><tuskop letat="vet">I. ALGEMEEN </tuskop>
    <tuskop letat="vet">1. De bestuursvorm</tuskop><tuskop letat="cur">1.1. Achtergrond</tuskop>
    <al>Het voorliggende<voetref refid="v11.1" nr="1"/> wetsvoorstel.</al><witreg/><al>– de remmende werking</al>
    <tuskop letat="vet">2. Gelijkstelling</tuskop><al>Tekst.</al><tuskop letat="vet">II. ARTIKELEN</tuskop><al>Slot.</al>
    <ondtek><functie>De Staatssecretaris van Onderwijs,</functie><naam>T. Netelenbos</naam>
    <functie>De Minister van Landbouw,</functie><naam>J. J. van Aartsen </naam></ondtek></stuk></body>
    <voetnoot id="v11.1" nr="1"><al>Ter inzage gelegd.</al></voetnoot></kamerwrk>"""
    document = read(xml.encode())
    assert outline(document) == [
        (
            "I. ALGEMEEN > 1. De bestuursvorm > 1.1. Achtergrond",
            ["Het voorliggende wetsvoorstel.", "de remmende werking"],
        ),
        ("I. ALGEMEEN > 2. Gelijkstelling", ["Tekst."]),
        ("II. ARTIKELEN", ["Slot."]),
        ("", ["De Staatssecretaris van Onderwijs, T. Netelenbos De Minister van Landbouw, J. J. van Aartsen"]),
    ]
    assert notes(document) == [("1", "Ter inzage gelegd.", 1)]
    assert document.identity == Identity(
        id="kst-24138-3",
        title="Memorie van toelichting",
        chamber="II",
        session_year="1994/95",
        number="3",
        dossiers=(Dossier("24138", "Bestuursvorm van het openbaar onderwijs"),),
        sender="Staatssecretaris van Onderwijs",
        signatories=("T. Netelenbos", "J. J. van Aartsen"),
    )


# Identity


@pytest.mark.parametrize(
    ("dossier", "head", "chamber", "identifier", "number"),
    [
        (
            "<dossiernr>27 925</dossiernr>",
            "Nr. <ondernummer kamer='2'>681</ondernummer>",
            "Tweede",
            "kst-27925-681",
            "681",
        ),
        (
            "<dossiernr>36 600</dossiernr><begrotingshoofdstuk>VII</begrotingshoofdstuk>",
            "Nr. <ondernummer kamer='2'>1</ondernummer>",
            "Tweede",
            "kst-36600-VII-1",
            "1",
        ),
        (
            "<dossiernr>21 501-02</dossiernr>",
            "Nr. <ondernummer>3174</ondernummer>",
            "Tweede",
            "kst-21501-02-3174",
            "3174",
        ),
        ("<dossiernr>36 836</dossiernr>", "<ondernummer kamer='1'>D</ondernummer>", "Eerste", "kst-36836-D", "D"),
        ("<dossiernr>33 328</dossiernr>", "<ondernummer kamer='1'>AI</ondernummer>", "Eerste", "kst-33328-AI", "AI"),
    ],
)
def test_number_and_dossier_make_the_official_identifier(dossier, head, chamber, identifier, number):
    data = paper(
        "<algemeen><vrije-tekst><tekst><al>Tekst.</al></tekst></vrije-tekst></algemeen>",
        head=f"<stuknr>{head}</stuknr><titel>BRIEF VAN DE MINISTER VAN FINANCIËN</titel>"
        "<datumtekst>Ontvangen <datum isodatum='2025-02-20'>20 februari 2025</datum></datumtekst>",
        dossier=f"<dossier><dossiernummer>{dossier}</dossiernummer><titel>Titel</titel></dossier>",
        chamber=f"{chamber} Kamer der Staten-Generaal",
    )
    identity = read(data).identity
    assert (identity.id, identity.number) == (identifier, number)
    assert identity.chamber == ("I" if chamber == "Eerste" else "II")
    assert identity.title == "Brief van de Minister van Financiën"
    assert identity.sender == "Minister van Financiën"
    assert identity.date == datetime.date(2025, 2, 20)
    assert identity.session_year == "2024/25"


def test_several_dossiers_are_all_kept_and_the_first_names_the_paper():
    one = "<dossier><dossiernummer><dossiernr>{}</dossiernr></dossiernummer><titel>{}</titel></dossier>"
    identity = read(
        paper("<al>Tekst.</al>", dossier=one.format("33 328", "Woo") + one.format("35 112", "Wijziging"))
    ).identity
    assert identity.dossiers == (Dossier("33328", "Woo"), Dossier("35112", "Wijziging"))
    assert identity.id == "kst-33328-7"


def test_the_letters_own_date_goes_before_the_date_of_receipt():
    head = (
        "<stuknr>Nr. <ondernummer>7</ondernummer></stuknr><titel>BRIEF</titel>"
        "<datumtekst>Ontvangen <datum isodatum='2025-02-20'>20 februari 2025</datum></datumtekst>"
    )
    document = read(paper("<al>Aan de Voorzitter</al><al>Den Haag, 18 februari 2025</al><al>Tekst.</al>", head=head))
    assert document.identity.date == datetime.date(2025, 2, 18)
    assert texts(document) == ["Tekst."]


def test_an_addressee_without_a_date_is_no_paragraph_and_a_sentence_is():
    assert texts(read(free_text("<al>Aan de Voorzitter van de Tweede Kamer</al><al>Tekst.</al>"))) == ["Tekst."]
    assert texts(read(free_text("<al>Aan de motie is voldaan.</al><al>Tekst.</al>")))[0] == "Aan de motie is voldaan."


def test_metadata_beside_the_file_override_what_it_states():
    letter = read_letter()
    metadata = metadata_xml(
        letter,
        {
            "OVERHEIDop.documenttitel": "Nederlands co-voorzitterschap GCTF",
            "OVERHEIDop.datumBrief": "2019-12-01",
            "OVERHEIDop.vergaderjaar": "2018-2019",
            "OVERHEIDop.indiener": "Minister van Defensie",
            "DC.identifier": "kst-27925-681-h1",
        },
    )
    identity = read_official_xml(official_xml(letter), "x.xml", metadata=metadata).identity
    assert identity == replace(
        letter.identity,
        id="kst-27925-681-h1",
        title="Nederlands co-voorzitterschap GCTF",
        date=datetime.date(2019, 12, 1),
        session_year="2018/19",
        sender="Minister van Defensie",
    )


@pytest.mark.parametrize(
    ("dossier_title", "title", "expected"),
    [
        ("Wet A; regels", "Wet A; regels; Brief regering; Voortgang; stand van zaken", "Voortgang; stand van zaken"),
        ("Wet A", "Wet A; Memorie van toelichting", "Memorie van toelichting"),
        ("", "Voorstel van wet tot wijziging; Voorstel van wet", "Voorstel van wet"),
    ],
)
def test_the_papers_title_is_cut_from_the_dossiers(dossier_title, title, expected):
    """Before 2010 the metadata hold one title for both."""
    letter = read_letter()
    metadata = metadata_xml(letter, {"OVERHEIDop.dossiertitel": dossier_title, "DC.title": title})
    assert read_official_xml(official_xml(letter), "x.xml", metadata=metadata).identity.title == expected


def test_metadata_complete_a_paper_without_a_head():
    xml = b"<officiele-publicatie><vrije-tekst><tekst><al>Tekst.</al></tekst></vrije-tekst></officiele-publicatie>"
    letter = read_letter()
    metadata = metadata_xml(
        letter, {"OVERHEIDop.indiener": "S.A. Blok", "DCTERMS.issued": "2019-12-02", "DC.title": "Brief"}
    )
    identity = read_official_xml(xml, "los.xml", metadata=metadata).identity
    assert identity == replace(letter.identity, title="Brief", sender=None)


def test_owms_metadata_are_read_by_element():
    metadata = b"""<owms-metadata xmlns:dcterms="http://purl.org/dc/terms/" xmlns:overheidop="http://standaarden.overheid.nl/oep/meta/">
      <owmskern><dcterms:identifier>stb-2014-296</dcterms:identifier><dcterms:title>Besluit X</dcterms:title>
      <dcterms:creator>Ministerie van Financi\xc3\xabn</dcterms:creator><dcterms:dcterms.modified>2020-01-01</dcterms:dcterms.modified>
      </owmskern><owmsmantel><dcterms:issued>2014-07-29</dcterms:issued></owmsmantel></owms-metadata>"""
    xml = b"<officiele-publicatie><staatsblad><al>Tekst.</al></staatsblad></officiele-publicatie>"
    assert read_official_xml(xml, "los.xml", metadata=metadata).identity == Identity(
        id="stb-2014-296", title="Besluit X", date=datetime.date(2014, 7, 29), sender="Ministerie van Financiën"
    )


def test_a_publication_without_any_identifier_is_named_by_its_file():
    document = read(b"<officiele-publicatie><al>Tekst.</al></officiele-publicatie>", "Brief één (2).xml")
    assert document.identity == Identity(id="brief-een-2", title="Brief één (2)")


# Kin of the Kamerstuk


def test_legislation_is_read_by_article():
    xml = """<toestand bwb-id="BWBR0000001" inwerkingtreding="2022-05-01"><wetgeving><intitule>Wet van 1 mei<meta-data>
      <brondata>weg</brondata></meta-data></intitule><citeertitel>Wet X</citeertitel><wet-besluit><wettekst>
      <hoofdstuk><kop><label>Hoofdstuk</label><nr>1</nr><titel>Algemeen</titel></kop><artikel><kop><label>Artikel</label>
      <nr>1.1</nr></kop><al>Verstaan wordt onder:</al><specificatielijst><specificatie-item><li.nr>a </li.nr><specificatie>
      <al>het getal: </al></specificatie><waarde>nummer 1;</waarde></specificatie-item></specificatielijst>
      <meta-data><jcis>weg</jcis></meta-data></artikel></hoofdstuk></wettekst></wet-besluit></wetgeving></toestand>"""
    document = read(xml.encode())
    assert outline(document) == [
        ("Hoofdstuk 1 Algemeen > Artikel 1.1", ["Verstaan wordt onder:", "a het getal: nummer 1;"])
    ]
    assert document.identity == Identity(id="bwbr0000001-2022-05-01", title="Wet X", date=datetime.date(2022, 5, 1))


def test_a_court_decision_is_read_by_section_with_its_footnotes():
    xml = """<open-rechtspraak><rdf:RDF xmlns:rdf="r" xmlns:dcterms="http://purl.org/dc/terms/"><rdf:Description>
      <dcterms:identifier>ECLI:NL:HR:2020:1</dcterms:identifier><dcterms:creator>Hoge Raad</dcterms:creator>
      <dcterms:date>2020-01-07</dcterms:date><dcterms:title>Hoge Raad , 07-01-2020</dcterms:title></rdf:Description></rdf:RDF>
      <inhoudsindicatie xmlns="http://www.rechtspraak.nl/schema/rechtspraak-1.0"><para>Kern.</para></inhoudsindicatie>
      <uitspraak xmlns="http://www.rechtspraak.nl/schema/rechtspraak-1.0"><para>Arrest</para><section>
      <title><nr>1.</nr>Procesverloop</title><paragroup><nr>1.1</nr><para>Beroep<footnote-ref linkend="f1"/> ingesteld.</para>
      </paragroup></section><para>2. Feiten</para><para>2.1 Het hof stelde vast.</para>
      <footnote id="f1" label="1"><para>Zie HR.</para></footnote></uitspraak></open-rechtspraak>"""
    document = read(xml.encode())
    assert outline(document) == [
        ("Inhoudsindicatie", ["Kern."]),
        ("Uitspraak", ["Arrest"]),
        ("1. Procesverloop", ["1.1 Beroep ingesteld."]),
        ("2. Feiten", ["2.1 Het hof stelde vast."]),
    ]
    assert notes(document) == [("1", "Zie HR.", 3)]
    assert document.identity == Identity(
        id="ecli-nl-hr-2020-1", title="Hoge Raad, 07-01-2020", date=datetime.date(2020, 1, 7), sender="Hoge Raad"
    )


def test_xhtml_is_read_as_the_web_page_it_is():
    page = (
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><h2>Kop</h2><p>Tekst.</p></body></html>'
    )
    assert outline(read(page)) == [("Kop", ["Tekst."])]


# Bad input


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (b"", UnreadableDocument, "damaged XML"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), UnreadableDocument, "damaged XML"),
        (free_text("<al>Afgebroken")[:-120], UnreadableDocument, "damaged XML"),
        (b"<?xml version='1.0' encoding='onzin-8'?><al>x</al>", UnreadableDocument, "damaged XML"),
        (b"<a>" * 100 + b"<al>x</al>" + b"</a>" * 100, UnreadableDocument, "nested deeper"),
        (b"<a>" * 100_000 + b"</a>" * 100_000, UnreadableDocument, "damaged XML"),
        (b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a><al>&x;</al></a>", UnreadableDocument, "entities"),
        (b"<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1/x'>%x;]><a><al>y</al></a>", UnreadableDocument, "entities"),
        (
            '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY x "y">]><al>&x;</al>'.encode("utf-16"),
            UnreadableDocument,
            "entities",
        ),
        (b"<officiele-publicatie/>", UnsupportedFormat, "unknown kind"),
        (b"<rss><channel><title>x</title></channel></rss>", UnsupportedFormat, "unknown kind"),
        (b"<metadata_gegevens><metadata name='DC.title' content='x'/></metadata_gegevens>", UnsupportedFormat, "metadata"),
        (b"<officiele-publicatie><al> </al></officiele-publicatie>", UnreadableDocument, "no text"),
        (b"<a>" + b"<b/>" * 1_500_001 + b"</a>", UnreadableDocument, "tags"),
    ],
)  # fmt: skip
def test_bad_files_are_refused_by_name(data, error, words):
    with pytest.raises(error, match=words) as caught:
        read(data, "stuk.xml")
    assert str(caught.value).startswith("stuk.xml ")


def test_an_entity_bomb_is_refused_before_it_is_parsed():
    bomb = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    with pytest.raises(UnreadableDocument, match="entities"):
        read(f"<!DOCTYPE a [<!ENTITY e0 'ha'>{bomb}]><a><al>&e11;</al></a>".encode())


def test_a_named_character_is_read_although_its_dtd_is_not():
    """Old files lean on a DTD for their characters; nothing is fetched for it."""
    assert texts(read(b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x.dtd'><a><al>Financi&euml;n &onzin;.</al></a>")) == [
        "Financiën ."
    ]


def test_damaged_metadata_are_refused_by_name():
    with pytest.raises(UnreadableDocument, match=r"the metadata of stuk\.xml"):
        read_official_xml(free_text("<al>Tekst.</al>"), "stuk.xml", metadata=b"<html>404")


def test_damaged_files_give_named_errors_only():
    made = [
        official_xml(read_letter()),
        free_text("<tussenkop>1. A</tussenkop><lijst><li><li.nr>a</li.nr><al>b</al></li></lijst>"),
    ]
    was_read, refused = try_reader(read_official_xml, made, cases=250, seed=20191202)
    assert was_read > 50
    assert refused > 50


def test_damaged_metadata_give_named_errors_only():
    letter = read_letter()
    paper_itself = official_xml(letter)

    def with_metadata(data: bytes, name: str) -> Document:
        return read_official_xml(paper_itself, name, metadata=data)

    was_read, _ = try_reader(
        with_metadata, [metadata_xml(letter, {"DCTERMS.issued": "2019-12-02"})], cases=60, seed=681
    )
    assert was_read > 10


# Made documents, there and back


@pytest.mark.parametrize("document", MADE, ids=lambda document: document.id)
def test_a_document_written_as_xml_is_read_back_as_it_was(document):
    assert read(official_xml(document)) == document


# Real documents


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real documents are not here")
@pytest.mark.parametrize(
    ("name", "identifier", "paragraphs", "first_path", "last"),
    [
        (
            "bwb_toestand.xml",
            "bwbr0045754-2022-05-01",
            376,
            "Hoofdstuk I Rechten > Artikel 1.1 Recht op toegang",
            "artikel 93",
        ),
        ("bwb_toestand_3.xml", "bwbr0003984-1986-06-26", 11, "Artikel 1", "R. W. de Korte"),
        ("cvdr_example2.xml", "cvdr100394-2", 10, "1.Parkeren", "erkend medisch adviesbureau."),
        ("rechtspraak1.xml", "ecli-nl-phr-2011-bp5608", 127, "Inhoudsindicatie", "NJ 2006, 327."),
    ],
)
def test_real_kin_of_the_kamerstuk_is_read(name, identifier, paragraphs, first_path, last):
    document = read((SAMPLES / f"wetsuite-core__{name}").read_bytes(), name)
    assert document.id == identifier
    assert len(document.paragraphs) == paragraphs
    assert next(path for path, _ in outline(document) if path) == first_path
    assert texts(document)[-1].endswith(last)


def test_every_refusal_names_a_document_error():
    """A caller that lists what it skips catches one class."""
    with pytest.raises(DocumentError):
        read(b"<svg/>")
