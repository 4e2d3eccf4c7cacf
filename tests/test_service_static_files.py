"""The product's own files: kept for good under an address that changes with them, in a theme that can be replaced."""

import re

import pytest
from conftest import ROOT, make_app
from lxml import html

from service.config import BadSetting, Config

STATIC = ROOT / "service" / "static"


def test_files_are_kept_and_pages_are_not(client):
    """Immutable below the hash; a page is never stored."""
    page = client.get("/")
    assert page.headers["Cache-Control"] == "no-store"
    found = html.fromstring(page.get_data(as_text=True))
    addresses = found.xpath("//link/@href | //script/@src")
    assert len(addresses) == 6
    for address in addresses:
        assert re.match(r"/static/(theme-)?[0-9a-f]{16}", address)
        with client.get(address) as response:
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_script_finds_what_it_imports(client):
    """Beside it, below the same hash."""
    (address,) = html.fromstring(client.get("/").get_data(as_text=True)).xpath("//script/@src")
    with client.get(address) as response:
        imported = re.findall(r'from "\./(\w+\.js)"', response.get_data(as_text=True))
    assert imported
    for name in imported:
        with client.get(address.rsplit("/", 1)[0] + "/" + name) as response:
            assert response.status_code == 200


def test_another_theme(corpus, data, encoder, tmp_path, client):
    """Its file is served instead, and its class stands on every page."""
    theme = tmp_path / "huisstijl.css"
    theme.write_text(".departement-theme { --basis-color-default-color-document: #111; }\n")
    other = make_app(data, corpus, encoder, theme=theme).test_client()
    found = html.fromstring(other.get("/documents").get_data(as_text=True))
    assert found.get("class") == "departement-theme"
    with other.get(found.xpath("//link[@rel='stylesheet']/@href")[0]) as response:
        assert response.get_data(as_text=True) == theme.read_text()
        assert response.mimetype == "text/css"


def test_the_theme_must_be_a_style_sheet(tmp_path):
    """The variable, its value and what it may be."""
    theme = tmp_path / "huis.css"
    with pytest.raises(BadSetting, match=r"VINDPLAATS_THEME=.*; give the path of a CSS file"):
        Config.from_env({"VINDPLAATS_THEME": str(theme)})
    theme.write_text("")
    assert Config.from_env({"VINDPLAATS_THEME": str(theme)}).theme == theme


def test_every_variable_that_is_used_is_set():
    """Without a fallback of its own, in our own style sheets and choices."""
    text = "".join(path.read_text("utf-8") for path in STATIC.rglob("*.css"))
    own = "".join(path.read_text("utf-8") for path in (STATIC / "style.css", STATIC / "letter.css"))
    defined = set(re.findall(r"(--[\w-]+)\s*:", text))
    assert set(re.findall(r"var\((--[\w-]+)\)", own)) <= defined


def test_own_styles_name_no_colours():
    """Every colour is the theme's, but for black and white on paper and a shadow."""
    for name in ("style.css", "letter.css"):
        screen = (STATIC / name).read_text("utf-8").split("@media print")[0]
        assert re.findall(r"#[0-9a-f]{3,8}\b", re.sub(r"#[\w-]+ ?[,{]", "", screen)) == []


def test_the_vendored_files_say_where_they_are_from():
    """Package, version and licence."""
    for name in ("components.css", "voorbeeld.css"):
        head = (STATIC / "nl_design" / name).read_text("utf-8")[:1200]
        assert "@nl-design-system" in head and "EUPL-1.2" in head
