"""List the licences of the product's packages, those that they need included, as tab-separated lines."""

import argparse
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_UNKNOWN = "not stated"


def main() -> None:
    """Print name, version and licence of every package that an installation of the product holds."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    for name, found in sorted(_needed("vindplaats").items()):
        print(f"{name}\t{found.version}\t{licence(found)}")


def licence(found: Distribution) -> str:
    """The licence that a package states: an SPDX expression where there is one, else its classifiers or first line."""
    metadata = found.metadata
    if expression := metadata.get("License-Expression"):
        return expression
    classified = [
        value.rpartition(" :: ")[2]
        for value in metadata.get_all("Classifier") or []
        if value.startswith("License ::") and not value.endswith("OSI Approved")
    ]
    if classified:
        return ", ".join(classified)
    lines = (metadata.get("License") or "").strip().splitlines()
    return lines[0] if lines else _UNKNOWN


def _needed(root: str) -> dict[str, Distribution]:
    """The packages that `root` needs, and those need in turn, without extras; those not installed here are left out."""
    found: dict[str, Distribution] = {}
    waiting = [root]
    while waiting:
        for requirement in distribution(waiting.pop()).requires or []:
            name, _, marker = requirement.partition(";")
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
            waiting.append(key)
    return found


if __name__ == "__main__":
    main()
