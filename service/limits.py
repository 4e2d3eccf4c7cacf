"""How much one client may do: counted in this process's memory, for each client's address."""

import math
import time
from ipaddress import IPv6Address, ip_address

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from service.config import Config
from service.writing import ASKING, needs_right_to_write

_FAILED_SIGN_INS = (parse("5/minute"), parse("20/hour"))
_IPV6_NETWORK_BITS = 64


class TooManyRequests(Exception):
    """Read by the client's developer: how much is allowed, and when to come back."""

    def __init__(self, what: str, limit: RateLimitItem, retry_after_s: int) -> None:
        super().__init__(f"one client may {what} {limit.amount} times in {_span(limit)}; wait {retry_after_s} seconds")
        self.retry_after_s = retry_after_s


class Limits:
    """The limits of one application. The window moves along, so that none is doubled around its end."""

    def __init__(self, config: Config) -> None:
        self._counting = MovingWindowRateLimiter(MemoryStorage())
        self._asking = _per_minute(config.asking_limit)
        self._writing = _per_minute(config.writing_limit)

    def check_asking(self, client: str) -> None:
        """Count a question; TooManyRequests when it is one too many."""
        self._count(self._asking, "ask", client)

    def check_writing(self, client: str) -> None:
        """Count a change; TooManyRequests when it is one too many."""
        self._count(self._writing, "change something", client)

    def check_sign_ins(self, client: str) -> None:
        """TooManyRequests when this client failed to sign in too often."""
        for limit in _FAILED_SIGN_INS:
            if not self._counting.test(limit, "sign in", client):
                raise self._too_many(limit, "sign in", client)

    def count_failed_sign_in(self, client: str) -> None:
        """Count a failure to sign in."""
        for limit in _FAILED_SIGN_INS:
            self._counting.hit(limit, "sign in", client)

    def _count(self, limit: RateLimitItem | None, what: str, client: str) -> None:
        if limit is not None and not self._counting.hit(limit, what, client):
            raise self._too_many(limit, what, client)

    def _too_many(self, limit: RateLimitItem, what: str, client: str) -> TooManyRequests:
        reset = self._counting.get_window_stats(limit, what, client).reset_time
        return TooManyRequests(what, limit, max(1, math.ceil(reset - time.time())))


def init_app(app: Flask) -> None:
    """Count every question and every change, allowed or not."""
    app.extensions["limits"] = Limits(app.extensions["config"])
    app.before_request(_count_request)


def check_sign_ins() -> None:
    """TooManyRequests when who sends this request failed to sign in too often."""
    _limits().check_sign_ins(_client())


def count_failed_sign_in() -> None:
    """Count that who sends this request failed to sign in."""
    _limits().count_failed_sign_in(_client())


def _count_request() -> None:
    if request.endpoint in ASKING:
        _limits().check_asking(_client())
    elif needs_right_to_write():
        _limits().check_writing(_client())


def _client() -> str:
    """The client's address; of IPv6 its network, of which one client has all addresses."""
    address = request.remote_addr or ""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(IPv6Address(int(parsed) >> _IPV6_NETWORK_BITS << _IPV6_NETWORK_BITS))
    return address


def _per_minute(amount: int) -> RateLimitItem | None:
    return parse(f"{amount}/minute") if amount else None


def _span(limit: RateLimitItem) -> str:
    return "an hour" if limit.get_expiry() > 60 else "a minute"


def _limits() -> Limits:
    found: Limits = current_app.extensions["limits"]
    return found
