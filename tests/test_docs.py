"""What the documentation shows is true: its commands exist, its example is what the product answers."""

import re
import shlex
import subprocess
import sys

import pytest
import yaml
from conftest import LETTER, ROOT

from index.search import Searcher
from service.representations import answer_json

sys.path.append(str(ROOT / "scripts"))

from ask import as_text

README = (ROOT / "README.md").read_text("utf-8")
OTHERS = [(ROOT / name).read_text("utf-8") for name in ("CONTRIBUTING.md", "scripts/benchmarks/FIGURES.md")]


def test_the_first_commands_are_the_two_that_matter():
    """One command to run, one to test."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert blocks[:2] == ["scripts/run\n", "scripts/test\n"]


@pytest.mark.model
def test_the_readmes_answer_is_the_real_answer(model_searcher: Searcher):
    """The example's question, asked, gives the example's answer."""
    command, shown = re.search(r"```sh\n(\S+ scripts/ask\.py .*?)\n```\n+```\n(.*?)```", README, re.DOTALL).groups()
    question = shlex.split(command)[2]
    answer = model_searcher.ask(question, limit=1)
    assert answer.hits[0].place.paragraph == 17
    # Only the index's version is another one in every checkout.
    here = model_searcher.snapshot.manifest.version
    shown = re.sub(r"(?<=\(index )\d{8}T\d{6}Z-[0-9a-f]{8}", here, shown)
    assert shown == as_text(answer_json(answer, model_searcher.snapshot)) + "\n"


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
