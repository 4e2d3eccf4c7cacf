"""Headers that every response carries, the names the service goes by, and whom to tell of a weakness."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.exceptions import SecurityError

from service.config import Config
from service.errors import NotFound, is_for_program, problem
from service.static_files import OWN_FILES

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
# Answers without markup load nothing and lead nowhere.
_FOR_PROGRAMS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
# For what the server answers before the application sees a request, too.
PROGRAM_HEADERS = _HEADERS | _FOR_PROGRAMS | {"Cache-Control": "no-store"}
_HSTS = f"max-age={365 * 24 * 3600}"
# RFC 9116 wants less than a year; whoever asks gets a date from today on.
_CONTACT_HOLDS = timedelta(days=180)
# Probes come from the machine itself, whatever the service is called.
_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")

blueprint = Blueprint("security", __name__)


def init_app(app: Flask) -> None:
    """Add the headers to every response, and answer to the service's own names only, where they are set."""
    config: Config = app.extensions["config"]
    if config.hostnames:
        app.config["TRUSTED_HOSTS"] = [*config.hostnames, *_THIS_MACHINE]
    app.after_request(_add_headers)
    app.register_error_handler(SecurityError, _refuse_name)
    app.register_blueprint(blueprint)


@blueprint.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Tell whom to write to about a weakness (RFC 9116); NotFound where nobody is named."""
    config: Config = current_app.extensions["config"]
    if config.security_contact is None:
        raise NotFound("no contact for weaknesses is named here; set VINDPLAATS_SECURITY_CONTACT")
    expires = (datetime.now(UTC) + _CONTACT_HOLDS).strftime("%Y-%m-%dT00:00:00Z")
    lines = [f"Contact: {config.security_contact}", f"Expires: {expires}", "Preferred-Languages: nl, en"]
    return Response("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def _refuse_name(error: SecurityError) -> Response:
    # No page: its links would be made for a name that is not ours.
    return problem(400, "this service does not go by the name in the request's Host header")


def _add_headers(response: Response) -> Response:
    for name, value in (_HEADERS | _FOR_PROGRAMS if is_for_program() else _HEADERS).items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = _HSTS
    # Answers hold what somebody asked; only the product's own files may be kept by a browser or proxy.
    if request.endpoint not in OWN_FILES:
        response.headers["Cache-Control"] = "no-store"
    return response
