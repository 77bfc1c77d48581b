"""What every answer tells a browser: it is data, do not guess, run or frame it."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spanlog_query_api.ui.page import CONTENT_SECURITY_POLICY
from spanlog_query_api.ui.routes import is_page_path

_NOTHING: Final = "default-src 'none'; frame-ancestors 'none'"
# FastAPI writes the page's start-up script into the page itself.
_DOCS_PAGE: Final = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; "
    "script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
)


class ResponseHeadersMiddleware:
    """Adds the security headers."""

    def __init__(self, app: ASGIApp, docs_path: str) -> None:
        self._app = app
        self._docs_path = docs_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        policy = self._policy(scope["path"])

        async def adding_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Content-Security-Policy"] = policy
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        await self._app(scope, receive, adding_headers)

    def _policy(self, path: str) -> str:
        if is_page_path(path):
            return CONTENT_SECURITY_POLICY
        return _DOCS_PAGE if path == self._docs_path else _NOTHING
