"""Damaged PDF files are read or refused, whatever the damage; more cases by hand, see `fuzzing_pdf`."""

import json
import subprocess
import sys
from pathlib import Path

CASES = 300
SECONDS = 60


def test_damaged_files_are_read_or_refused():
    """In a process of its own: pdfium is native code."""
    tests = Path(__file__).parent
    run = subprocess.run(
        [sys.executable, str(tests / "fuzzing_pdf.py"), str(CASES), "1"],
        env={"PYTHONPATH": f"{tests.parent}:{tests}", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    outcomes = json.loads(run.stdout)
    assert sum(outcomes.values()) == CASES
    assert min(outcomes["read"], outcomes["refused"]) > CASES / 10
