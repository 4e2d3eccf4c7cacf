"""The WSGI application: the only place that wires the parts of the service together."""

from flask import Flask

from corpus.library import Library
from service import (
    api,
    audit,
    collection_api,
    collection_pages,
    cors,
    counting,
    errors,
    health,
    letter_pages,
    logs,
    metrics,
    openapi,
    pages,
    security,
    sign_in,
    static_files,
    writing,
)
from service.builds import Builds
from service.config import Config
from service.serving import ServedIndex
from service.starters import Starters
from service.tokens import Tokens

# A conversation's questions and a form of many files fit; a flood of empty parts does not.
_MAX_FORM_PARTS = 500


def create_app(config: Config, served: ServedIndex, builds: Builds) -> Flask:
    """Make the WSGI application that answers from a served index and starts builds."""
    app = Flask(__name__, static_url_path=static_files.static_url_path())
    # A doubled slash is another address, not one that leads to this: the API redirects nowhere.
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = config.max_request_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = config.max_request_bytes
    app.config["MAX_FORM_PARTS"] = _MAX_FORM_PARTS
    # Answers keep the order of design; sorting would put "after" before "text".
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["config"] = config
    app.extensions["served"] = served
    app.extensions["builds"] = builds
    builds.settle_with(served.catch_up)
    starters = app.extensions["starters"] = Starters()
    served.tell(starters.questions)
    app.extensions["library"] = Library(config.corpus)
    app.extensions["tokens"] = Tokens(config.data)
    # What comes first sees a request first and its answer last: logs and headers know even what is refused.
    logs.init_app(app)
    security.init_app(app)
    metrics.init_app(app)
    sign_in.init_app(app)
    counting.init_app(app)
    writing.init_app(app)
    audit.init_app(app)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(collection_api.blueprint)
    app.register_blueprint(collection_pages.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(openapi.blueprint)
    app.register_blueprint(letter_pages.blueprint)
    app.register_blueprint(pages.blueprint)
    app.after_request(api.state_version)
    cors.init_app(app, config.cors_origins)
    errors.init_app(app)
    static_files.init_app(app, config.theme)
    return app
