"""What the OpenAPI of a service says beyond its shapes: who may ask, what is refused, and by which status.

FastAPI knows what goes in and what comes out. What may go wrong follows from what a route is: whether it wants
somebody, takes a body, names something, changes something. A door adds only what nobody can see in it:
`responses=refusals(409)`.
"""

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import RouteContext, iter_route_contexts

from shared.files import KINDS
from shared.web.answers import PROBLEM_TYPE
from shared.web.door import KEY_HEADER, KEY_LENGTH_MAX, PLAIN_COOKIE, SAFE, SECURE_COOKIE, transaction, whoever
from shared.web.shapes import ID_FORMAT, Problem

Told = dict[str, Any]
"""A part of an OpenAPI description."""

REFUSALS = {
    400: "What was sent cannot be read at all.",
    401: "Nobody is signed in, the sitting has ended, or what was given to sign in is wrong.",
    403: "Not for this role; or signing in is not complete; or a cookie came from a page of another house.",
    404: "Not there, or not to be seen by this person: the two are never told apart.",
    409: "It fits its shape, but not how things stand or the rules in force: `detail` says what to do.",
    413: "More than may be sent: 1 MB, with files 16 MB.",
    421: "The house is not called by this name (XIAOZU_HOSTS).",
    422: "It does not fit the shape that is described here: `fields` names each field that does not.",
    429: "Too many tries, or too many large bodies at once: wait.",
    500: "A mistake of our own; nothing was saved.",
    503: "A part that this needs does not answer just now.",
    507: "The disk is nearly full: only reading is possible.",
}
EVERYWHERE = {421, 500, 503}
OF_A_BODY = {400, 413, 422, 429}
SCHEMES: Told = {
    "token": {"type": "http", "scheme": "bearer", "description": "The token that POST /sittings answers."},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": SECURE_COOKIE,
        "description": "The same token as the pages keep it; it changes things from our own pages alone.",
    },
    "plain_cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": PLAIN_COOKIE,
        "description": "In its place where the line is not encrypted and the house has another name than its machine.",
    },
}
NUMBERED: Told = {
    "X-Request-Id": {"description": "The number under which the log has it.", "schema": {"type": "string"}}
}
REPLAYED: Told = {
    "Idempotent-Replay": {
        "description": "There, and `true`, where this key has been answered before: the same answer again.",
        "schema": {"const": "true"},
    }
}
LEFT_BY_FASTAPI = ("HTTPValidationError", "ValidationError")


def refusals(*statuses: int) -> dict[int | str, Told]:
    """What a door refuses that nobody can see in it."""
    return {status: {"description": REFUSALS[status]} for status in statuses}


def gives(*kinds: str) -> dict[int | str, Told]:
    """The answer of a door that gives a file of one of these kinds (shared.files)."""
    whole = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": "The file.", "content": {KINDS[kind]: whole for kind in kinds}}}


def describe(app: FastAPI) -> None:
    """Let an application tell the whole truth at /openapi.json."""

    def openapi() -> Told:
        app.openapi_schema = app.openapi_schema or description_of(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def description_of(app: FastAPI) -> Told:
    """The OpenAPI of an application, with all that is refused."""
    told = get_openapi(title=app.title, version=app.version, routes=app.routes, separate_input_output_schemas=False)
    parts = told["components"]
    for name in LEFT_BY_FASTAPI:
        parts["schemas"].pop(name, None)
    parts["schemas"]["Problem"] = Problem.model_json_schema()
    parts["securitySchemes"] = SCHEMES
    parts["responses"] = {str(status): _refusal(said) for status, said in REFUSALS.items()}
    for route in iter_route_contexts(app.routes):
        for method in route.methods or ():
            if operation := told["paths"].get(route.path_format, {}).get(method.lower()):
                _complete(operation, route, method, parts["schemas"])
    return told


def _refusal(said: str) -> Told:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": said, "headers": NUMBERED, "content": {PROBLEM_TYPE: {"schema": schema}}}


def _complete(operation: Told, route: RouteContext, method: str, shapes: Told) -> None:
    """What one operation wants, and what it may refuse."""
    asks = set(_asked(route.dependant))
    keyed = method == "POST" and transaction in asks
    operation["parameters"] = [
        _parameter(each) for each in operation.get("parameters", ()) if keyed or not _is_key(each)
    ]
    if asks & {whoever, transaction}:
        operation["security"] = [{name: []} for name in SCHEMES]
    answers = operation["responses"]
    answers.pop("422", None)  # FastAPI's own, in a shape that is not ours
    refused = statuses_of(operation, method, asks, shapes) | {int(each) for each in answers if int(each) in REFUSALS}
    for status in sorted(refused):
        answers[str(status)] = {"$ref": f"#/components/responses/{status}"}
    for status, answer in answers.items():
        if int(status) not in REFUSALS:
            answer["headers"] = NUMBERED | (REPLAYED if keyed else {})


def statuses_of(operation: Told, method: str, asks: set[Callable[..., Any]], shapes: Told) -> set[int]:
    """By which statuses an operation refuses, as far as it can be seen in it."""
    body = "requestBody" in operation
    somebody = bool(asks & {whoever, transaction})
    answered = EVERYWHERE | (OF_A_BODY if body else set())
    answered |= {401} if somebody else set()
    answered |= {403} if somebody and (transaction in asks or method not in SAFE) else set()
    answered |= {404} if names_something(operation, shapes) else set()
    answered |= {409} if method == "POST" else set()
    answered |= {422} if operation["parameters"] else set()
    return answered | ({507} if method not in SAFE else set())


def names_something(operation: Told, shapes: Told) -> bool:
    """Whether what is sent names something that may not be there: in its path, or by an id."""
    if any(each["in"] == "path" for each in operation["parameters"]):
        return True
    sent = [operation["parameters"], operation.get("requestBody", {})]
    return any(part.get("format") == ID_FORMAT for part in _parts(sent, shapes, set()))


def _parts(told: Any, shapes: Told, seen: set[str]) -> Iterator[Told]:  # noqa: ANN401  any part of a description
    """Every object within a part of a description, and within the shapes that it refers to."""
    if isinstance(told, list):
        for each in told:
            yield from _parts(each, shapes, seen)
    elif isinstance(told, dict):
        yield told
        name = str(told.get("$ref", "")).rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            yield from _parts(shapes[name], shapes, seen)
        for each in told.values():
            yield from _parts(each, shapes, seen)


def _asked(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """What a route calls before it is run, at whatever depth."""
    for inner in dependant.dependencies:
        if inner.call:
            yield inner.call
        yield from _asked(inner)


def _is_key(parameter: Told) -> bool:
    return bool(parameter["in"] == "header" and parameter["name"].lower() == KEY_HEADER.lower())


def _parameter(parameter: Told) -> Told:
    """A parameter as it is sent: it is left out, never null; the key of a POST is always there."""
    if _is_key(parameter):
        schema = {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX}
        return parameter | {"name": KEY_HEADER, "required": True, "schema": schema}
    schema = parameter["schema"]
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return parameter
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default") or value is not None}
    rest.pop("anyOf")
    return parameter | {"schema": rest | kinds[0]}
