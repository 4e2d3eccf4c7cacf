"""A saved web page becomes the same document as the letter's text; ordinary pages lose their frame, not their text."""

import datetime
import io
import zipfile

import pytest
from made_markup import MADE
from mutations_of_markup import try_reader
from reading import SAMPLES, marks, notes, outline, read_letter, texts
from rendering_html import new_page, old_page
from rendering_xml import official_xml

from corpus.document import Document, Dossier, Identity
from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.readers.official_xml import read_official_xml
from corpus.readers.web_page import read_web_page


def read(page: str | bytes, name: str = "pagina.html") -> Document:
    return read_web_page(page if isinstance(page, bytes) else page.encode(), name)


def official(body: str, *, head: str = "") -> Document:
    """A page of the official site with this text."""
    return read(f"<html><head>{head}</head><body><div id='broodtekst'>{body}</div><p>Over deze site</p></body></html>")


# The letter


@pytest.mark.parametrize("layout", [new_page, old_page])
def test_letter_comes_out_as_its_text_does(layout):
    """Paragraphs, numbers, headings, notes and identity are equal; only the pages are not there."""
    letter = read_letter()
    assert read(layout(letter), "kst-27925-681.html") == letter


@pytest.mark.parametrize("layout", [new_page, old_page])
def test_page_and_xml_of_one_letter_are_one_document(layout):
    letter = read_letter()
    assert read(layout(letter), "a.html") == read_official_xml(official_xml(letter), "b.xml")


@pytest.mark.parametrize("layout", [new_page, old_page])
@pytest.mark.parametrize("document", MADE, ids=lambda document: document.id)
def test_a_document_written_as_a_page_is_read_back_as_it_was(layout, document):
    assert read(layout(document)) == document


def test_a_page_saved_without_its_classes_is_still_the_letter():
    """A browser's reading view keeps tags and links, and no class."""
    letter = read_letter()
    page = new_page(letter).decode()
    for name in ("nootnum", "voetnoot", "note-close", "ondertekening", "functie", "naam", "stuk broodtekst-container"):
        page = page.replace(f'class="{name}"', "")
    page = page.replace('id="broodtekst"', "")
    document = read(page)
    assert texts(document) == texts(letter)
    assert notes(document) == notes(letter)
    assert document.identity == letter.identity
    assert document.paragraphs[-1].is_signature


def test_a_page_flattened_to_lines_is_still_the_letter():
    """Notes are lines of their own at the end, and their marks stick to the words: "2015–20191"."""
    letter = read_letter()
    lines = ["Kamerstuk", "Tweede Kamer der Staten-Generaal", "Vergaderjaar 2019-2020"]
    lines += ["27 925 Bestrijding internationaal terrorisme", "Nr. 681 BRIEF VAN DE MINISTER VAN BUITENLANDSE ZAKEN"]
    lines += ["Aan de Voorzitter van de Tweede Kamer der Staten-Generaal", "Den Haag, 2 december 2019"]
    body = [f"<p>{line}</p>" for line in lines]
    for section in letter.sections:
        body += [f"<h3>{heading}</h3>" for heading in section.headings]
        for paragraph in section.paragraphs:
            text = paragraph.text
            for note in paragraph.notes:
                text = f"{text[: note.position]}{note.mark}{text[note.position :]}"
            body.append(f"<p>{text}</p>")
    for footnote in letter.footnotes:
        body.append(f"<p>X Noot</p><p>{footnote.mark}</p><p>{footnote.text}</p><p>Naar boven</p>")
    assert read(f"<html><body>{''.join(body)}</body></html>") == letter


# Pages of the official site


def test_written_questions_are_read_as_on_the_site():
    document = official(
        """<h1 class="kamervraagomschrijving">Vragen van het lid Bosman (VVD) over het ziekenhuis (ingezonden 26 mei 2017).</h1>
        <h1 class="kamervraagomschrijving">Antwoord van Minister Plasterk (Binnenlandse Zaken) (ontvangen 14 juni 2017).</h1>
        <div class="vraag"><h2 class="stuktitel no-toc"><a id="d16e43" name="d16e43"></a>Vraag 1
          </h2><p>Wat is uw reactie?<a class="nootnum supernote-click-n1" href="#n1">1</a> <a class="nootnum" href="#n2">2</a></p></div>
        <div class="antwoord"><h2 class="stuktitel no-toc">Antwoord 1</h2><p>Ik ken het bericht.</p></div>
        <div class="vraag"><p class="nummer">2</p><p>En nu?</p></div><div class="antwoord"><p class="nummer">2</p><p>Niets.</p></div>
        <div id="noten"><hr /><div class="voet noot notedefault" id="supernote-note-n1"><h5 class="note-close">
          <a class="note-close" href="#close-n1">X</a> Noot</h5><sup><span class="nootnum"><a id="n1" name="n1"></a>1</span></sup>
          <p><a href="http://nos.nl/1" class="externe_link">http://nos.nl/1</a></p></div>
        <div class="voet noot notedefault"><sup><span class="nootnum"><a id="n2"></a>2</span></sup><p>VOG.</p></div></div>""",
        head="<meta name='DC.identifier' content='ah-tk-20162017-2167'>",
    )
    assert outline(document) == [
        ("", ["Antwoord van Minister Plasterk (Binnenlandse Zaken) (ontvangen 14 juni 2017)."]),
        ("Vraag 1", ["Wat is uw reactie?"]),
        ("Vraag 1 > Antwoord 1", ["Ik ken het bericht."]),
        ("Vraag 2", ["En nu?"]),
        ("Vraag 2 > Antwoord 2", ["Niets."]),
    ]
    assert notes(document) == [("1", "http://nos.nl/1", 2), ("2", "VOG.", 2)]
    assert marks(document, 2) == [("1", "Wat is uw reactie?"), ("2", "Wat is uw reactie?")]
    assert document.identity == Identity(
        id="ah-tk-20162017-2167",
        title="Vragen van het lid Bosman (VVD) over het ziekenhuis (ingezonden 26 mei 2017)",
        date=datetime.date(2017, 6, 14),
        sender="Minister Plasterk (Binnenlandse Zaken)",
    )


def test_head_without_a_table_comes_from_the_page_s_metadata():
    """Older pages show dossier and number, and keep chamber and year in their metadata."""
    document = official(
        """<h1 class="dossiertitel"><span>35 261</span> Wijziging van de Awb</h1>
        <div class="stuk"><h1 class="stuktitel"><span>B</span><sup><a class="nootnum" href="#n1">1</a></sup> VOORLOPIG VERSLAG</h1>
        <p class="kamerstukdatum">Vastgesteld 21 juni 2022</p><h2 class="divisiekop1">1. Inleiding</h2><p>Tekst.</p></div>
        <div class="noot"><span class="nootnum"><a name="n1"></a>1</span><p>Samenstelling.</p></div>""",
        head="<meta name='DC.creator' content='Eerste Kamer der Staten-Generaal'>"
        "<meta name='OVERHEIDop.vergaderjaar' content='2021-2022'>",
    )
    assert document.identity == Identity(
        id="kst-35261-B",
        title="Voorlopig verslag",
        date=datetime.date(2022, 6, 21),
        chamber="I",
        session_year="2021/22",
        number="B",
        dossiers=(Dossier("35261", "Wijziging van de Awb"),),
    )
    assert outline(document) == [("1. Inleiding", ["Tekst."])]
    assert notes(document) == [("1", "Samenstelling.", 1)]


@pytest.mark.parametrize(
    "head",
    [
        "<h2>33 328 Woo</h2><h2>35 112 Wijziging</h2><h2>Nr. 3 BRIEF VAN DE MINISTER VAN FINANCIËN</h2>",
        "<p>33 328</p><p>Woo</p><p>35 112</p><p>Wijziging</p><p>Nr. 3</p><p>BRIEF VAN DE MINISTER VAN FINANCIËN</p>",
    ],
)
def test_several_dossiers_and_a_head_in_pieces(head):
    document = official(
        f"<p>Tweede Kamer der Staten-Generaal</p><p>Vergaderjaar 2020–2021</p>{head}<p>Den Haag, 1 mei 2021</p><p>Tekst.</p>"
    )
    assert document.identity.dossiers == (Dossier("33328", "Woo"), Dossier("35112", "Wijziging"))
    assert document.identity.title == "Brief van de Minister van Financiën"
    assert texts(document) == ["Tekst."]


def test_a_paper_that_shows_no_head_takes_its_identity_from_the_metadata():
    names = {
        "DC.identifier": "kst-36600-VII-1",
        "DC.creator": "Tweede Kamer der Staten-Generaal",
        "OVERHEIDop.vergaderjaar": "2024-2025",
        "OVERHEIDop.dossiernummer": "36600-VII",
        "OVERHEIDop.dossiertitel": "Begroting",
        "OVERHEIDop.ondernummer": "1",
        "OVERHEIDop.documenttitel": "Voorstel van wet",
        "DCTERMS.issued": "2024-09-17",
    }
    head = "".join(f'<meta name="{name}" content="{value}">' for name, value in names.items())
    document = official("<p>Aan de Voorzitter van de Tweede Kamer</p><p>Wij Willem-Alexander.</p>", head=head)
    assert document.identity == Identity(
        id="kst-36600-VII-1",
        title="Voorstel van wet",
        date=datetime.date(2024, 9, 17),
        chamber="II",
        session_year="2024/25",
        number="1",
        dossiers=(Dossier("36600-VII", "Begroting"),),
    )
    assert texts(document) == ["Wij Willem-Alexander."]


def test_labels_definitions_and_articles_are_read_as_on_the_site():
    document = official(
        """<h1 class="staatsblad_kop">Besluit X</h1><div class="artikel"><h3 class="artikel_kop">Artikel 1
        </h3><ul class="expliciet"><li class="li"><p class="labeled"><span class="ol">a) </span>eerste;</p>
          <ul><li class="li"><p class="labeled"><span class="ol">• </span>genest;</p></li></ul></li>
          <li class="_p_li"><span>•</span><div><p class="al">met een punt;</p></div></li></ul>
        <ol class="whitespace-small list-style-dot" start="3"><li class="li"><p>derde;</p></li><li><p>vierde;</p></li></ol>
        <ol type="a"><li>letter a;</li><li value="4">letter d.</li></ol>
        <dl><dt><span class="ol">a) </span>„ssp.”</dt><dd><p>ondersoort;</p><p>meervoud.</p></dd><dt>los</dt></dl></div>
        <div class="wetsluiting"><div class="slotformulering"><p>Onze Minister is belast.</p></div>
        <div class="gegeven"><p class="dagtekening">Wassenaar, 14 juli 2014</p><p class="koning">Willem-Alexander</p></div>
        <p class="ondertekening"><span class="functie">De Minister van X,</span>
          <span class="naam"><span class="voornaam">R.</span> <span class="achternaam">Plas</span></span></p>
        <div class="uitgifte"><p>Uitgegeven de <em>negende</em> juli 2014</p><p class="ondertekening">De Minister van Y, F. Teeven</p>
        </div></div><div><h2>NOTA VAN TOELICHTING</h2><p class="tussenkop"><em class="cur">Kern</em></p><p>Tekst.</p></div>"""
    )
    assert outline(document) == [
        (
            "Artikel 1",
            [
                "a) eerste;", "genest;", "met een punt;", "3. derde;", "4. vierde;", "a. letter a;", "d. letter d.",
                "a) „ssp.” ondersoort;", "meervoud.", "los", "Onze Minister is belast.",
            ],
        ),
        ("", ["Wassenaar, 14 juli 2014 Willem-Alexander De Minister van X, R. Plas"]),
        ("", ["Uitgegeven de negende juli 2014 De Minister van Y, F. Teeven"]),
        ("NOTA VAN TOELICHTING > Kern", ["Tekst."]),
    ]  # fmt: skip
    assert document.identity.title == "Besluit X"


def test_tables_are_read_by_row_under_their_column_names():
    document = official(
        """<h1>Titel</h1><table><caption>Tabel 1: mutaties</caption><thead><tr><th>Land</th><th colspan="2">Jaar</th></tr>
        <tr><th></th><th>2019</th><th>2020</th></tr></thead><tbody><tr><th scope="row" rowspan="2">Nederland</th><td>4.000</td>
        <td><p>5</p></td></tr><tr><td colspan="2">onbekend</td></tr><tr><td></td></tr></tbody></table>
        <table><tr><th>Naam</th><th>Rol</th></tr><tr><td>Jansen</td><td>lid</td></tr></table>
        <table><tr><td><p>Postbus 1</p><p>Den Haag</p></td></tr></table>
        <table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td><td>c</td></tr></table>"""
    )
    assert texts(document) == [
        "Tabel 1: mutaties",
        "Land: Nederland | Jaar 2019: 4.000 | Jaar 2020: 5",
        "Land: Nederland | Jaar 2019: onbekend",
        "Naam: Jansen | Rol: lid",
        "Postbus 1",
        "Den Haag",
        "a | b",
        "c",
    ]


# Notes


def test_marks_link_to_notes_of_no_known_class():
    document = read(
        """<main><p>Eerste.<sup><a href="#fn1" id="r1">1</a></sup> Tweede<a class="footnote-ref" href="#fn2"><sup>2</sup></a>.</p>
        <p>Zie <a href="#kop">b</a> en m<sup>2</sup>.</p><h2 id="kop">Kop</h2><p>Slot.</p><hr>
        <ol><li id="fn1"><p>Noot een. <a href="#r1">↩</a></p></li><li id="fn2"><p>Noot <em>twee</em>. <a href="#r2">↩</a></p></li></ol>
        </main>"""
    )
    assert outline(document) == [("", ["Eerste. Tweede.", "Zie b en m2."]), ("Kop", ["Slot."])]
    assert notes(document) == [("1", "Noot een.", 1), ("2", "Noot twee.", 1)]
    assert marks(document, 1) == [("1", "Eerste."), ("2", "Eerste. Tweede")]


def test_notes_by_class_without_links_are_found_where_their_marks_are_glued():
    document = official(
        "<p>Tekst</p><p>Uitstoot van CO2 in 2015–20191, zie (bijlage)2.</p>"
        "<div class='noot'><span class='nootnum'>1</span><p>Een.</p></div><div class='noot'><span class='nootnum'>2</span><p>Twee.</p></div>"
    )
    assert texts(document) == ["Tekst", "Uitstoot van CO2 in 2015–2019, zie (bijlage)."]
    assert marks(document, 2) == [
        ("1", "Uitstoot van CO2 in 2015–2019"),
        ("2", "Uitstoot van CO2 in 2015–2019, zie (bijlage)"),
    ]


@pytest.mark.parametrize(
    "apparatus",
    [
        "<h5>X Noot</h5><p>1</p><p>Zie de brief.</p><p><a href='#t'>Naar boven</a></p>",
        "<p>X Noot 1 Zie de brief. Naar boven</p>",
        "<p>Noot</p><p>1 Zie de brief.</p>",
    ],
)
def test_notes_that_lost_their_markup_are_taken_out(apparatus):
    document = official(f"<p>Wij kennen de brief1 al.</p>{apparatus}")
    assert texts(document) == ["Wij kennen de brief al."]
    assert notes(document) == [("1", "Zie de brief.", 1)]


def test_marks_that_are_used_twice_name_two_notes():
    """A table's notes count for themselves."""
    document = official(
        "<p>Brief<a class='nootnum' href='#a'>1</a>.</p><p>Tabel<a class='nootnum' href='#b'>1</a>.</p>"
        "<div class='noot'><span class='nootnum' id='a'>1</span><p>Van de brief.</p></div>"
        "<div class='noot'><span class='nootnum' id='b'>1</span><p>Van de tabel.</p></div>"
    )
    assert notes(document) == [("1", "Van de brief.", 1), ("1_2", "Van de tabel.", 2)]
    assert marks(document, 2) == [("1_2", "Tabel")]


# Ordinary pages


def test_an_ordinary_page_loses_its_frame_and_keeps_its_text():
    document = read(
        """<!DOCTYPE html><html><head><title>Woo-besluit | Rijksoverheid.nl</title><style>p {}</style>
        <meta name="DCTERMS.creator" content="Ministerie van Financiën"><meta name="DCTERMS.issued" content="2024-05-03"></head>
        <body><header><h1>Rijksoverheid</h1></header><nav><ul><li>Home</li></ul></nav>
        <main><header><h1>Besluit op Woo-verzoek</h1></header><p>Inleiding met <b>nadruk</b>&nbsp;en &amp; een
        <a href="/x">link</a>.</p><script>alert("<p>nee</p>")</script><noscript>Zet JavaScript aan</noscript>
        <h2>Verzoek</h2><p>U vroeg <del>alles</del><ins>veel</ins>.<!-- weg --></p><h3>Termijn</h3><p hidden>Verborgen</p>
        <p style="display: none">Onzichtbaar</p><blockquote><p>Een citaat.</p></blockquote>
        <form><p>Zoek</p><input value="x"><button>Zoek</button></form><figure><img alt="plaatje"><figcaption>Bijschrift.</figcaption>
        </figure><h2>Besluit</h2>Losse tekst <div>Een blok.</div> en de rest.<aside>Zie ook</aside></main>
        <footer><p>Over deze site</p></footer></body></html>"""
    )
    assert outline(document) == [
        ("", ["Inleiding met nadruk en & een link."]),
        ("Verzoek", ["U vroeg veel."]),
        ("Verzoek > Termijn", ["Een citaat.", "Bijschrift."]),
        ("Besluit", ["Losse tekst", "Een blok.", "en de rest."]),
    ]
    assert document.identity == Identity(
        id="pagina", title="Besluit op Woo-verzoek", date=datetime.date(2024, 5, 3), sender="Ministerie van Financiën"
    )


def test_a_page_without_main_is_read_from_its_body_and_named_by_its_title():
    document = read(
        "<title>Mijn brief – Voorbeeldsite</title><header>Menu</header><p>Een.<p>Twee.<ul><li>a<li>b</ul>", "Brief.htm"
    )
    assert texts(document) == ["Een.", "Twee.", "a", "b"]
    assert document.identity == Identity(id="brief", title="Mijn brief")


def test_two_line_breaks_part_paragraphs_and_one_does_not():
    document = read(
        "<body>Eerste regel<br>gaat door.<br><br/>\n Tweede.<br> <br>Derde.<pre>vast\nopgemaakt\n\nlaatste</pre></body>"
    )
    assert texts(document) == ["Eerste regel gaat door.", "Tweede.", "Derde.", "vast opgemaakt", "laatste"]


def test_a_form_around_the_whole_page_is_a_frame():
    assert texts(read("<body><form><p>De tekst van de pagina, die hierin staat.</p><input></form></body>")) == [
        "De tekst van de pagina, die hierin staat."
    ]


def test_an_office_and_a_name_at_the_end_are_the_signature():
    document = read(
        "<main><p>Tekst van de brief.</p><p>De Minister van Financiën,<br>W.B. Hoekstra</p><p>De Minister van Defensie,</p>"
        "<p>A. Bijleveld</p></main>"
    )
    assert texts(document)[1:] == ["De Minister van Financiën, W.B. Hoekstra De Minister van Defensie, A. Bijleveld"]
    assert document.paragraph(2).is_signature
    assert document.identity.signatories == ("W.B. Hoekstra", "A. Bijleveld")


def test_a_heading_that_is_never_closed_holds_the_page_s_text():
    assert texts(read("<body><h2>Kop<div><p>Tekst.<p>Meer.</div></body>")) == ["Kop", "Tekst.", "Meer."]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", ""), ("utf-16", ""), ("cp1252", ""), ("cp1252", "iso-8859-1"), ("cp1251", "windows-1251")],
)
def test_encoding_is_found_out(encoding, declared):
    text = "Приказ" if encoding == "cp1251" else "Financiën – één"
    page = f"<meta charset='{declared}'><p>{text}</p>" if declared else f"<p>{text}</p>"
    assert texts(read(page.encode(encoding))) == [text]


# Bad input


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (b"", UnsupportedFormat, "no web page"),
        (b"gewone tekst zonder tags", UnsupportedFormat, "no web page"),
        (b"\x89PNG\r\n\x1a\n\x00\x01<p>", UnreadableDocument, "no text"),
        (bytes(range(256)) * 40, UnreadableDocument, "no text"),
        (b"<html><body></body></html>", UnreadableDocument, "holds no text"),
        (b"<html><head><title>Alleen een titel</title></head></html>", UnreadableDocument, "holds no text"),
        (b"<div>" * 100_000 + b"diep", UnreadableDocument, "nested too deep"),
        (b"<div>" * 200 + b"diep", UnreadableDocument, "nested deeper"),
        (b"<html>" + b"<p>" * 1_500_001, UnreadableDocument, "tags"),
        (b"<p>" + b"x" * 50_000_000, UnreadableDocument, "bytes"),
        (
            b'<!DOCTYPE html [<!ENTITY x "y">]><html xmlns="http://www.w3.org/1999/xhtml"><body><p>&x;</p></body></html>',
            UnreadableDocument,
            "entities",
        ),
    ],
)  # fmt: skip
def test_bad_files_are_refused_by_name(data, error, words):
    with pytest.raises(error, match=words) as caught:
        read(data, "pagina.html")
    assert str(caught.value).startswith("pagina.html ")


def test_no_file_is_read_for_an_entity(tmp_path):
    secret = tmp_path / "geheim.txt"
    secret.write_text("TOPGEHEIM")
    page = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]><html><body><p>a &x; b</p></body></html>'
    assert "TOPGEHEIM" not in " ".join(texts(read(page)))


def test_half_a_page_is_read_as_far_as_it_goes():
    letter = read_letter()
    page = old_page(letter)
    document = read(page[: page.index(b"Vernieuwen")])
    assert texts(document)[:8] == texts(letter)[:8]


def test_damaged_pages_give_named_errors_only():
    letter = read_letter()
    was_read, refused = try_reader(read_web_page, [new_page(letter), old_page(letter)], cases=200, seed=27925)
    assert was_read > 100
    assert refused > 20


# Real documents


def real_page(name: str) -> bytes:
    data = (SAMPLES / name).read_bytes()
    if name.endswith(".zip"):
        archive = zipfile.ZipFile(io.BytesIO(data))
        data = archive.read(next(each for each in archive.namelist() if each.endswith(".html")))
    return data


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real documents are not here")
@pytest.mark.parametrize(
    ("name", "identifier", "paragraphs", "first_path", "last"),
    [
        ("stb.html", "stb-2014-296", 12, "ARTIKEL I", "R.H.A. Plasterk"),
        ("stcrt.html", "stcrt-2013-10981", 5, "Voornemen", "zienswijze betrekking heeft."),
        ("gmb.html.zip", "gmb-2024-216934", 2, None, "per jaar worden aangevraagd."),
        ("prb.html.zip", "prb-2014-6", 24, "De directeur van de directie Concernzaken", "DOS-2012- 0006376"),
        ("trb.html.zip", "trb-2017-47", 1728, "A. TITEL", "A.G. KOENDERS"),
    ],
)
def test_real_pages_of_the_official_site_are_read(name, identifier, paragraphs, first_path, last):
    document = read(real_page(f"wetsuite-core__{name}"), name)
    assert document.id == identifier
    assert len(document.paragraphs) == paragraphs
    assert next((path for path, _ in outline(document) if path), None) == first_path
    assert texts(document)[-1].endswith(last)
