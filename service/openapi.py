"""The API's description (OpenAPI 3.1), made from the routes and their models, and pages that show it.

spectree collects it from decorators that stand on the views, so that a route cannot be described elsewhere; what it
checks itself it would answer in a form of its own, so requests are checked by the same models in `service.requests`.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template
from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from spectree import Response as Described
from spectree import SpecTree
from spectree.config import Contact, License
from spectree.models import SecureType, SecurityScheme, SecuritySchemeData, Server

from service.schemas import Problem

API_VERSION = "1.0.0"
PROBLEM_TYPE = "application/problem+json"

View = TypeVar("View", bound=Callable[..., Any])

blueprint = Blueprint("openapi", __name__)

_spec = SpecTree(
    "flask",
    mode="strict",
    annotations=False,
    naming_strategy=lambda model: model.__name__.lstrip("_"),
    nested_naming_strategy=lambda parent, child: child,
    validation_error_status=400,
    validation_error_model=Problem,
    title="Vindplaats",
    description="Questions about Dutch government letters, answered with the paragraphs that answer them, word for "
    "word, each with its vindplaats. Changes of the API stand in the CHANGELOG; a new major version gets a new path.",
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
_PARAMETERS = {
    "document_id": "documentId",
    "build_id": "buildId",
}
# Its view gets it as text, so that what is no number is answered like a number that is not there.
_NUMBER = {"type": "integer", "minimum": 1}
_also: dict[str, tuple[str, ...]] = {}
_description: dict[str, Any] = {}
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
    models: dict[str, Any] = {f"HTTP_{status}": model for status, model in statuses.items()}
    models |= {f"HTTP_{status}": Problem for status in (*problems, 400, 401, 406, 429, 500)}

    def describe_view(view: View) -> View:
        operation_id = to_camel(view.__name__)
        _also[operation_id] = also
        view.media_types = also  # type: ignore[attr-defined]
        view.query_names = _names(query)  # type: ignore[attr-defined]
        decorate = _spec.validate(
            json=body,
            form=form,
            query=query,
            resp=Described(**models),
            tags=[tag],
            operation_id=operation_id,
            skip_validation=True,
        )
        return cast(View, decorate(view))

    return describe_view


def describe(app: Flask) -> dict[str, Any]:
    """The description of the API; all applications have the same."""
    if not _description:
        with app.app_context():
            _description.update(_spec.spec)
        paths = {}
        for path, operations in _description["paths"].items():
            for operation in operations.values():
                _complete(operation)
            paths[_public(path).removeprefix("/v1")] = operations
        _description["paths"] = dict(sorted(paths.items()))
    return _description


@blueprint.get("/v1/openapi.json")
def openapi() -> Response:
    """Show this description."""
    response = jsonify(current_app.extensions["openapi"])
    # Descriptions are read by tools on other sites; there is nothing secret in them.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@blueprint.get("/api")
def documentation() -> str:
    """Show the description for people."""
    return render_template("api.html", api=current_app.extensions["openapi"])


def _names(query: type[BaseModel] | None) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in query.model_fields.items()) if query else ()


def _complete(operation: dict[str, Any]) -> None:
    """State what holds for every operation: the version header, the form of errors, names as clients write them."""
    # Where no token is needed (reading, a machine of one's own) none has to be sent.
    operation["security"] = [{"token": []}, {}]
    operation["responses"] = dict(sorted(operation["responses"].items()))
    for status, response in operation["responses"].items():
        response["headers"] = _HEADERS
        if int(status) >= 400 and "content" in response:
            response["content"] = {PROBLEM_TYPE: response["content"].pop("application/json")}
        elif "content" in response:
            response["content"] |= {kind: {"schema": {"type": "string"}} for kind in _also[operation["operationId"]]}
    for parameter in operation["parameters"]:
        parameter["name"] = _PARAMETERS.get(parameter["name"], parameter["name"])
        if parameter["name"] == "number":
            parameter["schema"] = _NUMBER


def _public(path: str) -> str:
    for name, public in _PARAMETERS.items():
        path = path.replace(f"{{{name}}}", f"{{{public}}}")
    return path
