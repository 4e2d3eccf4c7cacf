"""The list of licences names every package that the product needs, with what it states."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version

from conftest import ROOT


def test_every_dependency_is_listed_with_a_licence():
    """Those of pyproject.toml and those they need; each with its version and a licence, none strongly copyleft."""
    done = subprocess.run([sys.executable, "scripts/licences.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    rows = {name: (number, licence) for name, number, licence in lines}
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    for dependency in dependencies:
        name = re.match(r"[\w.-]+", dependency)[0].lower().replace("_", "-")
        assert name in rows, name
        assert rows[name][0] == version(name)
    assert {"werkzeug", "jinja2"} <= rows.keys()
    for name, (_, licence) in rows.items():
        assert licence != "not stated" and not re.search(r"(?<!L)\bA?GPL|\bSSPL", licence), (name, licence)
