"""Who may do what. Everything that is not asking or reading needs the right to write: default deny, in one place."""

import hmac
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from service.config import Config, is_loopback
from service.limits import Limits, TooManyRequests, client
from service.tokens import Token, TokenError, Tokens
from service.uploads import accept_uploads

CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
SESSION_TOKEN, SESSION_CSRF = "token", "csrf"

_READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# They are posted, so that no question lands in a URL, and change nothing.
ASKING = frozenset({"pages.ask", "pages.export", "api.search_passages", "api.make_evidence_pack"})
_UPLOADS = frozenset({"collection_api.add_document", "collection_pages.add"})
# What anybody may have though reading asks for a token: the way in, what it looks like, and probes.
_FOR_ANYONE = frozenset(
    {
        "static",
        "theme",
        "pages.accessibility",
        "sign_in.show",
        "sign_in.sign_in",
        "health.live",
        "health.ready",
        "security.security_txt",
        # Rules for Dutch government APIs: the description is published without signing in.
        "openapi.openapi",
    }
)
_PAGES = ("pages", "letter_pages", "collection_pages")
_PROXY_HEADERS = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip")


class NotAllowed(Exception):
    """Read by whoever tried to change something: why it is not allowed, and what would be."""


class NotSignedIn(Exception):
    """Read by whoever asked for what needs a token: none was sent that counts, and how to send one."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request: the name of a token when one was sent or signed in with."""

    kind: Literal["token", "session", "machine", "anyone"]
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


def init_app(app: Flask) -> None:
    """Ask for the right to write, or to read where that is set, before any view runs."""
    app.before_request(_guard)
    app.context_processor(_for_pages)


def caller() -> Caller:
    """Who sends this request. Nobody is let in by a file of tokens that cannot be read, or after many wrong tokens."""
    if "caller" not in g:
        try:
            g.caller = _caller()
        except TokenError:
            g.caller = Caller("anyone")
        except TooManyRequests as error:
            g.caller, g.too_many = Caller("anyone"), error
    found: Caller = g.caller
    return found


def may_write() -> bool:
    """Whether who sends this request may change the collection."""
    return caller().kind != "anyone"


def needs_right_to_write() -> bool:
    """Whether this request may change anything: whatever is no reading, asking or signing in."""
    return request.method not in _READING_METHODS and request.endpoint not in ASKING | {None, "sign_in.sign_in"}


def is_upload(app: Flask, environ: dict[str, Any]) -> bool:
    """Whether a request, of which only the headers came in, adds a document."""
    with app.request_context(environ):
        return request.endpoint in _UPLOADS


def is_allowed_upload(app: Flask, environ: dict[str, Any]) -> bool:
    """Whether a request, of which only the headers came in, adds a document and may."""
    with app.request_context(environ):
        # The request itself counts later, as its client's: no proxy's word is heard here.
        g.is_uncounted = True
        return request.endpoint in _UPLOADS and may_write()


def check_may_write() -> None:
    """Refuse a request that may not change the collection, above all one that another site's page sends."""
    who = caller()
    if who.kind == "anyone":
        _tell_too_many()
        if _tokens().all():
            raise NotSignedIn("this needs a token: send it as 'Authorization: Bearer ...', or sign in at /sign-in")
        raise NotAllowed(
            "documents are changed on the machine itself, or with a token: make one there with scripts/make_token.py"
        )
    if who.kind == "token":
        # No browser sends this header by itself, so no other site's page can.
        return
    check_same_origin()
    if who.kind == "session":
        _check_csrf()
    # A name that leads to this machine from elsewhere (DNS rebinding) is no name of this machine.
    elif not is_loopback(urlsplit(f"//{request.host}").hostname or ""):
        raise NotAllowed("documents are changed from this service's own pages only, opened at 127.0.0.1 or localhost")


def check_same_origin() -> None:
    """Refuse what another site's page makes a visitor's browser send."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    origin = request.headers.get("Origin")
    if site not in ("same-origin", "none") or (origin is not None and urlsplit(origin).netloc != request.host):
        raise NotAllowed("documents are changed from this service's own pages only")


def _guard() -> Response | None:
    if request.endpoint in _UPLOADS and may_write():
        # Before the form is looked at for the session's token.
        accept_uploads()
    if needs_right_to_write():
        check_may_write()
    elif _config().reading == "token" and not may_write() and not _is_for_anyone():
        if request.method == "GET" and (request.endpoint or "").split(".")[0] in _PAGES:
            return redirect(url_for("sign_in.show"), 303)
        _tell_too_many()
        raise NotSignedIn("reading needs a token here: send it as 'Authorization: Bearer ...', or sign in at /sign-in")
    return None


def _is_for_anyone() -> bool:
    # A browser asks with OPTIONS, without the token, whether another site's page may send it.
    return request.method == "OPTIONS" or request.endpoint in _FOR_ANYONE


def _caller() -> Caller:
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        token = _shown_token(sent.strip())
        return Caller("token", token.name) if token else Caller("anyone")
    if token_id := session.get(SESSION_TOKEN):
        token = _tokens().by_id(str(token_id))
        return Caller("session", token.name) if token else Caller("anyone")
    if _is_this_machine() and not _tokens().all():
        return Caller("machine")
    return Caller("anyone")


def _shown_token(sent: str) -> Token | None:
    if g.get("is_uncounted"):
        return _tokens().holder(sent)
    limits: Limits = current_app.extensions["limits"]
    return limits.show_token(client(), lambda: _tokens().holder(sent))


def _tell_too_many() -> None:
    if error := g.get("too_many"):
        raise error


def _is_this_machine() -> bool:
    """Whether nobody else can have sent the request: bound to loopback, and no proxy of which we were not told."""
    if _config().is_exposed or any(name in request.headers for name in _PROXY_HEADERS):
        return False
    # Debian's nginx adds no header of its own and names this machine as host, but asks by HTTP/1.0 unless it is told.
    return request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0"


def _check_csrf() -> None:
    sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    known = str(session.get(SESSION_CSRF, ""))
    if not known or not hmac.compare_digest(sent.encode(), known.encode()):
        raise NotAllowed("the form is not of this session; open the page again and send it from there")


def _for_pages() -> dict[str, object]:
    who = caller()
    try:
        has_tokens = bool(_tokens().all())
    except TokenError:
        # Pages can be read all the same.
        has_tokens = False
    return {
        "signed_in_as": who.name if who.kind == "session" else "",
        "can_sign_in": has_tokens,
        "reading_needs_token": _config().reading == "token",
        "may_write": may_write(),
        "csrf_token": session.get(SESSION_CSRF, ""),
    }


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config


def _tokens() -> Tokens:
    tokens: Tokens = current_app.extensions["tokens"]
    return tokens
