"""Renders a document as a saved page of the official publications site, so that a test can read it back."""

import textwrap
from html import escape

from rendering_xml import (
    CHAMBERS,
    date_in_words,
    long_session_year,
    printed_dossier,
    printed_title,
    split_at_notes,
    split_signature,
)

from corpus.document import Document, Paragraph


def new_page(document: Document) -> bytes:
    """Render a Kamerstuk as the site has shown it since 2021: facts in a table, `article div#broodtekst`."""
    identity = document.identity
    assert identity.chamber and identity.session_year
    chamber = CHAMBERS[identity.chamber][0]
    year = long_session_year(identity.session_year).replace("–", "-")
    prefix = "nr. " if identity.number and identity.number[0].isdigit() else ""
    return f"""<!DOCTYPE html>
<html lang="nl-NL">
  <head>
    <meta charset="utf-8">
    <title>{escape(identity.dossiers[0].title)} | {chamber} | Officiële bekendmakingen</title>
    {_meta(document)}
    <script>var dataLayer = ["<p>geen tekst</p>"];</script>
    <style>.noot {{ display: none }}</style>
  </head>
  <body>
    <div class="skiplinks"><a href="#content" class="visually-hidden">Direct naar content</a></div>
    <header class="header"><nav><ul><li><a href="/">Home</a></li><li><a href="/help">Help</a></li></ul></nav></header>
    <main class="global-main"><div class="container row">
      <article>
        <h1>Kamerstuk</h1>
        <div class="table__container"><table class="table">
          <thead><tr><th>Datum publicatie</th><th>Organisatie</th><th>Vergaderjaar</th>
            <th>Dossier- en ondernummer</th></tr></thead>
          <tbody><tr><td></td><td>{chamber}</td><td>{year}</td>
            <td>{identity.dossiers[0].number} {prefix}{identity.number}</td></tr></tbody>
        </table></div>
        <div id="broodtekst" class="stuk broodtekst-container">
          {_text(document)}
        </div>
        {_notes_with_ways_back(document)}
      </article>
    </div></main>
    <aside><h2>Gerelateerde documenten</h2><p>Meer over dit dossier.</p></aside>
    <footer><p>Over deze website</p></footer>
  </body>
</html>""".encode()


def old_page(document: Document) -> bytes:
    """Render a Kamerstuk as the site showed it until 2021: XHTML framed by a form, `div#broodtekst`, pop-up notes."""
    return f"""\ufeff<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html
  PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="nl">
   <head>
      <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
      {_meta(document)}
      <script src="./popup.js" type="text/javascript" /><link href="./op-noten.css" rel="stylesheet" type="text/css" />
      <!--[if lt IE 8]><link href="./op-iehacks.css" rel="stylesheet" type="text/css" /><![endif]-->
      <title></title>
   </head>
   <body onload="enablePopup()"><form action="#" id="mainForm" method="post">
      <p class="tekstueel"><a id="top" name="top">Start van deze pagina</a></p>
      <div class="zoeken"><label for="Zoek">Snelzoeken</label><input id="Zoek" type="text" /></div>
      <div id="inhoudsopgave"><ul class="toc"><li class="first"><a href="#d16e48">Brief</a></li></ul></div>
      <div id="broodtekst">
         {_text(document)}
         {_notes_of_popups(document)}
      </div>
      <div id="right-column"><h2>Acties</h2><ul><li><a href="x.pdf">Authentieke versie downloaden (pdf)</a></li></ul>
      </div></form>
   </body>
</html>""".encode()


def _meta(document: Document) -> str:
    identity = document.identity
    assert identity.chamber and identity.session_year
    values = [
        ("DC.identifier", identity.id),
        ("DC.creator", CHAMBERS[identity.chamber][0]),
        ("DC.title", f"{identity.dossiers[0].title}; Brief regering; Wat de griffie ervan maakte"),
        ("OVERHEIDop.vergaderjaar", long_session_year(identity.session_year).replace("–", "-")),
        ("OVERHEIDop.ondernummer", identity.number or ""),
        ("DCTERMS.issued", "2099-01-01"),
        *(("OVERHEIDop.dossiernummer", dossier.number) for dossier in identity.dossiers),
    ]
    return "\n      ".join(f'<meta name="{name}" scheme="" content="{escape(value)}" />' for name, value in values)


def _text(document: Document) -> str:
    identity = document.identity
    number = identity.number or ""
    parts = []
    for dossier in identity.dossiers:
        printed = " ".join(part for part in printed_dossier(dossier) if part)
        parts.append(
            f'<h1 class="dossiertitel"><span class="dossiernummer">{printed}</span> {escape(dossier.title)}</h1>'
        )
    prefix = "Nr. " if number[:1].isdigit() else ""
    parts.append(
        f'<div class="stuk"><h1 class="stuktitel"><a id="d16e48" name="d16e48"></a>'
        f'<span class="stuknummer">{prefix}{number}</span> {escape(printed_title(identity.title))}\n         </h1>'
    )
    if identity.date:
        parts.append("<p>Aan de Voorzitter van de Tweede Kamer der Staten-Generaal</p>")
        parts.append(f"<p>Den Haag, {date_in_words(document)}</p>")
    for section in document.sections:
        if section.headings and not section.paragraphs[0].is_signature:
            heading = _wrap(escape(section.headings[-1]))
            parts.append(f'<p class="tussenkop"><strong class="vet">{heading}</strong></p>')
        parts += [_paragraph(paragraph) for paragraph in section.paragraphs]
    return "\n         ".join([*parts, "</div>"])


def _paragraph(paragraph: Paragraph) -> str:
    if paragraph.is_signature:
        return "\n".join(
            f'<p class="ondertekening"><span class="functie">{escape(office)}</span>\n               '
            f'<span class="naam"><span class="voornaam">{escape(name.partition(" ")[0])}</span> '
            f'<span class="achternaam">{escape(name.partition(" ")[2])}</span></span></p>'
            for office, name in split_signature(paragraph.text)
        )
    pieces = []
    for text, mark in split_at_notes(paragraph.text, paragraph.notes):
        pieces.append(escape(text))
        if mark:
            link = f'<a class="nootnum supernote-click-ID-n{mark}" id="ref-n{mark}" href="#ID-n{mark}">{mark}</a>'
            pieces.append(f"<sup>{link}</sup>")
    return f"<p>{_wrap(''.join(pieces))}\n         </p>"


def _wrap(text: str) -> str:
    """Break lines as the site's pages do, with indentation; never inside a tag."""
    lines = textwrap.wrap(text.replace('" ', '"\0'), 85, break_long_words=False, break_on_hyphens=False)
    return "\n            ".join(lines).replace("\0", " ")


def _notes_of_popups(document: Document) -> str:
    notes = [
        f"""<div class="voet noot snp-mouseoffset snb-pinned notedefault" id="supernote-note-ID-n{note.mark}">
               <h5 class="note-close"><a class="note-close" href="#close-ID-n{note.mark}">X</a> Noot
               </h5><sup><span class="nootnum"><a id="ID-n{note.mark}" name="n"></a>{note.mark}</span></sup>
               <p>{_wrap(escape(note.text))}</p>
            </div>"""
        for note in document.footnotes
    ]
    return f'<div id="noten">\n            <hr />\n            {"".join(notes)}\n         </div>' if notes else ""


def _notes_with_ways_back(document: Document) -> str:
    notes = [
        f"""<div class="voetnoot" id="ID-n{note.mark}">
            <h5 class="note-close">X Noot</h5>
            <span class="nootnum">{note.mark}</span>
            <p>{_wrap(escape(note.text))}</p>
            <a href="#ref-n{note.mark}">Naar boven</a>
          </div>"""
        for note in document.footnotes
    ]
    return f'<div class="noten">{"".join(notes)}</div>' if notes else ""
