"""Who may ask: a bearer key, compared in constant time, before anything of the request is read."""

import hmac
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from spanlog_query_api.errors import problem_response
from spanlog_query_api.ui.routes import is_page_path

OPEN_ROUTE: Final = ("GET", "/health")


class BearerMiddleware:
    """Lets a request pass that carries ``Authorization: Bearer <key>``; without a configured key, every one.

    Stands before the router, so that a caller without the key does not learn which routes there are.
    """

    def __init__(self, app: ASGIApp, api_key: str | None) -> None:
        self._app = app
        self._key = api_key.encode() if api_key is not None else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http" or _is_open(scope) or self._is_allowed(scope):
            await self._app(scope, receive, send)
            return
        response = problem_response(
            401,
            "this route needs the header Authorization: Bearer <key>, with the key that the stack was started with",
            headers={"WWW-Authenticate": "Bearer"},
        )
        await response(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        if self._key is None:
            return True
        scheme, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
        # Headers are decoded as Latin-1, so any of them can be encoded back.
        return scheme.lower() == "bearer" and hmac.compare_digest(key.strip().encode("latin-1"), self._key)


def _is_open(scope: Scope) -> bool:
    # The page asks for the key itself; nothing of what is stored is in it.
    is_page = scope["method"] in {"GET", "HEAD"} and is_page_path(scope["path"])
    return is_page or (scope["method"], scope["path"]) == OPEN_ROUTE
