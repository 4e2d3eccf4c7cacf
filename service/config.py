"""The settings, read from the environment in one place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


class BadSetting(Exception):
    """Read by whoever starts a command: names the variable, its value and what it may be."""


@dataclass(frozen=True, slots=True)
class Config:
    """What can be set. `model` None is the packaged model."""

    host: str = "127.0.0.1"
    port: int = 8000
    data: Path = _ROOT / "var"
    corpus: Path = _ROOT / "corpus" / "documents"
    model: str | None = None
    max_question_characters: int = 1000
    max_history: int = 50
    max_limit: int = 50
    max_request_bytes: int = 1024 * 1024

    @classmethod
    def from_env(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """Read the VINDPLAATS_ variables; BadSetting when one cannot be used. Empty means not set."""
        values = {name: value.strip() for name, value in environment.items() if value.strip()}
        default = cls()
        return cls(
            host=values.get("VINDPLAATS_HOST", default.host),
            port=_port(values.get("VINDPLAATS_PORT"), default.port),
            data=_folder(values.get("VINDPLAATS_DATA"), default.data),
            corpus=_folder(values.get("VINDPLAATS_CORPUS"), default.corpus),
            model=values.get("VINDPLAATS_MODEL"),
        )


def _port(value: str | None, default: int) -> int:
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 65535):
        raise BadSetting(f"VINDPLAATS_PORT={value} is no port; give a number from 1 to 65535")
    return int(value)


def _folder(value: str | None, default: Path) -> Path:
    return Path(value).expanduser().absolute() if value else default
