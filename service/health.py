"""Probes for whoever runs the service."""

import secrets

from flask import Blueprint, Response, current_app, jsonify

from index.errors import DataFolderUnusable
from service.builds import Builds
from service.config import Config
from service.serving import ServedIndex

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> Response:
    """Tell that the process answers."""
    return jsonify({"status": "live"})


@blueprint.get("/ready")
def ready() -> Response:
    """Tell that questions can be answered and changes kept; a 503 or 507 problem when they cannot.

    With a build that failed the earlier index answers on: that is 'degraded', with the reason.
    """
    served: ServedIndex = current_app.extensions["served"]
    builds: Builds = current_app.extensions["builds"]
    version = served.searcher().snapshot.manifest.version
    served.check()
    _check_data()
    latest = builds.latest()
    failed = latest.error if latest is not None and latest.status == "failed" else None
    return jsonify({"status": "degraded" if failed else "ready", "index": version, "buildFailed": failed})


def _check_data() -> None:
    config: Config = current_app.extensions["config"]
    probe = config.data / f".{secrets.token_hex(8)}.probe"
    try:
        probe.touch(mode=0o600, exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise DataFolderUnusable(
            f"the data folder cannot be written ({error.strerror}); questions are answered, but nothing can be changed"
        ) from error
