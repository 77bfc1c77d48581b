"""One shape for every error: ``application/problem+json`` (RFC 9457)."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spanlog_collector.storage import QueryTooLargeError, StoreUnavailableError
from spanlog_query_api.allowed_methods import allowed_methods
from spanlog_query_api.ingest import IngestUnavailableError
from spanlog_query_api.models.problem import PROBLEM_MEDIA_TYPE, FieldError, Problem

_logger: Final = logging.getLogger(__name__)

_MAX_FIELD_ERRORS: Final = 100
"""A batch of 10,000 wrong entries is explained by its first mistakes as well as by all of them."""

_MAX_TEXT_CHARACTERS: Final = 500
_STORE_RETRY_AFTER_SECONDS: Final = 1
_HOW_TO_NARROW: Final = (
    "ask for less: a shorter period (since, until), one agent (agent_id), or a lower limit or offset"
)


class InvalidParameterError(Exception):
    """A parameter that is right in itself does not fit the others; answered with 422."""

    def __init__(self, field: str, message: str, *, position: int | None = None, hint: str | None = None) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message
        self.position = position
        self.hint = hint


class NotFoundError(Exception):
    """What was asked for is not there; answered with 404. The text names it."""


class ConflictError(Exception):
    """What was asked for contradicts how things stand; answered with 409. The text says how."""


class ForbiddenAgentError(Exception):
    """The caller's key is not for these agents; answered with 403."""

    def __init__(self, key: str, agent_id: str, count: int) -> None:
        records = "this record's agent" if count == 1 else f"the agents of {count} of these records"
        super().__init__(f"the key {key} is not for {records}, such as {agent_id!r}; nothing is stored")


class RestrictedKeyError(Exception):
    """The caller's key is for certain agents, and this is about others' too; answered with 403."""


class TooManyListenersError(Exception):
    """No more tails can be opened now; answered with 503."""


def problem_response(
    status: int,
    detail: str,
    *,
    errors: Sequence[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer for one problem."""
    return Response(
        problem_body(status, detail, errors),
        status_code=status,
        headers=dict(headers or {}),
        media_type=PROBLEM_MEDIA_TYPE,
    )


def problem_body(status: int, detail: str, errors: Sequence[FieldError] | None = None) -> str:
    """Return the JSON of one problem."""
    problem = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=_printable(detail),
        errors=list(errors) if errors else None,
    )
    return problem.model_dump_json(exclude_none=True)


def install_error_handlers(app: FastAPI) -> None:
    """Answer every error that a route may meet in the one shape."""
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(InvalidParameterError, _on_invalid_parameter)
    app.add_exception_handler(NotFoundError, _on_not_found)
    app.add_exception_handler(ConflictError, _on_conflict)
    app.add_exception_handler(ForbiddenAgentError, _on_forbidden)
    app.add_exception_handler(RestrictedKeyError, _on_forbidden)
    app.add_exception_handler(QueryTooLargeError, _on_query_too_large)
    app.add_exception_handler(StoreUnavailableError, _on_store_unavailable)
    app.add_exception_handler(IngestUnavailableError, _on_ingest_unavailable)
    app.add_exception_handler(TooManyListenersError, _on_too_many_listeners)


class UnexpectedErrorMiddleware:
    """Answers 500 in the one shape for what nobody foresaw; the log gets the traceback, the client does not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        has_started = False

        async def noting_start(message: Message) -> None:
            nonlocal has_started
            has_started = has_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting_start)
        except Exception:
            if scope["type"] != "http" or has_started:
                raise
            _logger.exception("%s %r failed", scope["method"], scope["path"])
            response = problem_response(500, "something in the query API failed; its log says what")
            await response(scope, receive, send)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what the handler is registered for
    headers = error.headers
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (allow := allowed_methods(request.app, request.url.path)):
        headers = {**(headers or {}), "Allow": allow}
    return problem_response(error.status_code, str(error.detail), headers=headers)


async def _on_invalid_request(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what the handler is registered for
    # A parameter that two parts of a route read is wrong once.
    found = list({(item["loc"], item["type"]): item for item in error.errors()}.values())
    errors = [_field_error(item) for item in found[:_MAX_FIELD_ERRORS]]
    first = errors[0]
    detail = f"{first.field}: {first.message}"
    if len(found) > 1:
        detail += f" (and {len(found) - 1} more)"
    return problem_response(422, detail, errors=errors)


async def _on_invalid_parameter(_request: Request, error: Exception) -> Response:
    assert isinstance(error, InvalidParameterError)  # noqa: S101 - what the handler is registered for
    found = FieldError(field=error.field, message=error.message, position=error.position, hint=error.hint)
    return problem_response(422, str(error), errors=[found])


async def _on_not_found(_request: Request, error: Exception) -> Response:
    return problem_response(404, str(error))


async def _on_conflict(_request: Request, error: Exception) -> Response:
    return problem_response(409, str(error))


async def _on_forbidden(_request: Request, error: Exception) -> Response:
    return problem_response(403, str(error))


async def _on_query_too_large(_request: Request, error: Exception) -> Response:
    return problem_response(400, f"the question was stopped at a bound ({error}); {_HOW_TO_NARROW}")


async def _on_store_unavailable(_request: Request, error: Exception) -> Response:
    # The store's own words name its address and files: for the log, not for every client.
    _logger.warning("the store is unavailable: %s", error)
    return problem_response(
        503,
        "the store cannot answer now; try again later",
        headers={"Retry-After": str(_STORE_RETRY_AFTER_SECONDS)},
    )


async def _on_ingest_unavailable(_request: Request, error: Exception) -> Response:
    assert isinstance(error, IngestUnavailableError)  # noqa: S101 - what the handler is registered for
    return problem_response(503, str(error), headers={"Retry-After": str(error.retry_after_seconds)})


async def _on_too_many_listeners(_request: Request, error: Exception) -> Response:
    return problem_response(503, str(error), headers={"Retry-After": str(_STORE_RETRY_AFTER_SECONDS)})


def _field_error(item: Mapping[str, Any]) -> FieldError:
    where, *path = item["loc"]
    if item["type"] == "json_invalid":
        # The position stands in the message; as a path it would look like an index.
        return FieldError(field=where, message=_printable(f"not JSON: {item['ctx']['error']}"))
    message = str(item["msg"]).removeprefix("Value error, ")
    return FieldError(field=_printable(_field_name(path) or str(where)), message=_printable(message))


def _field_name(path: Sequence[str | int]) -> str:
    """Write ``(3, "metadata", "a")`` as ``[3].metadata.a``."""
    name = ""
    for step in path:
        name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else step
    return name


def _printable(text: str) -> str:
    """Cut what a client made long, and replace what UTF-8 cannot write."""
    return text[:_MAX_TEXT_CHARACTERS].encode("utf-8", "replace").decode()
