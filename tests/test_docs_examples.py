"""The README's examples are run: commands as they stand there, those for programs against a real server."""

import os
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


# The first line of every block of commands, and the test that runs it.
RUN_BY = {
    "scripts/run": "test_scripts.py::test_run_from_the_shell",
    "scripts/test": "test_scripts.py::test_usage_of_the_shell_commands",  # which runs this test, too
    ".venv/bin/python scripts/ask.py": "test_docs_examples.py::test_ask",
    "curl": "test_docs_examples.py::test_curl",
    ".venv/bin/python scripts/make_token.py": "test_docs_examples.py::test_make_token",
    "scripts/environment milvus": "test_docs_examples.py::test_milvus",
}


def test_every_block_of_commands_is_run():
    """By the test named; a block that is added here gets one."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    starts = {block: [start for start in RUN_BY if block.startswith(start)] for block in blocks}
    assert all(len(found) == 1 for found in starts.values()), starts
    assert len(blocks) == len(RUN_BY)
    for test in RUN_BY.values():
        file, name = test.split("::")
        assert f"def {name}(" in (ROOT / "tests" / file).read_text("utf-8"), test


def shell(command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run lines as they stand in the README, from the checkout."""
    environment = os.environ | settings
    return subprocess.run(
        ["sh", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.model
def test_ask(server):
    """The command prints what stands below it, but for the index's version."""
    command, shown = re.search(r"```sh\n(\S+ scripts/ask\.py .*?)\n```\n+```\n(.*?)```", README, re.DOTALL).groups()
    done = shell(command, VINDPLAATS_DATA=str(server.data))
    version = r"(?<=\(index )\d{8}T\d{6}Z-[0-9a-f]{8}"
    assert done.returncode == 0, done.stderr
    assert re.sub(version, "", done.stdout) == re.sub(version, "", shown)


def test_make_token(tmp_path):
    """A token is printed, once, and listed by its name."""
    command = example("sh", "make_token.py make", ADDRESS)
    made = shell(command, VINDPLAATS_DATA=str(tmp_path))
    assert made.returncode == 0 and len(made.stdout.split()[-1]) > 30, made.stderr
    listed = shell(command.replace("make jansen", "list"), VINDPLAATS_DATA=str(tmp_path))
    assert "jansen" in listed.stdout and made.stdout.split()[-1] not in listed.stdout


@pytest.mark.model
def test_milvus(tmp_path):
    """The setting is understood: where no database answers, a sentence says so; test_service_copies.py has one."""
    install, serve = example("sh", "milvus", ADDRESS).splitlines()
    assert (ROOT / "scripts" / "locks" / f"{install.split()[-1]}.txt").exists()
    done = shell(serve.replace("milvus.example.nl:19530", "127.0.0.1:9"), VINDPLAATS_DATA=str(tmp_path))
    assert done.returncode == 1 and "127.0.0.1:9" in done.stderr and "Traceback" not in done.stderr


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
