from pathlib import Path

import pytest

from service.config import BadSetting, Config

ROOT = Path(__file__).resolve().parent.parent


def test_defaults():
    """Loopback, port 8000, folders in the checkout."""
    config = Config.from_env({})
    assert (config.host, config.port, config.model) == ("127.0.0.1", 8000, None)
    assert config.data == ROOT / "var"
    assert config.corpus == ROOT / "corpus" / "documents"


def test_settings(tmp_path):
    """Each variable sets its field; an empty one is not set."""
    config = Config.from_env(
        {
            "VINDPLAATS_HOST": "0.0.0.0",
            "VINDPLAATS_PORT": "81",
            "VINDPLAATS_DATA": str(tmp_path),
            "VINDPLAATS_CORPUS": "docs",
            "VINDPLAATS_MODEL": " ",
        }
    )
    assert (config.host, config.port, config.data, config.model) == ("0.0.0.0", 81, tmp_path, None)
    assert config.corpus == Path.cwd() / "docs"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "8000.0", "٨"])
def test_bad_ports(port):
    """The variable, its value and what it may be."""
    with pytest.raises(BadSetting, match=r"VINDPLAATS_PORT=.*; give a number from 1 to 65535"):
        Config.from_env({"VINDPLAATS_PORT": port})


def test_the_readme_lists_every_setting():
    """A setting that is not documented does not exist."""
    source = (ROOT / "service" / "config.py").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    import re

    in_code = set(re.findall(r"\"(VINDPLAATS_\w+)\"", source))
    in_readme = set(re.findall(r"`(VINDPLAATS_\w+)`", readme))
    assert in_code == in_readme


def test_engines(tmp_path):
    """The folder, a server or a file; the next process gets the same."""
    for value in ("embedded", "milvus:http://localhost:19530", "milvus:https://jan:geheim@example.nl:443/letters"):
        config = Config.from_env({"VINDPLAATS_ENGINE": value})
        assert config.engine == value == config.environment()["VINDPLAATS_ENGINE"]
    assert Config.from_env({"VINDPLAATS_ENGINE": "milvus:lite.db"}).engine == f"milvus:{Path.cwd() / 'lite.db'}"
    assert Config.from_env({}).engine == "embedded"


@pytest.mark.parametrize("value", ["faiss", "milvus", "milvus:", "milvus:lite", "milvus:ftp://a", "milvus:http://"])
def test_bad_engines(value):
    """What may be given is told; an address with a password in it is not repeated."""
    with pytest.raises(BadSetting, match=r"VINDPLAATS_ENGINE cannot be used; give embedded, milvus:http"):
        Config.from_env({"VINDPLAATS_ENGINE": value})
