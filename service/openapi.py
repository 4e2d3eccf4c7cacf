"""The API's description (OpenAPI 3.1), made from the routes and their models, and pages that show it.

It is collected from decorators that stand on the views, so that a route cannot be described elsewhere, and put
together by spectree when it is first asked for, which a start need not wait for. What spectree checks itself it would
answer in a form of its own, so requests are checked by the same models in `service.requests`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from service.schemas import Problem

if TYPE_CHECKING:
    from spectree import SpecTree

API_VERSION = "1.0.0"
PROBLEM_TYPE = "application/problem+json"

View = TypeVar("View", bound=Callable[..., Any])

blueprint = Blueprint("openapi", __name__)

_PARAMETERS = {
    "document_id": "documentId",
    "build_id": "buildId",
}
# Its view gets it as text, so that what is no number is answered like a number that is not there.
_NUMBER = {"type": "integer", "minimum": 1}
_described: dict[Callable[..., Any], "_Described"] = {}
_description: dict[str, Any] = {}
_describing = Lock()
_HEADERS = {"API-Version": {"description": "Version of the API.", "schema": {"type": "string"}, "required": True}}


def described(
    tag: str,
    *,
    statuses: dict[int, type[BaseModel] | None],
    problems: tuple[int, ...] = (),
    body: type[BaseModel] | None = None,
    form: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    also: tuple[str, ...] = (),
) -> Callable[[View], View]:
    """Describe a view: what it answers by status, the statuses of its errors, what it takes.

    `also` are the media types of a successful answer besides JSON.
    """

    def describe_view(view: View) -> View:
        _described[view] = _Described(tag, statuses, problems, body, form, query, also)
        view.media_types = also  # type: ignore[attr-defined]
        view.query_names = _names(query)  # type: ignore[attr-defined]
        return view

    return describe_view


def description(app: Flask) -> dict[str, Any]:
    """The description of the API; all applications have the same."""
    with _describing:
        if not _description:
            _description.update(_made(app))
    return _description


@blueprint.get("/v1/openapi.json")
def openapi() -> Response:
    """Show this description."""
    response = jsonify(description(current_app))
    # Descriptions are read by tools on other sites; there is nothing secret in them.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@blueprint.get("/api")
def documentation() -> str:
    """Show the description for people."""
    return render_template("api.html", api=description(current_app))


@dataclass(frozen=True, slots=True)
class _Described:
    """What `described` says of a view."""

    tag: str
    statuses: dict[int, type[BaseModel] | None]
    problems: tuple[int, ...]
    body: type[BaseModel] | None
    form: type[BaseModel] | None
    query: type[BaseModel] | None
    also: tuple[str, ...]

    def tell(self, spec: "SpecTree", view: Callable[..., Any]) -> Callable[..., Any]:
        """The view, as spectree knows it."""
        from spectree import Response as Answers

        models: dict[str, Any] = {f"HTTP_{status}": model for status, model in self.statuses.items()}
        models |= {f"HTTP_{status}": Problem for status in (*self.problems, 400, 401, 406, 429, 500)}
        told: Callable[..., Any] = spec.validate(
            json=self.body,
            form=self.form,
            query=self.query,
            resp=Answers(**models),
            tags=[self.tag],
            operation_id=to_camel(view.__name__),
            skip_validation=True,
        )(view)
        return told


def _made(app: Flask) -> dict[str, Any]:
    spec = _spec()
    # Requests take the views as they are: what spectree makes of them is for it alone.
    sketch = Flask(app.import_name)
    sketch.url_map = app.url_map
    sketch.view_functions = {
        endpoint: _described[view].tell(spec, view) if view in _described else view
        for endpoint, view in app.view_functions.items()
    }
    with sketch.app_context():
        made: dict[str, Any] = spec.spec
    also = {to_camel(view.__name__): described.also for view, described in _described.items()}
    paths = {}
    for path, operations in made["paths"].items():
        for operation in operations.values():
            _complete(operation, also[operation["operationId"]])
        paths[_public(path).removeprefix("/v1")] = operations
    return made | {"paths": dict(sorted(paths.items()))}


def _spec() -> "SpecTree":
    from spectree import SpecTree
    from spectree.config import Contact, License
    from spectree.models import SecureType, SecurityScheme, SecuritySchemeData, Server

    return SpecTree(
        "flask",
        mode="strict",
        annotations=False,
        naming_strategy=lambda model: model.__name__.lstrip("_"),
        nested_naming_strategy=lambda parent, child: child,
        validation_error_status=400,
        validation_error_model=Problem,
        title="Vindplaats",
        description="Questions about Dutch government letters, answered with the paragraphs that answer them, word "
        "for word, each with its vindplaats. Changes of the API stand in the CHANGELOG; a new major version gets a "
        "new path.",
        version=API_VERSION,
        contact=Contact(
            name="Vindplaats maintainers",
            url="https://github.com/vindplaats/vindplaats",
            email="maintainers@vindplaats.example",
        ),
        license=License(name="EUPL-1.2", url="https://interoperable-europe.ec.europa.eu/collection/eupl"),
        security_schemes=[SecurityScheme(name="token", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer"))],
        servers=[Server(url="/v1", description="This service")],
    )


def _names(query: type[BaseModel] | None) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in query.model_fields.items()) if query else ()


def _complete(operation: dict[str, Any], also: tuple[str, ...]) -> None:
    """State what holds for every operation: the version header, the form of errors, names as clients write them."""
    # Where no token is needed (reading, a machine of one's own) none has to be sent.
    operation["security"] = [{"token": []}, {}]
    operation["responses"] = dict(sorted(operation["responses"].items()))
    for status, response in operation["responses"].items():
        response["headers"] = _HEADERS
        if int(status) >= 400 and "content" in response:
            response["content"] = {PROBLEM_TYPE: response["content"].pop("application/json")}
        elif "content" in response:
            response["content"] |= {kind: {"schema": {"type": "string"}} for kind in also}
    for parameter in operation["parameters"]:
        parameter["name"] = _PARAMETERS.get(parameter["name"], parameter["name"])
        if parameter["name"] == "number":
            parameter["schema"] = _NUMBER


def _public(path: str) -> str:
    for name, public in _PARAMETERS.items():
        path = path.replace(f"{{{name}}}", f"{{{public}}}")
    return path
