"""Who may change the collection: only pages and programs of this machine, until there are tokens (issue 10)."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import current_app, request

from service.config import Config


class NotAllowed(Exception):
    """Read by whoever tried to change something: why it is not allowed, and what would be."""


def may_write() -> bool:
    """Whether the collection can be changed at all: only where the service is bound to loopback."""
    config: Config = current_app.extensions["config"]
    return is_loopback(config.host)


def check_may_write() -> None:
    """Refuse a request that may not change the collection, above all one that another site's page sends."""
    if not may_write():
        raise NotAllowed("documents are changed on the machine itself (scripts/add_documents.py), not over the network")
    site = request.headers.get("Sec-Fetch-Site", "none")
    origin = request.headers.get("Origin")
    is_foreign = site not in ("same-origin", "none") or (origin is not None and urlsplit(origin).netloc != request.host)
    # A name that leads to this machine from elsewhere (DNS rebinding) is no name of this machine.
    if is_foreign or not is_loopback(urlsplit(f"//{request.host}").hostname or ""):
        raise NotAllowed("documents are changed from this service's own pages only, opened at 127.0.0.1 or localhost")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's loopback."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
