"""Tokens of those who may change the collection: made by a script, kept as hashes, valid until they are revoked."""

import hashlib
import hmac
import json
import os
import re
import secrets
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.durable import sync
from corpus.errors import MendableError

_TOKEN_BYTES = 32
_PREFIX = "vp_"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_PRIVATE = 0o600


class TokenError(MendableError):
    """Read by whoever runs a command or the service: what is wrong with the tokens, and what to do."""


class Token(BaseModel):
    """What is kept of a token. Its 256 random bits need no slow hash: there is nothing to guess from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    sha256: str
    made_at: str


class _TokenFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    tokens: tuple[Token, ...] = ()


class Tokens:
    """The tokens of a data folder. What another process makes or revokes counts from the next request on."""

    def __init__(self, data: Path) -> None:
        self._path = data / "tokens.json"
        self._reading = threading.Lock()
        self._state: tuple[int, ...] | None = None
        self._known: tuple[Token, ...] = ()

    def all(self) -> tuple[Token, ...]:
        """Every token, the oldest first; TokenError when the file cannot be read, so that nobody gets in by damage."""
        with self._reading:
            try:
                found = self._path.stat()
            except FileNotFoundError:
                self._state, self._known = None, ()
                return ()
            state = (found.st_ino, found.st_size, found.st_mtime_ns)
            if state != self._state:
                self._known = self._read()
                self._state = state
            return self._known

    def holder(self, token: str) -> Token | None:
        """The token that a client sent, when it is one of these. Every one is compared, each in constant time."""
        digest = _digest(token)
        found = None
        for each in self.all():
            if hmac.compare_digest(each.sha256, digest):
                found = each
        return found

    def by_id(self, token_id: str) -> Token | None:
        """The token with this id, None when it was revoked."""
        return next((each for each in self.all() if each.id == token_id), None)

    def make(self, name: str) -> str:
        """Make a token and give it; it cannot be had again. TokenError when the name is taken or no name."""
        if not _NAME.fullmatch(name):
            raise TokenError(f"{name!r} is no name for a token; use up to 64 of a-z, 0-9, '.', '_' and '-'")
        with self._changing():
            if any(each.name == name for each in self.all()):
                raise TokenError(f"there is a token {name} already; revoke it first, or choose another name")
            token = _PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
            made_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            made = Token(id=secrets.token_hex(8), name=name, sha256=_digest(token), made_at=made_at)
            self._write((*self.all(), made))
        return token

    def revoke(self, name: str) -> None:
        """Take a token back: it and the sessions begun with it count no longer. TokenError when there is none."""
        with self._changing():
            if all(each.name != name for each in self.all()):
                raise TokenError(f"there is no token {name}; scripts/make_token.py list names those there are")
            self._write(tuple(each for each in self.all() if each.name != name))

    def _read(self) -> tuple[Token, ...]:
        try:
            return _TokenFile.model_validate_json(self._path.read_bytes()).tokens
        except (OSError, ValidationError) as error:
            raise TokenError(
                f"{self._path} cannot be read as a file of tokens; remove it and make the tokens anew "
                "with scripts/make_token.py"
            ) from error

    @contextmanager
    def _changing(self) -> Iterator[None]:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(self._path.with_suffix(".lock"), mode=_PRIVATE):
            yield

    def _write(self, tokens: tuple[Token, ...]) -> None:
        form = json.dumps(_TokenFile(tokens=tokens).model_dump(), indent=1)
        write_private(self._path, form.encode())


def session_secret(data: Path) -> bytes:
    """The secret that signs sessions, made at first use; TokenError when what is there is too short to be one."""
    path = data / "session.key"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(data / "session.lock", mode=_PRIVATE):
        if not path.exists():
            write_private(path, secrets.token_hex(_TOKEN_BYTES).encode())
        secret = path.read_bytes()
    if len(secret) < _TOKEN_BYTES:
        raise TokenError(f"{path} is too short to sign sessions with; remove it, and a new one is made")
    return secret


def write_private(path: Path, content: bytes) -> None:
    """Replace a file that only its owner may read, in one step; it is on disk when this returns."""
    # mkstemp gives a name that cannot be guessed, and mode 0600.
    descriptor, aside = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    sync(path.parent)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
