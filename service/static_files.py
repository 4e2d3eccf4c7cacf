"""The product's own files, at addresses that hold their contents' hash, so that a browser keeps them for good."""

import hashlib
import re
from pathlib import Path

from flask import Flask, Response, request, url_for

# Endpoints whose answers are the same for everybody and hold nothing that was asked.
OWN_FILES = ("static", "theme")

_FOLDER = Path(__file__).parent / "static"
_KEPT = "public, max-age=31536000, immutable"
_THEME = "nl_design/voorbeeld.css"
_THEME_CLASS = re.compile(r"\.([\w-]+-theme)\b")


def static_url_path() -> str:
    """The folder in addresses below which the files stand; another when any file changes.

    One hash for all files, so that a script finds the one that it imports beside it.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in _FOLDER.rglob("*") if path.is_file()):
        digest.update(path.relative_to(_FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return f"/static/{digest.hexdigest()[:16]}"


def init_app(app: Flask, theme: Path | None) -> None:
    """Serve the theme, let files be kept, and tell templates where the theme is and what class turns it on."""
    data = (theme or _FOLDER / _THEME).read_bytes()
    named = _THEME_CLASS.search(data.decode("utf-8", "replace"))
    theme_class = named[1] if named else ""
    version = hashlib.sha256(data).hexdigest()[:16]

    def show_theme() -> Response:
        return Response(data, mimetype="text/css")

    app.add_url_rule(f"/static/theme-{version}.css", "theme", show_theme)

    @app.context_processor
    def _theme() -> dict[str, str]:
        return {"theme_url": url_for("theme"), "theme_class": theme_class}

    @app.after_request
    def _keep(response: Response) -> Response:
        if request.endpoint in OWN_FILES and response.status_code in (200, 206, 304):
            response.headers["Cache-Control"] = _KEPT
        return response
