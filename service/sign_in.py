"""Signing in with a token: a session in a signed cookie, for those who change the collection on the pages."""

import secrets
from datetime import timedelta

from flask import Blueprint, Flask, current_app, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response

from service import audit, limits
from service.config import Config
from service.tokens import Tokens, session_secret
from service.writing import SESSION_CSRF, SESSION_TOKEN, caller, check_same_origin

_SESSION_LIFE = timedelta(hours=12)

blueprint = Blueprint("sign_in", __name__)


class _Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies, Secure whenever the visitor came over TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def init_app(app: Flask) -> None:
    """Sign sessions with the data folder's secret."""
    config: Config = app.extensions["config"]
    app.secret_key = session_secret(config.data)
    app.session_interface = _Sessions()
    app.config.update(
        SESSION_COOKIE_NAME="vindplaats",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        # The end of a session is told from its beginning, however much it is used.
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=_SESSION_LIFE,
    )
    app.register_blueprint(blueprint)


@blueprint.get("/aanmelden")
@blueprint.get("/sign-in")
def show() -> str:
    """Show the form to sign in with."""
    return render_template("sign_in.html", is_wrong=False)


@blueprint.post("/aanmelden")
@blueprint.post("/sign-in")
def sign_in() -> Response | tuple[str, int]:
    """Begin a session with a token; 401 when it is none, 429 after some of those."""
    check_same_origin()
    tokens: Tokens = current_app.extensions["tokens"]
    counted: limits.Limits = current_app.extensions["limits"]
    sent = request.form.get("token", "").strip()
    token = counted.sign_in(limits.client(), lambda: tokens.holder(sent))
    if token is None:
        audit.record("anyone", "sign in", 401)
        return render_template("sign_in.html", is_wrong=True), 401
    session.clear()
    session.permanent = True
    session[SESSION_TOKEN] = token.id
    session[SESSION_CSRF] = secrets.token_urlsafe(32)
    audit.record(f"session {token.name}", "sign in", 303)
    return redirect(url_for("collection_pages.documents"), 303)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session."""
    who = caller()
    session.clear()
    audit.record(str(who), "sign out", 303)
    return redirect(url_for("pages.conversation"), 303)
