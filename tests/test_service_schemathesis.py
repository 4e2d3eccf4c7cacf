"""Requests made from the API's own description: whatever is sent, the answer is one that the description promises.

By hand, with more cases: `VINDPLAATS_CASES=600 scripts/test tests/test_service_schemathesis.py` makes some 20,000.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
import schemathesis
from conftest import LETTER, WORDS, make_app
from fake_encoder import CountingEncoder
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from corpus.library import Library
from index.build import build
from service.tokens import Tokens

# schemathesis collects its cases before fixtures run; making an application reads and writes nothing yet.
_folder = Path(tempfile.mkdtemp())
_encoder = CountingEncoder(WORDS)
_own, _public = _folder / "own", _folder / "public"
own = schemathesis.openapi.from_wsgi("/v1/openapi.json", make_app(_own / "var", _own / "documents", _encoder))
public = schemathesis.openapi.from_wsgi(
    "/v1/openapi.json",
    make_app(_public / "var", _public / "documents", _encoder, host="192.0.2.1", reading="token"),
)
some_cases = settings(
    max_examples=int(os.environ.get("VINDPLAATS_CASES", "12")), derandomize=True, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def token():
    """A token of the public service; both have a small index to ask."""
    for folder in (_own, _public):
        (folder / "documents").mkdir(parents=True)
        shutil.copy(LETTER, folder / "documents")
        build(Library(folder / "documents"), _encoder, folder / "var")
    yield Tokens(_public / "var").make("jansen")
    shutil.rmtree(_folder, ignore_errors=True)


def checks_left_out(case) -> list:
    """What is refused although its form is right: a filter or index that is not here, a file that is no document."""
    is_search = isinstance(case.body, dict) and bool({"filter", "index"} & case.body.keys())
    is_upload = case.operation.path == "/documents" and case.method == "POST"
    return [positive_data_acceptance] if is_search or is_upload else []


@own.parametrize()
@some_cases
def test_every_answer_is_promised(case):
    """No 500, no other status, content type, header or body than described."""
    case.call_and_validate(excluded_checks=checks_left_out(case))


@public.parametrize()
@some_cases
def test_every_answer_with_a_token_is_promised(case, token):
    """The same where others can reach the service, and the token opens it."""
    response = case.call_and_validate(
        headers={"Authorization": f"Bearer {token}"}, excluded_checks=checks_left_out(case)
    )
    assert response.status_code != 401


@public.parametrize()
@some_cases
def test_every_answer_without_a_token_is_promised(case):
    """There nothing but a refusal leaves without one; only whether a browser may ask is told."""
    response = case.call_and_validate(excluded_checks=checks_left_out(case))
    assert response.status_code >= 400 or case.method == "OPTIONS"
