"""The README's examples for programs are run against a real server."""

import re
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:8000"


def example(language: str, holding: str, url: str) -> str:
    """The first block of a language that holds these words, asking the server of this test."""
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    (block, *_) = [block for block in blocks if holding in block]
    return block.replace(ADDRESS, url)


def run(command: list[str], **options) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.model
def test_curl(server):
    """The follow-up is understood and the filter admits the letter."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    assert "kst-27925-681#al-17" in run(["bash", "-c", example("sh", "curl", server.url)])


@pytest.mark.model
def test_python(server):
    """An English question, the address and citation of the paragraph."""
    told = run([sys.executable, "-c", example("python", "requests", server.url)])
    assert told.startswith("kst-27925-681#al-17 Kamerstukken II 2019/20, 27925, nr. 681")


@pytest.mark.model
def test_javascript(server):
    """The same from Node."""
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    told = run(["node", "--input-type=module", "-e", example("js", "fetch", server.url)])
    assert told.startswith("kst-27925-681#al-")
