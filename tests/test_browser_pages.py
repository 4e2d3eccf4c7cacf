"""Every page and state in Debian's Chromium, against a real server in this process with the fake encoder."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import LETTER, WORDS, make_app, served
from fake_encoder import CountingEncoder

from corpus.library import Library
from index import search
from index.build import build

pytestmark = pytest.mark.browser

WIDE, PHONE, NARROW = ({"width": width, "height": height} for width, height in ((1440, 900), (390, 844), (320, 640)))
HOSTILE = "<script>document.title='gekaapt'</script> &amp; <img src=x onerror=alert(1)> \u202eomgekeerd"
UNBROKEN = "drones" * 1700


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of the service over the letter and a hostile document."""
    folder = tmp_path_factory.mktemp("site")
    corpus, data, encoder = folder / "documents", folder / "var", CountingEncoder(WORDS)
    corpus.mkdir()
    (corpus / LETTER.name).write_bytes(LETTER.read_bytes())
    (corpus / "vijandig.txt").write_text(f"Kop {HOSTILE}\n\nDrones {HOSTILE}. Software.\n\n{UNBROKEN} canada\n")
    (corpus / "leeg.txt").write_text("")
    build(Library(corpus), encoder, data)
    patch = pytest.MonkeyPatch()
    # Counted words tell nothing of how probable an answer is; only a document that is not here counts as unanswered.
    patch.setattr(search, "_ANSWERED_FROM", 0.0)
    with served(make_app(data, corpus, encoder)) as address:
        yield address
    patch.undo()


@pytest.fixture
def open_page(browser, site):
    """Open the service at a path; fails on any script error, blocked content or dialog."""
    contexts, faults = [], []

    def open_at(path="/", **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("dialog", lambda dialog: faults.append(f"dialog {dialog.message}"))
        page.goto(site + path)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert faults == []


def ask(page, question: str) -> None:
    turns = page.locator(".turn").count()
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    page.locator(".turn").nth(turns).wait_for()


def focused(page) -> str:
    return page.evaluate("document.activeElement.id")


def assert_no_sideways_scroll(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_accessibility_rules(open_page, site, scheme, size):
    """axe-core finds nothing on any page or state."""
    page = open_page(viewport=size, color_scheme=scheme)

    def check(state: str) -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, f"{state}: {found.generate_report()}"
        assert_no_sideways_scroll(page)

    page.locator(".narrow > summary").click()
    page.locator("#shortcuts summary").click()
    check("start, narrowing and shortcuts open")
    ask(page, "Welke burgemeesters?")
    page.locator(".passage summary").nth(1).click()
    check("answer")
    page.locator("#keep").click()
    page.locator("a.open-letter").first.click()
    page.locator("#reader .is-cited").wait_for()
    check("letter beside the conversation")
    page.keyboard.press("Escape")
    ask(page, "En wie?")
    page.locator(".correct summary").click()
    check("follow-up being corrected")
    ask(page, "Wat staat er in Kamerstuk 31 058, nr. 7?")
    page.locator(".misses > summary").last.click()
    check("not answered")
    page.goto(site)
    page.locator("#kept").wait_for()
    check("start with a kept conversation")
    for path in (
        "/documents",
        "/documents?words=nergens",
        "/documents?removed=x&removal=y",
        "/documents/kst-27925-681#al-1",
        "/documents/vijandig",
        "/toegankelijkheid",
        "/toegankelijkheid?lang=en",
    ):
        page.goto(site + path)
        for note in page.locator(".note summary").all()[:1]:
            note.click()
        check(path)


def test_reading_in_context(open_page):
    """The letter opens at the paragraph with the sentence marked; next and previous hit; focus goes back on close."""
    page = open_page(viewport=WIDE)
    ask(page, "software drones")
    first = page.locator("a.open-letter").first
    addresses = [link.get_attribute("href") for link in page.locator("a.open-letter").all()]
    first.click()
    page.locator("#reader .is-cited").wait_for()
    assert focused(page) == addresses[0].split("#")[1]
    marked = page.evaluate("[...CSS.highlights.get('cited')].map(String)")
    assert marked and marked == page.locator("blockquote").first.locator("mark").all_text_contents()
    assert page.locator("#reader-at").inner_text() == f"Vindplaats 1 van {len(addresses)}"
    box, panel = page.locator("main").bounding_box(), page.locator("#reader").bounding_box()
    assert box["x"] + box["width"] <= panel["x"] + 1
    page.keyboard.press("Alt+Shift+N")
    page.wait_for_function("id => document.activeElement.id === id", arg=addresses[1].split("#")[1])
    page.locator("#reader-previous").click()
    page.wait_for_function("id => document.activeElement.id === id", arg=addresses[0].split("#")[1])
    page.keyboard.press("Escape")
    assert page.locator("#reader").is_hidden()
    assert page.evaluate("document.activeElement.className").endswith("open-letter")


def test_reading_on_a_phone(open_page):
    """Over the conversation, as a dialog that keeps focus; a way to the letter's own page."""
    page = open_page(viewport=PHONE)
    ask(page, "burgemeesters")
    page.locator("a.open-letter").first.click()
    page.locator("#reader:modal .is-cited").wait_for()
    assert page.locator("#reader").bounding_box()["width"] == PHONE["width"]
    assert page.locator("#reader-page").get_attribute("href").endswith("/documents/kst-27925-681#al-8")
    page.get_by_role("button", name="Sluiten").click()
    assert page.evaluate("document.activeElement.className").endswith("open-letter")


def test_the_letter_by_itself(open_page):
    """The address's paragraph is marked and in view; a footnote opens where it stands, and prints at the end only."""
    page = open_page("/documents/kst-27925-681#al-8", viewport=NARROW)
    assert 0 <= page.locator("#al-8").bounding_box()["y"] < NARROW["height"] / 2
    assert page.evaluate("getComputedStyle(document.querySelector('#al-8')).backgroundColor") != "rgba(0, 0, 0, 0)"
    note = page.locator("#al-1 .note")
    assert note.locator(".note-text").is_hidden()
    note.locator("summary").click()
    assert note.locator(".note-text").is_visible()
    assert_no_sideways_scroll(page)
    page.emulate_media(media="print")
    assert note.locator(".note-text").is_hidden()
    assert page.locator("#noot-1").is_visible()
    assert page.locator(".masthead").is_hidden()


def test_what_is_printed(open_page):
    """No controls; the marked sentence is underlined, since colours are seldom printed; the table fits its page."""
    page = open_page(viewport={"width": 660, "height": 900})
    ask(page, "burgemeesters")
    page.emulate_media(media="print")
    assert page.locator("#ask").is_hidden() and page.locator(".actions").first.is_hidden()
    mark = page.locator("blockquote mark").first
    assert "underline" in mark.evaluate("element => getComputedStyle(element).textDecorationLine")
    page.goto(page.url + "documents")
    assert page.locator("#add").is_hidden() and page.locator("#remove-vijandig").is_hidden()
    assert page.locator("table").evaluate("table => table.scrollWidth <= table.closest('.table-scroll').clientWidth")


def test_copying(open_page, site):
    """The official form, the same with the quotation, the paragraph's own address."""
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, "burgemeesters")
    quoted = page.locator("blockquote").first.text_content()
    copied = []
    for name in ("Kopieer vindplaats", "Kopieer met citaat", "Kopieer link"):
        page.get_by_role("button", name=name).first.click()
        page.get_by_role("button", name="Gekopieerd").wait_for()
        copied.append(page.evaluate("navigator.clipboard.readText()"))
        page.get_by_role("button", name=name).first.wait_for()
    assert copied[0].startswith("Kamerstukken II 2019/20, 27925, nr. 681, p. 3")
    assert copied[1] == f"“{quoted}” ({copied[0]})"
    assert copied[2] == f"{site}/documents/kst-27925-681#al-8"


def test_only_the_keyboard(open_page):
    """Ask, open a folded passage, read in the letter and come back, correct a follow-up: focus is never lost."""
    page = open_page(viewport=WIDE)
    assert focused(page) == "question"
    page.keyboard.type("Welke burgemeesters?")
    page.keyboard.press("Enter")
    page.locator("#turn-1").wait_for()
    page.wait_for_function("document.activeElement.id === 'question'")
    page.keyboard.type("En wie?")
    page.keyboard.press("Enter")
    page.locator("#turn-2").wait_for()
    page.locator("#turn-2 .correct summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "corrected-2"
    page.keyboard.press("Control+A")
    page.keyboard.type("Welke drones?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Deze vraag is op zichzelf begrepen.").wait_for()
    page.wait_for_function("document.activeElement.id === 'question-2'")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#reader .is-cited").wait_for()
    assert page.evaluate("document.activeElement.classList.contains('is-cited')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className").endswith("open-letter")
    page.keyboard.press("Alt+Shift+V")
    assert focused(page) == "question"


def test_every_shortcut_that_is_listed(open_page):
    """Does what the list says, and the list names them all."""
    page = open_page(viewport=WIDE)
    page.locator("#shortcuts summary").click()
    listed = page.locator("#shortcuts dt").all_inner_texts()
    assert listed == ["Enter", "Shift+Enter", "Alt+Shift+V", "Alt+Shift+N", "Alt+Shift+P", "Esc"]
    page.keyboard.press("Alt+Shift+V")
    assert focused(page) == "question"
    page.keyboard.type("software")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("drones")
    assert page.locator("#question").input_value() == "software\ndrones"
    page.keyboard.press("Enter")
    page.locator("#turn-1").wait_for()
    places = [link.get_attribute("href").split("#")[1] for link in page.locator("a.open-letter").all()]
    page.locator("a.open-letter").first.focus()
    page.keyboard.press("Enter")
    page.locator("#reader .is-cited:focus").wait_for()
    for pressed, at in (("Alt+Shift+N", 1), ("Alt+Shift+N", 2), ("Alt+Shift+P", 1), ("Alt+Shift+P", 0)):
        page.keyboard.press(pressed)
        page.wait_for_function("id => document.activeElement.id === id", arg=places[at])
    page.keyboard.press("Escape")
    assert page.locator("#reader").is_hidden()
    assert page.evaluate("document.activeElement.className").endswith("open-letter")


def test_new_answers_are_announced(open_page):
    """In a log; that it is being searched, and is done, politely."""
    page = open_page()
    log = page.get_by_role("log")
    assert log.count() == 1
    ask(page, "burgemeesters")
    assert log.locator(".turn").count() == 1
    assert page.locator("#said[role=status]").text_content() == "Het antwoord staat klaar."


def test_without_javascript(open_page):
    """Narrow, ask, follow up, correct, switch language, save: all with plain forms."""
    page = open_page(java_script_enabled=False, viewport=PHONE)
    page.locator(".narrow > summary").click()
    page.locator("#document").select_option("kst-27925-681")
    page.locator("#question").fill("Welke burgemeesters?")
    page.get_by_role("button", name="Vraag", exact=True).click()
    page.locator("#question").fill("En de drones?")
    page.get_by_role("button", name="Vraag", exact=True).click()
    assert page.locator(".turn").count() == 2
    assert page.locator("p.understood", has_text="Gezocht in: alleen kst-27925-681.").count() == 2
    page.locator(".correct summary").click()
    page.locator("#corrected-2").fill("Welke drones?")
    page.get_by_role("button", name="Vraag het zo").click()
    assert page.locator("#question-2").inner_text().endswith("Welke drones?")
    page.get_by_role("button", name="English").click()
    assert page.locator(".turn").count() == 2
    with page.expect_download() as download:
        page.get_by_role("button", name="Markdown").click()
    assert "## Welke drones?" in download.value.path().read_text("utf-8")
    page.get_by_role("link", name="Read in context").first.click()
    page.wait_for_url("**/documents/kst-27925-681#al-*")
    page.locator(".note summary").first.click()
    assert page.locator(".note-text").first.is_visible()


def test_english(open_page):
    """The switch keeps the conversation; quotations stay Dutch and say so."""
    page = open_page()
    ask(page, "burgemeesters")
    page.get_by_role("button", name="English").click()
    page.wait_for_function("document.documentElement.lang === 'en'")
    assert page.locator(".turn").count() == 1
    assert page.locator("blockquote").first.get_attribute("lang") == "nl"
    ask(page, "drones")
    assert "passages that may answer" in page.locator(".verdict").last.inner_text()
    assert page.locator(".turn").count() == 2


def test_kept_taken_up_and_removed(open_page, site):
    """Nothing is stored on the device before the visitor says so; the tab itself remembers over a reload."""
    page = open_page()
    ask(page, "burgemeesters")
    assert page.evaluate("localStorage.length") == 0
    page.reload()
    page.locator("#turn-1").wait_for()
    page.locator("#keep").click()
    ask(page, "En de drones?")
    page.get_by_role("link", name="Nieuw gesprek").click()
    page.locator("#kept").wait_for()
    assert page.locator(".turn").count() == 0
    page.get_by_role("button", name="burgemeesters", exact=True).click()
    page.locator("#turn-2").wait_for()
    assert page.locator("#keep").inner_text() == "Bewaard op dit apparaat"
    page.goto(site)
    page.get_by_role("button", name="Verwijder: burgemeesters").click()
    page.locator("#kept").wait_for(state="hidden")
    assert page.evaluate("localStorage.getItem('vindplaats-kept')") == "[]"
    assert focused(page) == "question"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_hostile_document_is_text(open_page, site, size):
    """Script, entities and an image tag are shown as they are; a word of 10 kB and turned text break no layout."""
    page = open_page(viewport=size)
    ask(page, "drones software")
    assert HOSTILE in page.locator("blockquote", has_text="<script>").first.text_content()
    assert_no_sideways_scroll(page)
    page.locator(".passage", has_text="<script>").first.locator("a.open-letter").click()
    page.locator("#reader .is-cited").wait_for()
    assert_no_sideways_scroll(page)
    for path in ("/documents", "/documents/vijandig"):
        page.goto(site + path)
        assert HOSTILE in page.locator("main").text_content()
        assert_no_sideways_scroll(page)
    assert UNBROKEN in page.locator("#al-2 .text").text_content()
    assert "gekaapt" not in page.title().split("</script>")[-1]


def test_the_collection_is_sorted_and_filtered(open_page):
    """By its headings and its form; why a file was skipped stands below."""
    page = open_page("/documents")
    titles = page.locator("tbody th a")
    assert titles.first.inner_text().startswith("Brief van de Minister")
    page.get_by_role("columnheader", name="Titel").get_by_role("link").click()
    page.wait_for_url("**order=desc*")
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Titel")
    assert titles.first.inner_text().startswith("Kop")
    page.get_by_label("Titel, nummer of afzender").fill("27925")
    page.get_by_role("button", name="Toon").click()
    page.get_by_text("1 van 2 documenten.").wait_for()
    assert titles.count() == 1
    assert "leeg.txt is leeg" in page.locator(".skipped").inner_text()


def test_the_first_page_is_light(open_page, site, browser):
    """Under 150 kB in all as it comes over the line, headers included, and nothing from anywhere else."""
    page = open_page("/toegankelijkheid")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    received, addresses = [], []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(site)
    page.wait_for_load_state("networkidle")
    assert len(received) >= 7
    assert all(address.startswith(site) for address in addresses)
    assert 50_000 < sum(received) < 150_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("forced", ["active", "none"])
def test_high_contrast(open_page, forced, scheme):
    """With forced colours, and when more contrast is asked for, nothing is hidden and the mark can be told apart."""
    page = open_page(forced_colors=forced, contrast="more", color_scheme=scheme)
    ask(page, "burgemeesters")
    mark, text = (
        page.locator(place).first.evaluate("element => getComputedStyle(element).backgroundColor")
        for place in ("blockquote mark", "blockquote")
    )
    assert mark != text
    preview, ground = page.evaluate(
        "[getComputedStyle([...document.querySelectorAll('.preview .nl-mark')].at(-1)).color, "
        "getComputedStyle(document.body).backgroundColor]"
    )
    assert preview != ground
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_enlarged_to_200_percent(open_page):
    """The text twice as large on a small laptop: no sideways scrolling, the question field in reach."""
    page = open_page(viewport={"width": 640, "height": 400})
    ask(page, "burgemeesters")
    assert_no_sideways_scroll(page)
    assert page.locator("#ask").evaluate("element => getComputedStyle(element).position") == "static"


def test_files_are_dropped_on_the_page(open_page):
    """Anywhere on it; the list shows what was added without a reload, and the build's end is said."""
    page = open_page("/documents")
    dropped = page.evaluate_handle(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File(["Molens langs de vaart\\n\\nDe molen draait.\\n"], "molens.txt"));
            return transfer;
        }"""
    )
    page.dispatch_event("#collection", "drop", {"dataTransfer": dropped})
    page.get_by_role("link", name="Molens langs de vaart").wait_for()
