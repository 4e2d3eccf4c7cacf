"""What the documentation names is there; its examples are run by test_docs_examples.py."""

import re
import subprocess
import sys

import pytest
import yaml
from conftest import LETTER, ROOT

README = (ROOT / "README.md").read_text("utf-8")
OTHERS = [(ROOT / name).read_text("utf-8") for name in ("CONTRIBUTING.md", "scripts/benchmarks/FIGURES.md")]


def test_the_first_commands_are_the_two_that_matter():
    """One command to run, one to test."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert blocks[:2] == ["scripts/run\n", "scripts/test\n"]


def test_every_command_in_the_documentation_exists():
    """No file is named that is not there."""
    for text in (README, *OTHERS):
        for name in re.findall(r"\b(?:scripts|index|corpus|service|tests)/[\w/]+(?:\.\w+)?", text):
            assert (ROOT / name).exists(), name


def commands():
    """The scripts that people start; the others are parts of them."""
    return [path for path in sorted((ROOT / "scripts").glob("*.py")) if "__main__" in path.read_text("utf-8")]


def test_every_command_is_in_the_readme():
    """No command is undocumented; serve.py is what scripts/run starts."""
    assert [path.name for path in commands() if f"scripts/{path.name}" not in README] == ["serve.py"]


@pytest.mark.parametrize("script", commands(), ids=lambda path: path.name)
def test_scripts_tell_how_to_use_them(script):
    """Each Python command explains itself with --help."""
    command = [sys.executable, str(script), "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "usage:" in done.stdout, done.stderr


def test_publiccode_states_what_pyproject_states():
    """Version and licence are the same in both."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    public = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
    assert public["softwareVersion"] == project["version"]
    assert public["legal"]["license"] == project["license"]
    for description in public["description"].values():
        assert len(description["shortDescription"]) <= 150
        assert 150 <= len(description["longDescription"]) <= 10_000


def test_the_letter_is_the_first_document():
    """The product comes with the letter."""
    assert LETTER.exists()
