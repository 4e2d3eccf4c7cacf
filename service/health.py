"""Probes for whoever runs the service."""

from flask import Blueprint, Response, current_app, jsonify

from service.serving import ServedIndex

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> Response:
    """Tell that the process answers."""
    return jsonify({"status": "live"})


@blueprint.get("/ready")
def ready() -> Response:
    """Tell that questions can be answered; a 503 problem when they cannot."""
    served: ServedIndex = current_app.extensions["served"]
    return jsonify({"status": "ready", "index": served.searcher().snapshot.manifest.version})
