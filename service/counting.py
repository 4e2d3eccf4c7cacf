"""Counts every request that asks or changes something against its client's limits."""

from flask import Flask, current_app, request

from service.limits import Limits, client
from service.writing import ASKING, needs_right_to_write


def init_app(app: Flask) -> None:
    """Count every question and every change, allowed or not."""
    app.extensions["limits"] = Limits(app.extensions["config"])
    app.before_request(_count_request)


def _count_request() -> None:
    limits: Limits = current_app.extensions["limits"]
    if request.endpoint in ASKING:
        limits.check_asking(client())
    elif needs_right_to_write():
        limits.check_writing(client())
