"""Measures of an honest no: whether a high probability means a right answer."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

_BINS = 10
_RESAMPLES = 1000


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a positive scores higher than a negative, ties counting half; 0.5 when there are none of one.

    Source: Hanley and McNeil, Radiology 143 (1982).
    """
    if not len(positive) or not len(negative):
        return 0.5
    one, other = np.asarray(positive, np.float64)[:, None], np.asarray(negative, np.float64)[None, :]
    return float(np.mean((one > other) + 0.5 * (one == other)))


def expected_calibration_error(probabilities: Sequence[float], outcomes: Sequence[bool]) -> float:
    """How far probabilities lie from what came true: the mean distance over ten bins of equal width, by their size.

    Source: Naeini and others, Obtaining well calibrated probabilities using Bayesian binning, AAAI 2015.
    """
    given, true = np.asarray(probabilities, np.float64), np.asarray(outcomes, np.float64)
    bins = np.minimum((given * _BINS).astype(int), _BINS - 1)
    return float(
        sum(
            np.mean(bins == number) * abs(given[bins == number].mean() - true[bins == number].mean())
            for number in np.unique(bins)
        )
    )


def ndcg(right: Sequence[bool], relevant: int, depth: int = 10) -> float:
    """The nDCG of one ranking, best first, in which each place is right or not; `relevant` is how many are.

    Source: Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, TOIS 20 (2002).
    """
    gain = sum(1 / math.log2(rank + 2) for rank, is_right in enumerate(right[:depth]) if is_right)
    return gain / sum(1 / math.log2(rank + 2) for rank in range(min(relevant, depth)))


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """Coverage and risk when only the surest questions are answered, from the surest one to all.

    Coverage is the share answered, risk the share of those whose answer is wrong. Source: El-Yaniv and Wiener, On the
    foundations of noise-free selective classification, JMLR 11 (2010).
    """
    order = np.argsort(-np.asarray(confidences, np.float64), kind="stable")
    wrong = np.cumsum(~np.asarray(right, np.bool_)[order])
    counted = np.arange(1, len(order) + 1)
    return [(float(n / len(order)), float(w / n)) for n, w in zip(counted, wrong, strict=True)]


def interval(
    values: Sequence[float], statistic: Callable[[NDArray[np.float64]], float] = lambda sample: float(sample.mean())
) -> tuple[float, float]:
    """The 95% interval of a mean over questions, by resampling the questions, always with the same seed.

    Source: the percentile bootstrap, Efron and Tibshirani, 1993.
    """
    rng = np.random.default_rng(0)
    found = np.asarray(values, np.float64)
    means = [statistic(found[rng.integers(0, len(found), len(found))]) for _ in range(_RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def risk_coverage_picture(points: Sequence[tuple[float, float]]) -> str:
    """The risk-coverage curve as SVG: coverage to the right, risk upwards, both 0 to 1."""
    line = " ".join(f"{60 + 400 * coverage:.1f},{340 - 300 * risk:.1f}" for coverage, risk in points)
    ticks = "".join(
        f'<text x="{60 + 400 * share:.0f}" y="360" text-anchor="middle">{share:.1f}</text>'
        f'<text x="50" y="{344 - 300 * share:.0f}" text-anchor="end">{share:.1f}</text>'
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 400" font-family="sans-serif" font-size="12">'
        '<title>Risk by coverage</title><rect width="480" height="400" fill="white"/>'
        '<path d="M60 40V340H460" fill="none" stroke="black"/>'
        f'{ticks}<text x="260" y="385" text-anchor="middle">share of questions answered, surest first</text>'
        '<text x="16" y="190" text-anchor="middle" transform="rotate(-90 16 190)">'
        "share of those with a wrong answer</text>"
        f'<polyline points="{line}" fill="none" stroke="#154273" stroke-width="2"/></svg>\n'
    )
