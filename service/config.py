"""The settings, read from the environment in one place."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


class BadSetting(Exception):
    """Read by whoever starts a command: names the variable, its value and what it may be."""


@dataclass(frozen=True, slots=True)
class Config:
    """What can be set.

    None stands for: `model` the packaged model, `theme` the theme that comes with the product, `mcp_port` standard
    input and output.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    data: Path = _ROOT / "var"
    corpus: Path = _ROOT / "corpus" / "documents"
    model: str | None = None
    max_question_characters: int = 1000
    max_history: int = 50
    max_filter_characters: int = 200
    max_limit: int = 50
    page_size: int = 100
    max_page_size: int = 1000
    max_request_bytes: int = 1024 * 1024
    max_upload_bytes: int = 100 * 1024 * 1024
    kept_snapshots: int = 2
    watch: bool = False
    mcp_port: int | None = None
    cors_origins: tuple[str, ...] = ()
    theme: Path | None = None

    @classmethod
    def from_env(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """Read the VINDPLAATS_ variables; BadSetting when one cannot be used. Empty means not set."""
        values = {name: value.strip() for name, value in environment.items() if value.strip()}
        default = cls()
        return cls(
            host=values.get("VINDPLAATS_HOST", default.host),
            port=_whole_number("VINDPLAATS_PORT", values, default.port, 1, 65535),
            data=_folder(values.get("VINDPLAATS_DATA"), default.data),
            corpus=_folder(values.get("VINDPLAATS_CORPUS"), default.corpus),
            model=values.get("VINDPLAATS_MODEL"),
            kept_snapshots=_whole_number("VINDPLAATS_KEPT_SNAPSHOTS", values, default.kept_snapshots, 0, 1000),
            mcp_port=_whole_number("VINDPLAATS_MCP_PORT", values, 0, 1, 65535) or None,
            cors_origins=_origins("VINDPLAATS_CORS_ORIGINS", values),
            watch=_switch("VINDPLAATS_WATCH", values, default.watch),
            theme=_style_sheet("VINDPLAATS_THEME", values),
        )

    def environment(self) -> dict[str, str]:
        """The environment in which another process of the product has these settings."""
        settings = {
            "VINDPLAATS_HOST": self.host,
            "VINDPLAATS_PORT": str(self.port),
            "VINDPLAATS_DATA": str(self.data),
            "VINDPLAATS_CORPUS": str(self.corpus),
            "VINDPLAATS_MODEL": self.model or "",
            "VINDPLAATS_KEPT_SNAPSHOTS": str(self.kept_snapshots),
        }
        return {**os.environ, **settings}


def _whole_number(name: str, values: Mapping[str, str], default: int, least: int, most: int) -> int:
    value = values.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise BadSetting(f"{name}={value} cannot be used; give a number from {least} to {most}")
    return int(value)


def _switch(name: str, values: Mapping[str, str], default: bool) -> bool:
    value = values.get(name)
    if value is None:
        return default
    if value not in ("0", "1"):
        raise BadSetting(f"{name}={value} cannot be used; give 1 for on or 0 for off")
    return value == "1"


def _origins(name: str, values: Mapping[str, str]) -> tuple[str, ...]:
    origins = tuple(values.get(name, "").replace(",", " ").split())
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?", origin):
            raise BadSetting(f"{name}={origin} is no origin; give addresses like https://example.nl, or * for any site")
    return origins


def _folder(value: str | None, default: Path) -> Path:
    return Path(value).expanduser().absolute() if value else default


def _style_sheet(name: str, values: Mapping[str, str]) -> Path | None:
    value = values.get(name)
    if value is None:
        return None
    path = Path(value).expanduser().absolute()
    if path.suffix != ".css" or not path.is_file():
        raise BadSetting(f"{name}={value} cannot be used; give the path of a CSS file")
    return path
