"""What a visitor sees and does, in Debian's Chromium, against a real server with the real model."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import LETTER, start_server

pytestmark = [pytest.mark.browser, pytest.mark.model]

WIDTHS = {
    "desktop": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
    "narrow": {"width": 320, "height": 640},
}


@pytest.fixture
def open_page(browser):
    """Open a page with the given context options; fails on any script error or blocked content."""
    contexts, faults = [], []

    def open_with(**options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        return page

    yield open_with
    for context in contexts:
        context.close()
    # Chromium reports every answer with an error status; the tests look at those themselves.
    assert [fault for fault in faults if "status of 400" not in fault] == []


def ask(page, question: str) -> None:
    turns = page.locator(".turn").count()
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    page.locator(".turn").nth(turns).wait_for()


def assert_no_sideways_scroll(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_asking_and_following_up(open_page, server, width):
    """Two questions stay on the page, the follow-up is understood, and a click stands in the letter."""
    page = open_page(viewport=width)
    page.goto(server.url)
    ask(page, "Welke rol spelen burgemeesters?")
    assert "de rol van burgemeesters en andere lokale actoren" in page.locator("blockquote mark").first.inner_text()
    ask(page, "En welke burgemeester sprak daar?")
    assert page.locator(".turn").count() == 2
    assert "Begrepen als" in page.locator(".turn").nth(1).inner_text()
    assert page.evaluate("document.activeElement.id") == "question"
    assert_no_sideways_scroll(page)
    page.locator(".turn").nth(1).get_by_role("link", name="Lees in context").first.click()
    page.locator("#reader .is-cited").wait_for()
    box = page.locator("#al-8").bounding_box()
    assert box is not None and 0 <= box["y"] < width["height"] / 2
    assert page.evaluate("document.activeElement.id") == "al-8"
    assert_no_sideways_scroll(page)


def test_a_question_to_begin_with(open_page, server):
    """Taken from the letter, asked by a click, answered with the paragraph that says it."""
    page = open_page(viewport=WIDTHS["phone"])
    page.goto(server.url)
    starters = page.locator(".starters button")
    while not starters.count():
        # They are found in the service's first second.
        page.reload()
    assert starters.count() == 4
    assert starters.first.inner_text() == "Wat is het GCTF?"
    starters.first.click()
    page.locator(".verdict").wait_for()
    assert "internationaal samenwerkingsverband" in page.locator("blockquote mark").first.inner_text()
    assert page.locator(".starters").count() == 0


def test_without_javascript(open_page, server):
    """The same conversation with plain forms."""
    page = open_page(java_script_enabled=False)
    page.goto(server.url)
    for number, question in enumerate(("Wat is het GCTF?", "En wie richtte dat op?"), start=1):
        page.locator("#question").fill(question)
        page.get_by_role("button", name="Vraag", exact=True).click()
        page.locator(f"#turn-{number}").wait_for()
    assert page.locator(".turn").count() == 2
    assert "samenwerkingsverband tegen terrorisme" in page.locator("blockquote").first.inner_text()


def test_keyboard_only(open_page, server):
    """Skip link first; a question is asked and a passage opened without a mouse."""
    page = open_page(viewport=WIDTHS["desktop"])
    page.goto(f"{server.url}/documents")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("nl-skip-link")
    page.goto(server.url)
    assert page.evaluate("document.activeElement.id") == "question"
    page.keyboard.type("Wat is het GCTF?")
    page.keyboard.press("Enter")
    page.locator("#turn-1").wait_for()
    second = page.locator("details.passage").nth(1)
    second.locator("summary").focus()
    page.keyboard.press("Enter")
    assert second.evaluate("element => element.open")


def test_shift_enter_is_a_new_line(open_page, server):
    """A question may have several lines."""
    page = open_page()
    page.goto(server.url)
    page.locator("#question").fill("Wat is")
    page.locator("#question").press("Shift+Enter")
    page.keyboard.type("het GCTF?")
    assert page.locator("#question").input_value() == "Wat is\nhet GCTF?"
    assert page.locator(".turn").count() == 0


def test_copying_the_citation(open_page, server):
    """The official form lands on the clipboard."""
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(server.url)
    ask(page, "Welke rol spelen burgemeesters?")
    page.get_by_role("button", name="Kopieer vindplaats").first.click()
    page.get_by_role("button", name="Gekopieerd").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Kamerstukken II 2019/20, 27925, nr. 681, p. 3")


def test_a_question_that_is_too_long(open_page, server):
    """Pasted text beyond the limit cannot be typed; sent all the same, the page explains it."""
    page = open_page()
    page.goto(server.url)
    page.evaluate("document.querySelector('#question').removeAttribute('maxlength')")
    page.locator("#question").fill("x" * 1001)
    with page.expect_response(lambda response: response.status == 400):
        page.locator("#question").press("Control+Enter")
    page.locator("#fault").wait_for()
    assert "1001 tekens" in page.locator("#fault").inner_text()


@pytest.fixture
def collection_server(tmp_path):
    """A server of its own over a folder of its own, since this one's documents change."""
    corpus = tmp_path / "documents"
    corpus.mkdir()
    shutil.copy(LETTER, corpus)
    started = start_server(tmp_path / "var", corpus)
    yield started
    started.stop()


def test_a_document_comes_and_goes_while_people_ask(open_page, collection_server, tmp_path):
    """Added on the page, followed live, asked about; questions are answered while it builds; removed and undone."""
    url = collection_server.url
    (tmp_path / "fietsen.txt").write_text(
        "Fietspaden langs het kanaal\n\nDe gemeente legt in 2027 langs het kanaal een fietspad van rood asfalt aan.\n"
    )
    page = open_page(viewport=WIDTHS["desktop"])
    page.goto(f"{url}/documents")
    page.get_by_label("Documenten toevoegen").set_input_files(tmp_path / "fietsen.txt")
    page.get_by_role("button", name="Voeg toe").click()
    page.locator("#build progress").wait_for()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    asking = open_page()
    asking.goto(url)
    ask(asking, "Welke rol spelen burgemeesters?")
    assert page.locator("#build progress").count() == 1
    page.get_by_role("link", name="Fietspaden langs het kanaal").wait_for(timeout=90_000)
    ask(asking, "Wanneer komt er een fietspad langs het kanaal?")
    assert "rood asfalt" in asking.locator(".turn").last.locator("blockquote mark").first.inner_text()
    page.get_by_role("button", name="Verwijder fietsen").click()
    page.get_by_text("fietsen is verwijderd.").wait_for()
    page.get_by_role("button", name="Ongedaan maken").click()
    page.get_by_text("fietsen.txt is teruggezet.").wait_for()
    assert "teruggezet" in page.evaluate("document.activeElement.textContent")
    # The page follows the builds until they have ended; a server that stops under it would be a fault of the test.
    page.locator("#build[data-build='']").wait_for(state="attached", timeout=90_000)
    assert (tmp_path / "documents" / "fietsen.txt").exists()


def test_the_first_page_is_light(open_page, server):
    """Under 150 kB in all, and nothing from anywhere else."""
    page = open_page()
    sizes: dict[str, int] = {}
    page.on("response", lambda response: sizes.__setitem__(response.url, len(response.body())))
    page.goto(server.url)
    page.wait_for_load_state("networkidle")
    assert all(url.startswith(server.url) for url in sizes)
    assert sum(sizes.values()) < 150_000
