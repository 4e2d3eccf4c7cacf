"""The settings, read from the environment in one place."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from corpus.errors import MendableError

_ROOT = Path(__file__).resolve().parent.parent
_MOST_PER_MINUTE = 1_000_000
# Where others can reach the service; on loopback the only client is this machine.
_ASKING_PER_MINUTE = 120
_WRITING_PER_MINUTE = 60
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]+\]")
_CONTACT = re.compile(r"(mailto:|https://|tel:)[!-~]+")


class BadSetting(MendableError):
    """Read by whoever starts a command: names the variable, its value and what it may be."""


@dataclass(frozen=True, slots=True)
class Config:
    """What can be set.

    None stands for: `model` the packaged model, `theme` the theme that comes with the product, `mcp_port` standard
    input and output. Of a limit per minute 0 is none.
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
    reading: str = "open"
    trusted_proxy: str | None = None
    hostnames: tuple[str, ...] = ()
    asking_limit: int = 0
    writing_limit: int = 0
    security_contact: str | None = None
    log: str = "text"
    engine: str = "embedded"

    @property
    def is_exposed(self) -> bool:
        """Whether others than this machine's users can reach the service, themselves or through a proxy."""
        return not is_loopback(self.host) or self.trusted_proxy is not None or bool(self.hostnames)

    @classmethod
    def from_env(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """Read the VINDPLAATS_ variables; BadSetting when one cannot be used. Empty means not set."""
        values = {name: value.strip() for name, value in environment.items() if value.strip()}
        default = cls()
        host = values.get("VINDPLAATS_HOST", default.host)
        trusted_proxy = _address("VINDPLAATS_TRUSTED_PROXY", values)
        hostnames = _host_names("VINDPLAATS_HOSTNAMES", values)
        is_exposed = cls(host=host, trusted_proxy=trusted_proxy, hostnames=hostnames).is_exposed
        asking, writing = (_ASKING_PER_MINUTE, _WRITING_PER_MINUTE) if is_exposed else (0, 0)
        return cls(
            host=host,
            port=_whole_number("VINDPLAATS_PORT", values, default.port, 1, 65535),
            data=_folder(values.get("VINDPLAATS_DATA"), default.data),
            corpus=_folder(values.get("VINDPLAATS_CORPUS"), default.corpus),
            model=values.get("VINDPLAATS_MODEL"),
            kept_snapshots=_whole_number("VINDPLAATS_KEPT_SNAPSHOTS", values, default.kept_snapshots, 0, 1000),
            mcp_port=_whole_number("VINDPLAATS_MCP_PORT", values, 0, 1, 65535) or None,
            cors_origins=_origins("VINDPLAATS_CORS_ORIGINS", values),
            watch=_switch("VINDPLAATS_WATCH", values, default.watch),
            theme=_style_sheet("VINDPLAATS_THEME", values),
            reading=_choice("VINDPLAATS_READING", values, default.reading, ("open", "token")),
            trusted_proxy=trusted_proxy,
            hostnames=hostnames,
            asking_limit=_whole_number("VINDPLAATS_ASKING_LIMIT", values, asking, 0, _MOST_PER_MINUTE),
            writing_limit=_whole_number("VINDPLAATS_WRITING_LIMIT", values, writing, 0, _MOST_PER_MINUTE),
            security_contact=_contact("VINDPLAATS_SECURITY_CONTACT", values),
            log=_choice("VINDPLAATS_LOG", values, default.log, ("text", "json")),
            engine=_engine("VINDPLAATS_ENGINE", values, default.engine),
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
            "VINDPLAATS_ENGINE": self.engine,
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


def _choice(name: str, values: Mapping[str, str], default: str, choices: tuple[str, ...]) -> str:
    value = values.get(name, default)
    if value not in choices:
        raise BadSetting(f"{name}={value} cannot be used; give {' or '.join(choices)}")
    return value


def _engine(name: str, values: Mapping[str, str], default: str) -> str:
    """`embedded`, or `milvus:` with an address or the path of a file, made absolute; no password is repeated."""
    value = values.get(name, default)
    kind, _, uri = value.partition(":")
    if value == "embedded":
        return value
    if kind == "milvus" and re.fullmatch(r"https?://[^\s/]+(/\w*)?", uri):
        return value
    if kind == "milvus" and "://" not in uri and uri.endswith(".db"):
        return f"milvus:{_folder(uri, Path())}"
    raise BadSetting(
        f"{name} cannot be used; give embedded, milvus:http://host:port of a Milvus server, or milvus:FILE.db"
    )


def _address(name: str, values: Mapping[str, str]) -> str | None:
    value = values.get(name)
    if value is None:
        return None
    try:
        return str(ip_address(value))
    except ValueError as error:
        raise BadSetting(f"{name}={value} cannot be used; give the proxy's IP address, as 127.0.0.1") from error


def _host_names(name: str, values: Mapping[str, str]) -> tuple[str, ...]:
    names = tuple(each.strip().lower() for each in values.get(name, "").split(",") if each.strip())
    for each in names:
        if not _HOST_NAME.fullmatch(each):
            raise BadSetting(
                f"{name}={values[name]} cannot be used; give host names with commas between, without ports"
            )
    return names


def _contact(name: str, values: Mapping[str, str]) -> str | None:
    value = values.get(name)
    if value is not None and not _CONTACT.fullmatch(value):
        raise BadSetting(f"{name}={value} cannot be used; give an address that begins with mailto:, https:// or tel:")
    return value


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's loopback."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


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
