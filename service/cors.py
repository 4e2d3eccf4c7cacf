"""Pages of other sites may ask the API when the setting names them; never change anything with a visitor's rights."""

from flask import Flask
from flask_cors import CORS

_READ_BY_SCRIPTS = ("API-Version", "ETag", "Link", "Location", "Retry-After")


def init_app(app: Flask, origins: tuple[str, ...]) -> None:
    """Answer scripts of these origins (`*` is any); without any, browsers keep other sites' scripts out."""
    if origins:
        CORS(
            app,
            resources={r"/v1/.*": {"origins": list(origins)}},
            methods=["GET", "HEAD", "OPTIONS", "POST"],
            allow_headers=["Accept", "Authorization", "Content-Type", "If-None-Match"],
            expose_headers=list(_READ_BY_SCRIPTS),
            supports_credentials=False,
        )
