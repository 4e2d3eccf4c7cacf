"""The house: which folder may import which, and what no module may use."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "corpus": {"corpus"},
    "index": {"index", "corpus"},
    "service": {"service", "index", "corpus"},
}
MODULES = [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]


def imported_packages(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides which package it is of"
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path: Path):
    """Imports go service -> index -> corpus, never back, and never to the scripts."""
    package = path.relative_to(ROOT).parts[0]
    ours = imported_packages(path) & {*MAY_IMPORT, "scripts", "tests"}
    assert ours <= MAY_IMPORT[package]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_faiss_stays_behind_two_modules_and_nothing_pickles(path: Path):
    """Few modules know FAISS, Milvus and Dask; pickle and its relatives are never imported."""
    names = imported_packages(path)
    assert not names & {"pickle", "joblib", "dill", "shelve", "marshal"}
    assert ("faiss" in names) == (path.relative_to(ROOT).as_posix() in ("index/dense.py", "index/cells.py"))
    where = path.relative_to(ROOT).as_posix()
    assert "pymilvus" not in names or where.startswith("index/milvus_")
    assert not names & {"distributed", "dask"} or where == "index/spread_encoder.py"
    text = path.read_text("utf-8")
    assert "torch.load" not in text and "allow_pickle" not in text


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_environment_is_read_in_one_place(path: Path):
    """Only the configuration reads environment variables; encoders and the package set their libraries' switches."""
    reads = "os.environ" in path.read_text("utf-8") or "getenv" in path.read_text("utf-8")
    assert not reads or path.relative_to(ROOT).as_posix() in (
        "service/config.py",
        "index/__init__.py",
        "index/encoder.py",
        "index/onnx_encoder.py",
    )


def test_no_text_becomes_markup():
    """Templates and scripts never bypass escaping."""
    for path in [*(ROOT / "service").rglob("*.html"), *(ROOT / "service").rglob("*.js"), *MODULES]:
        text = path.read_text("utf-8")
        for danger in ("|safe", "| safe", "Markup(", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"):
            assert danger not in text, f"{path} uses {danger}"


def test_the_top_level_holds_nothing_else():
    """Nothing at the top level beyond what the design lists."""
    listed = {"service", "index", "corpus", "scripts", "tests", "pyproject.toml", "README.md", "LICENSE"}
    listed |= {"CHANGELOG.md", "CONTRIBUTING.md", "publiccode.yml"}
    made_here = {"var", "build", "vindplaats.egg-info"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - made_here <= listed
