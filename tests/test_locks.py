"""The locks in scripts/locks hold what pyproject.toml asks for, each with checksums."""

import re
import tomllib

import pytest
from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
GROUPS = {"product": PROJECT["dependencies"]} | PROJECT["optional-dependencies"]


def locked(group: str) -> dict[str, str]:
    """Requirement without marker, and its lines, of a lock and of the product's."""
    text = "\n".join((ROOT / "scripts/locks" / f"{name}.txt").read_text() for name in {"product", group})
    return {found[1]: found[0] for found in re.finditer(r"^([a-z0-9][^\s]*==[^\s]+)(?:.*\\\n)+.*$", text, re.MULTILINE)}


@pytest.mark.parametrize("group", GROUPS)
def test_every_pinned_dependency_is_locked(group):
    """With the same version; torch alone is not, whose file depends on the machine, and extras that stand in another."""
    found = locked(group)
    for pinned in GROUPS[group]:
        inside = re.fullmatch(r"vindplaats\[(.*)\]", pinned)
        for each in [one for extra in inside[1].split(",") for one in GROUPS[extra]] if inside else [pinned]:
            assert each.startswith("torch==") or each.lower() in found, f"{each}: run scripts/lock.py"


def test_every_locked_package_has_checksums_and_no_address():
    """Nothing is installed unchecked, and no lock says from where."""
    for path in (ROOT / "scripts/locks").glob("*.txt"):
        assert path.stem in GROUPS
        assert "://" not in path.read_text()
        for requirement in re.findall(r"^[a-z0-9].*?[^\\]$", path.read_text(), re.MULTILINE | re.DOTALL):
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", requirement), requirement
