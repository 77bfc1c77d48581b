"""Errors as Jaeger gives them: each version of its API has a shape of its own, and clients read them."""

import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse

from spanlog_collector.storage import QueryTooLargeError, StoreUnavailableError

_RETRY_AFTER_SECONDS: Final = 1
_HOW_TO_NARROW: Final = "ask for a shorter period, a lower limit, or less of a trace"


class JaegerError(Exception):
    """A question that cannot be answered; the text says why, ``status`` is that of the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _JaegerRoute(APIRoute):
    """Answers what goes wrong in a route in the shape of one version of Jaeger's API."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler that FastAPI calls."""
        handle = super().get_route_handler()

        async def handle_and_explain(request: Request) -> Response:
            try:
                return await handle(request)
            except JaegerError as error:
                return self._answer(error.status, str(error))
            except QueryTooLargeError as error:
                return self._answer(400, f"the question was stopped at a bound ({error}); {_HOW_TO_NARROW}")
            except StoreUnavailableError:
                # The store's own words name its address and files.
                headers = {"Retry-After": str(_RETRY_AFTER_SECONDS)}
                return self._answer(503, "the store cannot answer now; try again later", headers)

        return handle_and_explain

    def _answer(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
        return JSONResponse(self._body(status, message), status, headers=dict(headers or {}))

    def _body(self, status: int, message: str) -> dict[str, Any]:
        raise NotImplementedError


class V1Route(_JaegerRoute):
    """A route of the v1 API, whose errors are the envelope without data."""

    def _body(self, status: int, message: str) -> dict[str, Any]:
        return {"data": None, "total": 0, "limit": 0, "offset": 0, "errors": [{"code": status, "msg": message}]}


class V3Route(_JaegerRoute):
    """A route of the v3 API."""

    def _body(self, status: int, message: str) -> dict[str, Any]:
        return {"error": {"httpCode": status, "message": message}}


def quoted(text: str) -> str:
    """Return ``text`` in quotes, as Go's messages have it."""
    return json.dumps(text, ensure_ascii=False)
