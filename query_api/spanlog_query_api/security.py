"""Who may ask: a key with the right scope, looked at before anything of the request is read."""

from typing import Any, Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spanlog_keys import (
    Access,
    Gate,
    RefusedError,
    TooManyRequestsError,
    UnauthenticatedError,
)
from spanlog_query_api.errors import problem_response
from spanlog_query_api.scopes import is_open, wanted_scope

_ACCESS: Final = "spanlog.access"
_NOBODY: Final = Access("", frozenset(), frozenset())
"""Of whoever asks an open route: may see no row of anybody's."""


class _KeyEndedError(OSError):
    """The key under which an answer is being sent holds no longer; to the application the connection is broken."""


class BearerMiddleware:
    """Lets a request pass whose ``Authorization: Bearer <key>`` is of a key for it; without keys, every one.

    Stands before the router: what a key is for is decided for paths, whether there is a route or not. An answer that
    goes on for long, as a live tail, ends with its key.
    """

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if is_open(scope["method"], scope["path"]):
            scope[_ACCESS] = _NOBODY if self._gate.ring.is_asking else self._gate.ring.find(None)
            await self._app(scope, receive, send)
            return
        try:
            access = self._admit(scope)
        except RefusedError as error:
            await _refuse(error)(scope, receive, send)
            return
        scope[_ACCESS] = access
        await self._answer(access, scope, receive, send)

    def _admit(self, scope: Scope) -> Access:
        client = scope.get("client")
        return self._gate.admit(
            Headers(scope=scope).get("authorization"),
            wanted_scope(scope["method"], scope["path"]),
            client[0] if client else "",
        )

    async def _answer(self, access: Access, scope: Scope, receive: Receive, send: Send) -> None:
        is_over = False

        async def sending_while_the_key_holds(message: Message) -> None:
            nonlocal is_over
            if is_over or not self._gate.ring.still_holds(access):
                is_over = True
                raise _KeyEndedError
            await send(message)

        try:
            await self._app(scope, receive, sending_while_the_key_holds)
        except Exception:
            if not is_over:
                raise
            # What has been sent is cut off: the server closes a connection whose answer was not finished.


def access_of(request: Request) -> Access:
    """Return what the caller of ``request`` may do."""
    return access_in(request.scope)


def access_in(scope: Scope) -> Access:
    """Return what the caller of the request in ``scope`` may do."""
    access: Any = scope[_ACCESS]
    assert isinstance(access, Access)  # noqa: S101 - set before any route is chosen
    return access


def _refuse(error: RefusedError) -> ASGIApp:
    match error:
        case UnauthenticatedError():
            return problem_response(401, str(error), headers={"WWW-Authenticate": "Bearer"})
        case TooManyRequestsError():
            return problem_response(429, str(error), headers={"Retry-After": str(error.retry_after_seconds)})
        case _:
            return problem_response(403, str(error))
