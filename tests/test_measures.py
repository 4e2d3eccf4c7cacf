import itertools
import random
import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

from measures import auroc, expected_calibration_error, interval, risk_coverage, risk_coverage_picture


def test_auroc_naively():
    """The share of pairs in the right order, ties counting half."""
    rng = random.Random(1)
    yes, no = [[round(rng.random(), 1) for _ in range(40)] for _ in range(2)]
    pairs = [1.0 if y > n else 0.5 if y == n else 0.0 for y, n in itertools.product(yes, no)]
    assert auroc(yes, no) == pytest.approx(sum(pairs) / len(pairs))
    assert auroc([1], []) == 0.5


def test_expected_calibration_error_by_hand():
    """Two bins: 0.9 and 1.0 came true half of the time, 0.1 never."""
    error = expected_calibration_error([0.9, 1.0, 0.1], [True, False, False])
    assert error == pytest.approx(2 / 3 * 0.45 + 1 / 3 * 0.1)


def test_risk_coverage_by_hand():
    """The surest first: right, wrong, right."""
    curve = risk_coverage([0.2, 0.9, 0.5], [True, True, False])
    for point, expected in zip(curve, [(1 / 3, 0), (2 / 3, 1 / 2), (1, 1 / 3)], strict=True):
        assert point == pytest.approx(expected)


def test_an_interval_holds_the_mean_and_is_reproducible():
    """And it has no width where all values are equal."""
    values = [0.0, 1.0] * 50
    low, high = interval(values)
    assert low < 0.5 < high and interval(values) == (low, high)
    assert interval([1.0] * 10) == (1.0, 1.0)


def test_the_picture_is_svg():
    """Each point once, risk upwards."""
    picture = risk_coverage_picture([(0.5, 0.0), (1.0, 0.5)])
    assert picture.startswith("<svg") and 'points="260.0,340.0 460.0,190.0"' in picture


def test_a_trec_run():
    """Question, Q0, address, rank, score, name: what other tools read, ir-measures among them."""
    import ir_measures
    from question_files import as_trec_run

    text = as_trec_run({"q1": [("d#al-2", 0.75), ("d#al-1", 0.5)], "q2": []})
    assert text == "q1 Q0 d#al-2 1 0.750000 vindplaats\nq1 Q0 d#al-1 2 0.500000 vindplaats\n"
    read = list(ir_measures.read_trec_run(text))
    assert [(each.query_id, each.doc_id, each.score) for each in read] == [
        ("q1", "d#al-2", 0.75),
        ("q1", "d#al-1", 0.5),
    ]
