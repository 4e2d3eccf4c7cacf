"""Metrics for Prometheus: counts and times, never what was asked, by whom, or of which document."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from index.errors import IndexingError
from service.builds import Builds
from service.serving import ServedIndex
from service.writing import ASKING

_REFUSED = frozenset({400, 401, 403, 413, 415, 429, 503, 507})
_BUILD_STATES = ("queued", "running", "succeeded", "failed")

blueprint = Blueprint("metrics", __name__)


class Metrics:
    """What is counted as requests come and go, and what is looked up when the metrics are asked for."""

    def __init__(self, served: ServedIndex, builds: Builds) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "vindplaats_requests", "Requests answered.", ("endpoint", "status"), registry=self.registry
        )
        self.refusals = Counter("vindplaats_refusals", "Requests refused.", ("status",), registry=self.registry)
        self.seconds = Histogram(
            "vindplaats_request_seconds", "Time to answer a request.", ("endpoint",), registry=self.registry
        )
        self.phases = Histogram(
            "vindplaats_asking_seconds",
            "Time of a question by phase: encode is waiting and encoding, rank is all the rest.",
            ("phase",),
            registry=self.registry,
        )
        self.registry.register(_State(served, builds))


class _State(Collector):
    """The state of index, queue and builds at the moment they are asked for."""

    def __init__(self, served: ServedIndex, builds: Builds) -> None:
        self._served = served
        self._builds = builds

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("vindplaats_questions_waiting", "Texts that wait to be encoded.", self._served.waiting)
        yield from self._index()
        yield from self._build()

    def _index(self) -> Iterator[Metric]:
        try:
            manifest = self._served.searcher().snapshot.manifest
        except IndexingError:
            manifest = None
        yield GaugeMetricFamily("vindplaats_index_served", "1 when there is an index to answer from.", bool(manifest))
        if manifest is None:
            return
        age = datetime.now(UTC) - datetime.fromisoformat(manifest.built_at)
        yield GaugeMetricFamily("vindplaats_index_age_seconds", "Age of the served index.", age.total_seconds())
        yield GaugeMetricFamily("vindplaats_documents", "Documents in the served index.", manifest.documents)
        yield GaugeMetricFamily("vindplaats_paragraphs", "Paragraphs in the served index.", manifest.paragraphs)
        yield GaugeMetricFamily("vindplaats_skipped_files", "Files that were skipped.", len(manifest.skipped))

    def _build(self) -> Iterator[Metric]:
        latest = self._builds.latest()
        state = GaugeMetricFamily("vindplaats_build", "1 for the state of the last build.", labels=("status",))
        for status in _BUILD_STATES:
            state.add_metric((status,), float(latest is not None and latest.status == status))
        yield state
        share = latest.done / latest.total if latest is not None and latest.total else 0.0
        yield GaugeMetricFamily("vindplaats_build_share_done", "Share done of the last build's phase.", share)


def init_app(app: Flask) -> None:
    """Count and time every request."""
    app.extensions["metrics"] = Metrics(app.extensions["served"], app.extensions["builds"])
    app.register_blueprint(blueprint)
    app.before_request(_begin)
    app.after_request(_count)


@blueprint.get("/metrics")
def show() -> Response:
    """Show the metrics in Prometheus' text form."""
    return Response(generate_latest(_metrics().registry), content_type=CONTENT_TYPE_LATEST)


def _begin() -> None:
    g.counted_from = time.perf_counter()
    _served().take_encoding_seconds()


def _count(response: Response) -> Response:
    metrics, endpoint = _metrics(), request.endpoint or "none"
    seconds = time.perf_counter() - g.get("counted_from", time.perf_counter())
    metrics.requests.labels(endpoint, response.status_code).inc()
    metrics.seconds.labels(endpoint).observe(seconds)
    if response.status_code in _REFUSED:
        metrics.refusals.labels(response.status_code).inc()
    if endpoint in ASKING and response.status_code == 200:
        encoding = _served().take_encoding_seconds()
        metrics.phases.labels("encode").observe(encoding)
        metrics.phases.labels("rank").observe(max(0.0, seconds - encoding))
    return response


def _metrics() -> Metrics:
    metrics: Metrics = current_app.extensions["metrics"]
    return metrics


def _served() -> ServedIndex:
    served: ServedIndex = current_app.extensions["served"]
    return served
