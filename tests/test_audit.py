"""The audit log when the disk is full or broken, and what commands record."""

import json
import os

import pytest
from conftest import make_app
from test_scripts import run
from test_service_access import PUBLIC, bearer, command
from test_service_api import assert_problem

from corpus.library import Library
from index.build import build
from index.errors import DataFolderUnusable
from service.audit_log import AuditLog, log_for_commands
from service.tokens import Tokens


def test_a_line_that_does_not_fit_is_told_and_the_next_stands_apart(tmp_path, monkeypatch):
    """A disk that fills up amid a line takes part of it without an error."""
    log, real = AuditLog(tmp_path), os.write
    log.write(who="a")
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda descriptor, content: real(descriptor, content[:10]))
        with pytest.raises(DataFolderUnusable, match="No space left"):
            log.write(who="b")
    log.write(who="c")
    log.write(who="d")
    lines = (tmp_path / "audit.jsonl").read_text().splitlines()
    assert [json.loads(line)["who"] for line in (lines[0], *lines[2:])] == ["a", "c", "d"] and len(lines) == 4


@pytest.mark.parametrize(("path", "is_done"), [("/v1/index-builds", True), ("/v1/documents", False)])
def test_a_change_that_could_not_be_recorded_is_told_as_such(corpus, data, encoder, monkeypatch, path, is_done):
    """507 that says whether it was done, with the headers of every answer."""
    build(Library(corpus), encoder, data)
    client = make_app(data, corpus, encoder, **PUBLIC).test_client()
    held = bearer(Tokens(data).make("jansen"))

    def failing(self, **members):
        raise DataFolderUnusable("the audit log audit.jsonl cannot be written (Input/output error); nothing is changed")

    monkeypatch.setattr(AuditLog, "write", failing)
    response = client.post(path, headers=held)
    problem = assert_problem(response, 507)
    assert ("this was done" in problem["detail"]) == is_done and "no record" in problem["detail"]
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Request-Id", "Cache-Control"):
        assert response.headers[name]


def test_no_token_is_made_that_cannot_be_recorded(data):
    """Nor revoked."""
    Tokens(data).make("first")
    (data / "audit.jsonl").mkdir()
    for action in (("make", "second"), ("revoke", "first")):
        done = command("make_token", *action, data=data)
        assert done.returncode == 1 and "audit.jsonl" in done.stderr and not done.stdout
    assert [each.name for each in Tokens(data).all()] == ["first"]


@pytest.mark.model
def test_what_commands_change_is_recorded(data, corpus):
    """Builds that changed the index and going back to an earlier one; not looking."""
    assert run("build_index", data=data, corpus=corpus).returncode == 0
    (corpus / "brief.txt").write_text("Een alinea.\n")
    for arguments in ((), (), ("--verify",), ("--rollback",)):
        assert run("build_index", *arguments, data=data, corpus=corpus).returncode in (0, 1)
    lines = [json.loads(line) for line in (data / "audit.jsonl").read_text().splitlines()]
    assert [line["what"] for line in lines] == ["build", "build", "roll back"]
    assert lines[2]["index"] == lines[0]["index"] != lines[1]["index"]
    assert all(line["who"].startswith("command of ") for line in lines)


def test_a_command_without_a_place_for_its_records_says_so(tmp_path):
    """The data folder cannot be made below a file."""
    (tmp_path / "bestand").write_text("")
    with pytest.raises(DataFolderUnusable, match="the audit log var cannot be written"):
        log_for_commands(tmp_path / "bestand" / "var")
