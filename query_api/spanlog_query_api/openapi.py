"""What the OpenAPI document says beyond what FastAPI writes by itself."""

import re
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

from spanlog_query_api.models.problem import PROBLEM_MEDIA_TYPE, Problem
from spanlog_query_api.scopes import is_open, wanted_scope

DESCRIPTION: Final = """\
What agents, bots and services logged: post records, search them, see what broke, and follow a trace.

**Times** are RFC 3339; without a zone they are UTC. **Periods** are half-open: `since` is inside, `until` is not.
**Errors** are `application/problem+json`, always of one shape, also where no route was reached: 400 for what is no
request, 408 for what does not arrive in time, 431 for a head above 64 KiB, 503 for too many connections. Where keys are
used, all that is not the same for everybody asks for `Authorization: Bearer <key>`; what the key must be for stands
beside each route. A key for certain agents sees their records alone, in every figure. Jaeger's query API is answered
too, under `/jaeger/api`; Jaeger documents it.
"""

TAGS: Final = [
    {"name": "logs", "description": "Log records: post, search, resolve."},
    {"name": "insight", "description": "What broke, whether it is new, and whose it is."},
    {"name": "traces", "description": "Spans and log records as one tree."},
    {"name": "sessions", "description": "Runs of agents and conversations, each on one time line."},
    {"name": "operation", "description": "Is it alive, is it ready, how is it doing."},
]

_BEARER: Final = "bearer"
_OF_EVERY_KEY: Final = (401, 403, 429)
_OWN_PATHS: Final = re.compile(r"/(?!jaeger/)")


def operation_id(route: APIRoute) -> str:
    """Return the name that generated clients give to ``route``: its function's, before it the path where that is alien.

    The API of another project has names of its own, which may be the same as ours.
    """
    if _OWN_PATHS.match(route.path_format):
        return route.name
    return f"{re.sub(r'[^a-z0-9]+', '_', route.path_format.lower()).strip('_')}_{route.name}"


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what FastAPI's ``responses`` takes, for the statuses in which a route may fail."""
    return {status: {"model": Problem, "description": _DESCRIPTIONS[status]} for status in statuses}


_DESCRIPTIONS: Final = {
    400: "The question was stopped at a bound; the detail says how to narrow it.",
    401: "The key is missing or not known.",
    403: "The key is not for this.",
    404: "There is no such thing.",
    409: "It contradicts how things stand; the detail says how.",
    413: "The body is larger than 16 MiB.",
    422: "A field or parameter is not what the contract says; each is named.",
    429: "More requests a second than the stack or the key allows; try again after `Retry-After` seconds.",
    503: "Not now; try again after `Retry-After` seconds.",
}


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": _DESCRIPTIONS[status], "content": {PROBLEM_MEDIA_TYPE: {"schema": schema}}}


def install_openapi(app: FastAPI) -> None:
    """Let ``app`` describe its errors and its key as they are."""
    write_document = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _finish(write_document())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents


def _finish(document: dict[str, Any]) -> dict[str, Any]:
    document["components"].setdefault("securitySchemes", {})[_BEARER] = {"type": "http", "scheme": "bearer"}
    for path, operations in document["paths"].items():
        for method_name, operation in operations.items():
            method = method_name.upper()
            operation["security"] = [] if is_open(method, path) else [{_BEARER: []}]
            if operation["security"]:
                operation["description"] = f"{operation['description']}\n\nScope: `{wanted_scope(method, path)}`."
                for status in _OF_EVERY_KEY:
                    operation["responses"].setdefault(str(status), _problem(status))
            for status, response in operation["responses"].items():
                # FastAPI writes an error's model under the media type of the route's success.
                schemas = [content["schema"] for content in response.get("content", {}).values()]
                if status >= "400" and schemas and schemas[0].get("$ref", "").endswith("/Problem"):
                    response["content"] = {PROBLEM_MEDIA_TYPE: {"schema": schemas[0]}}
    return document
