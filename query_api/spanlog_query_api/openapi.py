"""What the OpenAPI document says beyond what FastAPI writes by itself."""

from typing import Any, Final

from fastapi import FastAPI

from spanlog_query_api.models.problem import PROBLEM_MEDIA_TYPE, Problem

DESCRIPTION: Final = """\
What agents, bots and services logged: post records, search them, see what broke, and follow a trace.

**Times** are RFC 3339; without a zone they are UTC. **Periods** are half-open: `since` is inside, `until` is not.
**Errors** are `application/problem+json`, always of one shape. With a key configured, every route but
`GET /health` asks for `Authorization: Bearer <key>`.
"""

TAGS: Final = [
    {"name": "logs", "description": "Log records: post, search, resolve."},
    {"name": "insight", "description": "What broke, whether it is new, and whose it is."},
    {"name": "traces", "description": "Spans and log records as one tree."},
    {"name": "sessions", "description": "Runs of agents and conversations, each on one time line."},
    {"name": "operation", "description": "Is it alive, is it ready, how is it doing."},
]

_BEARER: Final = "bearer"
_OPEN_PATHS: Final = ("/health",)


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what FastAPI's ``responses`` takes, for the statuses in which a route may fail."""
    return {status: {"model": Problem, "description": _DESCRIPTIONS[status]} for status in statuses}


_DESCRIPTIONS: Final = {
    400: "The question was stopped at a bound; the detail says how to narrow it.",
    401: "The key is missing or wrong.",
    404: "There is no such thing.",
    409: "It contradicts how things stand; the detail says how.",
    413: "The body is larger than 16 MiB.",
    422: "A field or parameter is not what the contract says; each is named.",
    503: "Not now; try again after `Retry-After` seconds.",
}


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
        for operation in operations.values():
            operation["security"] = [] if path in _OPEN_PATHS else [{_BEARER: []}]
            for status, response in operation["responses"].items():
                # FastAPI writes an error's model under the media type of the route's success.
                schemas = [content["schema"] for content in response.get("content", {}).values()]
                if status >= "400" and schemas and schemas[0].get("$ref", "").endswith("/Problem"):
                    response["content"] = {PROBLEM_MEDIA_TYPE: {"schema": schemas[0]}}
    return document
