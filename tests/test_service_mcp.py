"""Agents get the same passages, by the official package's own client."""

import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from conftest import LETTER, ROOT, free_port
from mcp import Client, StdioServerParameters

from corpus.library import Library
from index.build import build
from index.encoder import load_encoder
from service.mcp_tools import mcp_server


def call(server, name: str, **arguments):
    """What a tool gives, or the text of its error."""

    async def ask():
        async with Client(server) as client:
            return await client.call_tool(name, arguments)

    # In a thread of its own: the browser tests leave an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        result = thread.submit(lambda: asyncio.run(ask())).result()
    return result.content[0].text if result.is_error or result.structured_content is None else result.structured_content


@pytest.fixture
def server(client):
    return mcp_server(client.application.extensions["served"].searcher)


def test_searching(server, letter):
    """Citation, address and the whole paragraph."""
    answer = call(server, "search_passages", question="Wat deed de software?", limit=1)
    (passage,) = answer["passages"]
    assert passage["text"] == letter.paragraph(7).text
    assert passage["source"]["address"] == "kst-27925-681#al-7" and passage["source"]["citation"]


def test_reading(server, letter):
    """A paragraph with those around it; a document with every paragraph's number."""
    paragraph = call(server, "read_paragraph", document_id="kst-27925-681", paragraph=2)
    assert paragraph["text"] == letter.paragraph(2).text and paragraph["before"] == letter.paragraph(1).text
    document = call(server, "read_document", document_id="kst-27925-681")["result"]
    assert document.count("\n**") == len(letter.paragraphs)
    (listed,) = call(server, "list_documents", dossier="27925")["result"]
    assert listed["id"] == "kst-27925-681"
    assert call(server, "list_documents", dossier="99999")["result"] == []


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("search_passages", {"question": " "}, "it holds no text"),
        ("search_passages", {"question": "drones", "limit": 0}, "/limit"),
        ("search_passages", {"question": "drones", "since": "gisteren"}, "/filter/from"),
        ("search_passages", {"question": "drones", "documents": ["kst-1-1"]}, "no document kst-1-1"),
        ("read_paragraph", {"document_id": "kst-27925-681", "paragraph": 21}, "paragraphs 1 to 20"),
        ("read_paragraph", {"document_id": "kst-1-1", "paragraph": 1}, "no document kst-1-1"),
        ("read_document", {"document_id": "kst-1-1"}, "no document kst-1-1"),
    ],
)
def test_errors_say_what_to_do(server, tool, arguments, said):
    """An agent can mend its call."""
    assert said in call(server, tool, **arguments)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The environment of a real index of the letter."""
    folder = tmp_path_factory.mktemp("mcp")
    corpus = folder / "documents"
    corpus.mkdir()
    (corpus / LETTER.name).write_bytes(LETTER.read_bytes())
    build(Library(corpus), load_encoder(None), folder / "var")
    return {"VINDPLAATS_DATA": str(folder / "var"), "VINDPLAATS_CORPUS": str(corpus)}


@pytest.mark.model
def test_over_standard_input_and_output(built):
    """A real process, the real model, the right paragraph."""
    program = StdioServerParameters(
        command=sys.executable, args=[str(ROOT / "scripts" / "mcp_server.py")], env=os.environ | built
    )
    answer = call(program, "search_passages", question="How many justice professionals did the IIJ train?", limit=1)
    assert answer["passages"][0]["source"]["paragraph"] == 17


def initialised(port, headers):
    """The response to a client's first message."""
    message = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}},
    }  # fmt: skip
    accepted = {"Accept": "application/json, text/event-stream"}
    return requests.post(f"http://127.0.0.1:{port}/mcp", json=message, headers=accepted | headers, timeout=20)


@pytest.mark.model
def test_over_http(built):
    """The same at an address of this machine."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "scripts" / "mcp_server.py")],
        env=os.environ | built | {"VINDPLAATS_MCP_PORT": str(port)}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        ends = time.monotonic() + 60
        while True:
            try:
                answer = call(f"http://127.0.0.1:{port}/mcp", "search_passages", question="Wat is het GCTF?", limit=1)
                break
            except Exception:
                assert time.monotonic() < ends and process.poll() is None
                time.sleep(0.5)
        assert answer["passages"][0]["source"]["documentId"] == "kst-27925-681"
        # A page of another site, also one whose name leads here, gets nothing.
        for headers, status in (
            ({"Host": "example.nl"}, 421),
            ({"Host": f"example.nl:{port}"}, 421),
            ({"Origin": "http://example.nl"}, 403),
            ({"Origin": f"http://127.0.0.1:{port}"}, 200),
        ):
            assert initialised(port, headers).status_code == status, headers
    finally:
        process.terminate()
        process.wait(20)
