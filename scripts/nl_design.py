"""Cut the NL Design System's CSS to what the pages use, and write it to service/static/nl_design.

    npm pack @nl-design-system-candidate/button-css@1.1.0 ...   (the list is below)
    .venv/bin/python scripts/nl_design.py FOLDER

FOLDER holds the packages, each unpacked in a folder of its own. What is used is read from the templates, scripts and
style sheets; run it again when those use another class or variable.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_SERVICE = _ROOT / "service"
_MADE = _SERVICE / "static" / "nl_design"
# Package, the file in it, and the class that its rules begin with.
COMPONENTS = {
    "@nl-design-system-candidate/button-css@1.1.0": "dist/button.css",
    "@nl-design-system-candidate/data-badge-css@1.0.5": "dist/data-badge.css",
    "@nl-design-system-candidate/heading-css@1.1.3": "dist/heading.css",
    "@nl-design-system-candidate/link-css@2.0.3": "dist/link.css",
    "@nl-design-system-candidate/mark-css@1.0.5": "dist/mark.css",
    "@nl-design-system-candidate/paragraph-css@2.1.3": "dist/paragraph.css",
    "@nl-design-system-candidate/skip-link-css@1.0.5": "dist/skip-link.css",
    "@utrecht/alert-css@4.0.2": "dist/index.css",
    "@utrecht/select-css@3.0.1": "dist/index.css",
    "@utrecht/table-css@3.0.1": "dist/index.css",
    "@utrecht/textarea-css@4.0.1": "dist/index.css",
    "@utrecht/textbox-css@4.0.1": "dist/index.css",
}
THEME = "@nl-design-system-unstable/voorbeeld-design-tokens@7.4.1", "dist/theme.css"
_LICENCE = "/* {what}\n * Licence: EUPL-1.2 (LICENSE in the root). Made by scripts/nl_design.py; do not edit. */\n"

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_TOKEN = re.compile(r"(--[\w-]+)\s*:\s*([^;]+);")
_USED_TOKEN = re.compile(r"var\(\s*(--[\w-]+)")


def main() -> int:
    """Write components.css and the part of voorbeeld.css that comes from the package."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    used = set(re.findall(r"[\w-]+", " ".join(path.read_text("utf-8") for path in _own_files("html", "js"))))
    rules = [
        rule
        for package, file in COMPONENTS.items()
        for rule in pruned(_package(folder, package, file).read_text("utf-8"), used)
    ]
    components = _LICENCE.format(what="From " + ",\n * ".join(COMPONENTS)) + "\n".join(rules) + "\n"
    (_MADE / "components.css").write_text(components, "utf-8")
    own = (_MADE / "own_choices.css").read_text("utf-8")
    sheets = [path.read_text("utf-8") for path in (_SERVICE / "static").glob("*.css")]
    tokens = needed_tokens(_package(folder, *THEME).read_text("utf-8"), [components, own, *sheets])
    theme = ".voorbeeld-theme {\n" + "".join(f"  {name}: {value};\n" for name, value in tokens.items()) + "}\n"
    (_MADE / "voorbeeld.css").write_text(_LICENCE.format(what=f"From {THEME[0]}, then own_choices.css") + theme + own)
    print(f"{len(rules)} rules, {len(tokens)} tokens")
    return 0


def pruned(css: str, used: set[str]) -> Iterator[str]:
    """The rules of which a selector names used classes only; in an at-rule those of its rules."""
    for head, body in blocks(_COMMENT.sub("", css)):
        if head.startswith("@"):
            inner = list(pruned(body, used))
            if inner:
                yield f"{head}{{{''.join(inner)}}}"
            continue
        kept = [part for part in _selectors(head) if set(_CLASS.findall(re.sub(r":not\(.*?\)+", "", part))) <= used]
        if kept and body.strip():
            yield f"{','.join(kept)}{{{' '.join(body.split())}}}"


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """The outermost blocks, each with what stands before its brace."""
    position = 0
    while (opening := css.find("{", position)) >= 0:
        depth, end = 1, opening + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[position:opening].strip(), css[opening + 1 : end - 1]
        position = end


def needed_tokens(theme: str, sheets: Iterable[str]) -> dict[str, str]:
    """The theme's tokens that the sheets use, directly or through other tokens, by name."""
    tokens = dict(_TOKEN.findall(_COMMENT.sub("", theme)))
    waiting = [name for sheet in sheets for name in _USED_TOKEN.findall(sheet)]
    needed: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name in tokens and name not in needed:
            needed[name] = tokens[name].strip()
            waiting += _USED_TOKEN.findall(needed[name])
    return dict(sorted(needed.items()))


def _selectors(head: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for at, character in enumerate(head):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(head[start:at].strip())
            start = at + 1
    return [*parts, head[start:].strip()]


def _own_files(*endings: str) -> list[Path]:
    return [path for path in sorted(_SERVICE.rglob("*")) if path.suffix.lstrip(".") in endings]


def _package(folder: Path, package: str, file: str) -> Path:
    name, _, version = package.removeprefix("@").replace("/", "-").rpartition("@")
    return folder / f"{name}-{version}" / "package" / file


if __name__ == "__main__":
    sys.exit(main())
