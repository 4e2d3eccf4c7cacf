"""Write the files in scripts/locks anew: every package that gets installed, its version and its files' checksums."""

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from terminal import say

_ROOT = Path(__file__).resolve().parents[1]
_LOCKS = _ROOT / "scripts" / "locks"
_RESOLVER = "uv==0.13.9"
# One release of torch has builds for one processor or another, some of which only one machine's folder has, with
# packages that only the builds for graphics cards ask for. Its version is pinned, which file that is is not.
_LEFT_OUT = re.compile(r"torch|triton|(nvidia|cuda)-.*")
_HEAD = """\
# Made by scripts/lock.py from pyproject.toml; scripts/environment installs from it and refuses files that are not here.
"""


def requirements(lock: str) -> dict[str, str]:
    """The requirements of a lock by package and version, in order, each with its checksums on lines of its own."""
    found = re.findall(r"^[a-z0-9].*?[^\\]$", lock, re.MULTILINE | re.DOTALL)
    return {requirement.split(" \\\n")[0]: requirement for requirement in found}


def main() -> None:
    """Resolve all extras together, so that they can be installed together, and write a lock for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest of what pyproject.toml does not pin")
    given = parser.parse_args()
    pyproject = tomllib.loads((_ROOT / "pyproject.toml").read_text())
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        _run(sys.executable, "-m", "venv", str(scratch / "venv"))
        _run(str(scratch / "venv/bin/python"), "-m", "pip", "install", "--quiet", _RESOLVER)
        # What builds the product is installed with it: nothing is fetched unchecked for that.
        (scratch / "build.in").write_text("\n".join(pyproject["build-system"]["requires"]))
        everything = scratch / "everything.txt"
        if not given.upgrade:
            everything.write_text("".join(path.read_text() for path in sorted(_LOCKS.glob("*.txt"))))
        _resolve(scratch, everything, "--all-extras")
        product = _resolve(scratch, scratch / "product.txt", "--constraint", str(everything))
        _write("product", product)
        for extra in pyproject["project"]["optional-dependencies"]:
            with_extra = _resolve(scratch, scratch / f"{extra}.txt", "--constraint", str(everything), "--extra", extra)
            _write(extra, {name: whole for name, whole in with_extra.items() if name not in product})


def _resolve(scratch: Path, output: Path, *arguments: str) -> dict[str, str]:
    # For every system and Python version, not only for this one.
    fixed = "pip compile --quiet --universal --generate-hashes --no-header --no-annotate --output-file".split()
    sources = (str(_ROOT / "pyproject.toml"), str(scratch / "build.in"))
    _run(str(scratch / "venv/bin/uv"), *fixed, str(output), *arguments, *sources)
    return requirements(output.read_text())


def _write(name: str, found: dict[str, str]) -> None:
    kept = [whole for first, whole in found.items() if not _LEFT_OUT.fullmatch(first.split("==")[0])]
    (_LOCKS / f"{name}.txt").write_text(_HEAD + "".join(f"{whole}\n" for whole in kept))
    say(f"{name}: {len(kept)} packages")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 (what is written above)


if __name__ == "__main__":
    main()
