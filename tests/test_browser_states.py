"""States that a visitor meets seldom, in Debian's Chromium: nothing there, nothing allowed, under way, failed."""

import re
import shutil
import threading
from contextlib import ExitStack

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import LETTER, WORDS, make_app, served
from fake_encoder import CountingEncoder
from playwright.sync_api import expect

from corpus.library import Library
from index import search
from index.build import build
from service.app import create_app
from service.builds import Builds
from service.config import Config
from service.serving import ServedIndex
from service.tokens import Tokens

pytestmark = pytest.mark.browser

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])


class Site:
    """Services over folders of their own, each at an address; builds wait for `may_build` and then fail."""

    def __init__(self, folder, stack: ExitStack) -> None:
        self._folder, self._stack, self.may_build = folder, stack, threading.Event()
        self._encoder = CountingEncoder(WORDS)
        (folder / "empty").mkdir()
        (folder / "letters").mkdir()
        shutil.copy(LETTER, folder / "letters")
        (folder / "letters" / "leeg.txt").write_text("")
        self.empty = self._serve("empty", "empty-var")
        self.letters = self._serve("letters", "letters-var")
        self.token = Tokens(folder / "closed-var").make("jansen")
        self.closed = self._serve("letters", "closed-var", reading="token", asking_limit=1)
        self.none = self._start(make_app(folder / "no-var", folder / "empty", self._encoder))

    def _fail(self, build_id: str) -> None:
        self.may_build.wait(20)
        raise RuntimeError("snapshots cannot be written (No space left on device); make room")

    def _serve(self, corpus: str, data: str, **settings) -> str:
        corpus, data = self._folder / corpus, self._folder / data
        build(Library(corpus), self._encoder, data)
        config = Config(data=data, corpus=corpus, **settings)
        return self._start(create_app(config, ServedIndex(data, self._encoder), Builds(data, self._fail)))

    def _start(self, app) -> str:
        return self._stack.enter_context(served(app))


@pytest.fixture
def site(tmp_path, monkeypatch):
    """The services, stopped afterwards."""
    monkeypatch.setattr(search, "_ANSWERED_FROM", 0.0)
    with ExitStack() as stack:
        made = Site(tmp_path, stack)
        yield made
        made.may_build.set()


@pytest.fixture
def open_page(browser):
    """Open an address; fails on any script error or blocked content."""
    faults = []
    with ExitStack() as stack:

        def open_at(address, **options):
            context = browser.new_context(**options)
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(8000)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on(
                "console", lambda message: faults.append(message.text) if "Content Security" in message.text else None
            )
            page.goto(address)
            return page

        yield open_at
    assert faults == []


def check(page, state: str) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{state}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), state


def ask(page, question: str) -> None:
    turns = page.locator(".turn").count()
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    page.locator(".turn").nth(turns).wait_for()


def focused_text(page) -> str:
    return page.evaluate("document.activeElement === document.body ? '' : document.activeElement.textContent")


@SCHEMES
@SIZES
def test_pages_that_refuse(open_page, site, scheme, size):
    """Errors, signing in, nothing there: axe-core finds nothing, and each says what to do next."""
    page = open_page(f"{site.letters}/documents/kst-1-1", viewport=size, color_scheme=scheme)
    check(page, "404")
    for address, words in (
        (f"{site.none}/", "Er kan nu niet worden gezocht"),
        (f"{site.empty}/", "Er zijn nog geen documenten"),
        (f"{site.empty}/documents", "Kies hierboven bestanden"),
        (f"{site.letters}/api", "openapi.json"),
        (f"{site.letters}/documents?added=2", "2 bestanden zijn toegevoegd."),
        (f"{site.letters}/documents?restored=a.txt", "a.txt is teruggezet."),
        (f"{site.letters}/documents?poor=1", "Geen document voldoet aan deze keuze."),
        (f"{site.closed}/", "alleen te lezen en te bevragen met een token"),
    ):
        page.goto(address)
        page.get_by_text(words).first.wait_for()
        check(page, address)
    page.locator("#token").fill("onzin")
    page.locator("#token").press("Enter")
    page.locator("#fault").wait_for()
    check(page, "wrong token")
    page.locator("#token").fill(site.token)
    page.locator("#token").press("Enter")
    page.get_by_role("button", name="Afmelden (jansen)").wait_for()
    check(page, "signed in")
    for status, path, field in ((400, "/documents", ""), (405, "/toegankelijkheid", ""), (413, "/", "x" * 2_000_000)):
        page.goto(site.letters)
        page.evaluate(
            """([path, field]) => {
                const form = Object.assign(document.createElement("form"), { method: "post", action: path });
                if (path === "/documents") form.enctype = "multipart/form-data";
                const area = document.createElement("textarea");
                Object.assign(area, { name: "question", value: field });
                form.append(area);
                document.body.append(form);
                form.submit();
            }""",
            [path, field],
        )
        page.wait_for_url(f"**{path}")
        page.get_by_text(
            re.compile("kies eerst een bestand|kan niet worden beantwoord|te groot om te versturen")
        ).wait_for()
        check(page, str(status))


@SCHEMES
@SIZES
def test_a_build_under_way_and_failed(open_page, site, tmp_path, scheme, size):
    """Adding says that it is under way, what is added and how the build goes; why it failed is told in Dutch."""
    page = open_page(f"{site.letters}/documents", viewport=size, color_scheme=scheme)
    for name, text in (("nieuw.txt", "Nieuw\n\nEen alinea.\n"), ("foto.jpg", "\x00")):
        (tmp_path / name).write_text(text)
    page.locator("#file").set_input_files([tmp_path / "foto.jpg"])
    page.get_by_role("button", name="Voeg toe").click()
    page.get_by_text("Niet toegevoegd: foto.jpg is leeg; verwijder het of zet er tekst in.").wait_for()
    check(page, "refused")
    page.locator("#file").set_input_files([tmp_path / "nieuw.txt"])
    page.locator("#add").evaluate("form => form.addEventListener('submit', () => { window.said = said.textContent; })")
    page.locator("#add").evaluate(
        "form => form.addEventListener('submit', () => sessionStorage.setItem('seen', form.querySelector('button').textContent))"
    )
    page.get_by_role("button", name="Voeg toe").click()
    page.get_by_text("1 bestand is toegevoegd.").wait_for()
    assert page.evaluate("sessionStorage.getItem('seen')") == "Bezig met toevoegen…"
    assert focused_text(page) == "1 bestand is toegevoegd."
    page.locator("#build progress").wait_for()
    check(page, "building")
    site.may_build.set()
    alert = page.locator("#build .utrecht-alert--error")
    alert.wait_for()
    assert "Reden: er is geen ruimte meer in de map met gegevens; maak ruimte." in alert.inner_text()
    assert "kon niet worden vernieuwd" in page.locator("#said").text_content()
    check(page, "failed")
    page.goto(f"{site.letters}/documents?lang=en")
    assert "Reason: snapshots cannot be written (No space left on device); make room." in alert.inner_text()
    assert "leeg.txt is empty; remove it" in page.locator(".skipped").inner_text()
    check(page, "failed, in English")


def test_removing_and_undoing_by_the_keyboard(open_page, site):
    """Focus goes to the way back, then to the sentence that says it is back."""
    page = open_page(f"{site.letters}/documents")
    page.locator("#remove-kst-27925-681").focus()
    page.keyboard.press("Enter")
    page.get_by_text("kst-27925-681 is verwijderd.").wait_for()
    assert focused_text(page) == "Ongedaan maken"
    page.keyboard.press("Enter")
    page.get_by_text("kst-27925-681.txt is teruggezet.").wait_for()
    assert focused_text(page) == "kst-27925-681.txt is teruggezet."


@SCHEMES
def test_states_of_the_conversation(open_page, site, scheme):
    """Faults, a kept conversation removed, the page to print, English: axe-core finds nothing."""
    page = open_page(site.letters, viewport=PHONE, color_scheme=scheme)
    page.get_by_role("button", name="Vraag", exact=True).click()
    page.locator("#fault").wait_for()
    check(page, "empty question")
    page.locator(".narrow > summary").click()
    page.locator("#dossier").select_option("27925")
    page.locator("#from").fill("2020-01-01")
    page.locator("#to").fill("2019-01-01")
    page.locator("#question").fill("Welke drones?")
    page.locator("#question").press("Enter")
    page.get_by_text("De periode eindigt voordat zij begint.").wait_for()
    assert [page.locator(field).input_value() for field in ("#from", "#to", "#dossier", "#question")] == [
        "2020-01-01",
        "2019-01-01",
        "27925",
        "Welke drones?",
    ]
    check(page, "period")
    page.locator("#from").fill("")
    page.locator("#to").fill("")
    page.locator("#question").press("Enter")
    page.locator("#turn-1").wait_for()
    assert page.locator(".narrow").evaluate("element => element.open") is False
    ask(page, "En hoeveel?")
    page.locator("#keep").click()
    check(page, "kept")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Afdrukbare pagina").click()
    check(opened.value, "to print")
    page.get_by_role("button", name="English").click()
    page.wait_for_function("document.documentElement.lang === 'en'")
    check(page, "English")
    page.get_by_role("link", name="New conversation").click()
    page.get_by_role("button", name="Remove: Welke drones?").click()
    page.locator("#kept").wait_for(state="hidden")
    check(page, "kept conversation removed")


def test_a_question_that_cannot_be_sent_stays(open_page, site):
    """Without a connection, too often, too busy: the conversation and what was typed stay, and what to do is said."""
    page = open_page(site.letters)
    ask(page, "Welke drones?")
    for answer, words in (
        (lambda route: route.abort(), "De dienst is niet bereikbaar."),
        (lambda route: route.fulfill(status=429, body="x"), "U hebt in korte tijd veel gevraagd."),
        (lambda route: route.fulfill(status=503, body="x"), "Het is nu te druk."),
    ):
        page.route(f"{site.letters}/", answer)
        page.locator("#question").fill("Welke burgemeesters?")
        page.locator("#question").press("Enter")
        page.get_by_role("alert").filter(has_text=words).wait_for()
        assert page.locator("#question").input_value() == "Welke burgemeesters?"
        assert page.evaluate("document.activeElement.id") == "question"
        assert page.locator(".turn").count() == 1
        check(page, words)
        page.unroute(f"{site.letters}/")
    page.locator("#question").press("Enter")
    page.locator("#turn-2").wait_for()
    assert page.locator("#fault").count() == 0


def test_what_a_screen_reader_is_given(open_page, site):
    """The accessibility tree: landmarks, names and states of the conversation, the letter and the documents."""
    page = open_page(site.letters, viewport=WIDE)
    expect(page.locator("body")).to_match_aria_snapshot("""
        - link "Naar de inhoud"
        - banner:
          - link "Vindplaats Vraag het de Kamerstukken"
          - navigation "Vindplaats":
            - link "Vragen"
            - link "Documenten"
            - button "English"
        - main:
          - heading "Vind het, met de vindplaats erbij" [level=1]
          - log "Vragen"
          - textbox "Uw vraag aan de documenten"
          - button "Vraag"
        - contentinfo:
          - link "Toegankelijkheid"
    """)
    ask(page, "burgemeesters")
    expect(page.get_by_role("log")).to_match_aria_snapshot("""
        - log "Vragen":
          - 'article "U vroeg: burgemeesters"':
            - 'heading "U vroeg: burgemeesters" [level=2]'
            - list:
              - listitem:
                - group:
                  - blockquote:
                    - mark: /In 2018 bijvoorbeeld organiseerde Nederland een sessie/
                  - paragraph:
                    - link "Lees in context"
                    - button "Kopieer vindplaats"
                    - button "Kopieer met citaat"
                    - button "Kopieer link"
                    - link "Officiële publicatie"
    """)
    page.locator("a.open-letter").first.click()
    page.locator("#reader .is-cited").wait_for()
    expect(page.locator("#reader")).to_match_aria_snapshot("""
        - dialog "In context":
          - paragraph:
            - status: /Vindplaats 1 van \\d/
          - button "Sluiten"
          - button "Vorige vindplaats" [disabled]
          - button "Volgende vindplaats"
          - link "Open als eigen pagina"
          - region "In context":
            - article:
              - heading "Brief van de Minister van Buitenlandse Zaken" [level=2]
              - navigation "Inhoud"
              - link "alinea 1"
    """)
    page.goto(f"{site.letters}/documents")
    expect(page.locator("main")).to_match_aria_snapshot("""
        - main:
          - heading "Documenten" [level=1]
          - status
          - button "Documenten toevoegen"
          - button "Voeg toe"
          - paragraph:
            - textbox "Titel, nummer of afzender"
          - paragraph:
            - checkbox "Alleen met leesproblemen"
          - region "Tabel met documenten":
            - table:
              - rowgroup:
                - row:
                  - columnheader "Titel"
                  - columnheader "Kamerstuk"
              - rowgroup:
                - row:
                  - rowheader:
                    - link "Brief van de Minister van Buitenlandse Zaken"
                  - cell "27925, nr. 681"
                  - cell "2 december 2019"
          - heading "Overgeslagen bestanden" [level=2]
          - list:
            - listitem: /leeg.txt is leeg/
    """)
