"""Requests made from the API's own description: whatever is sent, the answer is one that the description promises.

By hand, with more cases: `VINDPLAATS_CASES=2000 scripts/test tests/test_service_schemathesis.py`.
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

# A filter on what is not here and a file that is no document are refused although their form is right.
_REFUSED_THOUGH_WELL_FORMED = [positive_data_acceptance]

# schemathesis collects its cases before fixtures run; making an application reads and writes nothing yet.
_folder = Path(tempfile.mkdtemp())
_corpus, _data, _encoder = _folder / "documents", _folder / "var", CountingEncoder(WORDS)
schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", make_app(_data, _corpus, _encoder))


@pytest.fixture(autouse=True, scope="module")
def _index():
    """A small index to ask."""
    _corpus.mkdir()
    shutil.copy(LETTER, _corpus)
    build(Library(_corpus), _encoder, _data)
    yield
    shutil.rmtree(_folder, ignore_errors=True)


@schema.parametrize()
@settings(
    max_examples=int(os.environ.get("VINDPLAATS_CASES", "12")), derandomize=True, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_every_answer_is_promised(case):
    """No 500, no other status, content type, header or body than described."""
    case.call_and_validate(excluded_checks=_REFUSED_THOUGH_WELL_FORMED)
