"""How much one client may do: counted in this process's memory, for each client's address."""

import math
import threading
import time
from collections.abc import Callable
from functools import cache
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from flask import request

from service.config import Config
from service.tokens import Token

if TYPE_CHECKING:
    # A twentieth of what a start takes, and on a machine of one's own nobody is counted.
    from limits import RateLimitItem
    from limits.strategies import MovingWindowRateLimiter

_FAILED_SIGN_INS = ("5/minute", "20/hour")
# More than a person's: one program with a token that was revoked must not soon stop others at its address.
_WRONG_TOKENS = ("20/minute",)
_IPV6_NETWORK_BITS = 64


class TooManyRequests(Exception):
    """Read by the client's developer: how much is allowed, and when to come back."""

    def __init__(self, what: str, limit: "RateLimitItem", retry_after_s: int) -> None:
        super().__init__(f"one client may {what} {limit.amount} times in {_span(limit)}; wait {retry_after_s} seconds")
        self.retry_after_s = retry_after_s


class Limits:
    """The limits of one application. The window moves along, so that none is doubled around its end."""

    def __init__(self, config: Config) -> None:
        self._counter: MovingWindowRateLimiter | None = None
        self._making, self._trying = threading.Lock(), threading.Lock()
        self._asking = _per_minute(config.asking_limit)
        self._writing = _per_minute(config.writing_limit)

    @property
    def _counting(self) -> "MovingWindowRateLimiter":
        with self._making:
            if self._counter is None:
                from limits.storage import MemoryStorage
                from limits.strategies import MovingWindowRateLimiter

                self._counter = MovingWindowRateLimiter(MemoryStorage())
            return self._counter

    def check_asking(self, client: str) -> None:
        """Count a question; TooManyRequests when it is one too many."""
        self._count(self._asking, "ask", client)

    def check_writing(self, client: str) -> None:
        """Count a change; TooManyRequests when it is one too many."""
        self._count(self._writing, "change something", client)

    def sign_in(self, client: str, find: Callable[[], Token | None]) -> Token | None:
        """What `find` gives; TooManyRequests, and it is not called, when this client failed to sign in too often."""
        return self._try(_FAILED_SIGN_INS, "sign in", client, find)

    def show_token(self, client: str, find: Callable[[], Token | None]) -> Token | None:
        """What `find` gives; TooManyRequests, and it is not called, when this client sent too many wrong tokens."""
        return self._try(_WRONG_TOKENS, "send a wrong token", client, find)

    def _try(self, limits: tuple[str, ...], what: str, client: str, find: Callable[[], Token | None]) -> Token | None:
        # One after the other: of many at once none may be compared before the others' failures are counted.
        with self._trying:
            counted = [_parsed(limit) for limit in limits]
            for limit in counted:
                if not self._counting.test(limit, what, client):
                    raise self._too_many(limit, what, client)
            found = find()
            if found is None:
                for limit in counted:
                    self._counting.hit(limit, what, client)
            return found

    def _count(self, limit: str | None, what: str, client: str) -> None:
        if limit is not None and not self._counting.hit(_parsed(limit), what, client):
            raise self._too_many(_parsed(limit), what, client)

    def _too_many(self, limit: "RateLimitItem", what: str, client: str) -> TooManyRequests:
        reset = self._counting.get_window_stats(limit, what, client).reset_time
        return TooManyRequests(what, limit, max(1, math.ceil(reset - time.time())))


def client() -> str:
    """The address of who sends this request; of IPv6 its network, of which one client has all addresses."""
    address = request.remote_addr or ""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(IPv6Address(int(parsed) >> _IPV6_NETWORK_BITS << _IPV6_NETWORK_BITS))
    return address


def _per_minute(amount: int) -> str | None:
    return f"{amount}/minute" if amount else None


@cache
def _parsed(limit: str) -> "RateLimitItem":
    from limits import parse

    return parse(limit)


def _span(limit: "RateLimitItem") -> str:
    return "an hour" if limit.get_expiry() > 60 else "a minute"
