"""Measuring several things in turn, so that a change of the machine's speed hits all alike."""

import statistics
import time
from collections.abc import Callable, Sequence


def in_turn(actions: Sequence[Callable[[], object]], rounds: int = 7) -> list[float]:
    """The median seconds of each action; the first round is not counted."""
    seconds: list[list[float]] = [[] for _ in actions]
    for _ in range(rounds + 1):
        for taken, action in zip(seconds, actions, strict=True):
            started = time.perf_counter()
            action()
            taken.append(time.perf_counter() - started)
    return [statistics.median(taken[1:]) for taken in seconds]
