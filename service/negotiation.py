"""Whether a request to the API can be taken as it is: which form it wants, which parameters it names."""

from flask import current_app, request

from service.requests import BadRequest

JSON = "application/json"


class NotAcceptable(Exception):
    """Read by the client's developer: what was asked for, and what there is."""


def check_accepted() -> None:
    """NotAcceptable when the client takes no form that this request's view makes."""
    view = current_app.view_functions.get(request.endpoint or "")
    made = (JSON, *getattr(view, "media_types", ()))
    if request.accept_mimetypes and request.accept_mimetypes.best_match(made) is None:
        raise NotAcceptable(f"this address answers as {', '.join(made)}, not as {request.headers['Accept']}")


def check_query() -> None:
    """BadRequest when a parameter is unknown to the view or given twice: none may be left out unseen."""
    view = current_app.view_functions.get(request.endpoint or "")
    known = getattr(view, "query_names", ())
    told = f"those here are {', '.join(known)}" if known else "this address takes none"
    faults = [
        {"pointer": f"/{name}", "detail": f"there is no such parameter; {told}"}
        if name not in known
        else {"pointer": f"/{name}", "detail": f"it is given {len(values)} times; give it once"}
        for name, values in request.args.lists()
        if name not in known or len(values) > 1
    ]
    if faults:
        raise BadRequest(faults)


def chosen_form(*media_types: str) -> str:
    """The form that the client likes best, JSON when it does not say."""
    return request.accept_mimetypes.best_match((JSON, *media_types), default=JSON) or JSON
