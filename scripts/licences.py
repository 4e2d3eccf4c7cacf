"""List the licences of the product's packages, those that they need included, as tab-separated lines."""

import argparse
import re
import tomllib
from collections.abc import Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_UNKNOWN = "not stated"


def main() -> None:
    """Print name, version and licence of every package that an installation of the product holds."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    dependencies: list[str] = project["dependencies"]
    for name, found in sorted(_needed(dependencies).items()):
        print(f"{name}\t{found.version}\t{licence(found)}")


def licence(found: Distribution) -> str:
    """The licence that a package states: an SPDX expression where there is one, else its classifiers or first line."""
    stated = found.metadata.json
    if expression := stated.get("license_expression"):
        return str(expression)
    classified = [
        value.rpartition(" :: ")[2]
        for value in stated.get("classifier", [])
        if value.startswith("License ::") and not value.endswith("OSI Approved")
    ]
    if classified:
        return ", ".join(classified)
    lines = str(stated.get("license", "")).strip().splitlines()
    return lines[0] if lines else _UNKNOWN


def _needed(requirements: Sequence[str]) -> dict[str, Distribution]:
    """The packages required, and those they need in turn, without extras; what is not installed is left out."""
    found: dict[str, Distribution] = {}
    waiting = list(requirements)
    while waiting:
        name, _, marker = waiting.pop().partition(";")
        match = _NAME.match(name)
        if match is None or "extra ==" in marker:
            continue
        key = match[0].lower().replace("_", "-")
        if key in found:
            continue
        try:
            found[key] = distribution(key)
        except PackageNotFoundError:
            continue
        waiting += found[key].requires or []
    return found


if __name__ == "__main__":
    main()
