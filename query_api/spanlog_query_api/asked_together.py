"""Equal questions that wait at the same moment are answered together: ten people with the same page open cost one.

Nobody gets an answer that was begun before he asked: who comes while an equal question is being answered waits for the
next time it is, together with all who come meanwhile. So an answer holds everything that was there when it was asked
for, as if each were asked alone.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spanlog_query_api.security import access_in

PATHS: Final = frozenset(
    (
        "/errors",
        "/logs",
        "/logs/agents",
        "/logs/facets",
        "/logs/histogram",
        "/logs/summary",
        "/patterns",
        "/sessions",
        "/traces",
    )
)
"""Of what a page shows of many records: answers in one piece, which depend on nothing but the question and the key."""

_Question = tuple[str, bytes, Any]


class _Answer(NamedTuple):
    messages: Sequence[Message]
    route: Any
    """What the router chose, by which the metrics are named."""


class AskedTogetherMiddleware:
    """Asks the application once for all equal GET requests that wait. Belongs to one event loop."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._begun: dict[_Question, asyncio.Task[_Answer]] = {}
        self._waiting: dict[_Question, asyncio.Task[_Answer]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in PATHS:
            await self._app(scope, receive, send)
            return
        question = (scope["path"], scope["query_string"], access_in(scope))
        asking = self._waiting.get(question)
        if asking is None:
            asking = self._waiting[question] = asyncio.create_task(self._ask(question, scope))
            asking.add_done_callback(_take_exception)
        # Whoever goes away leaves the others their answer.
        answer = await asyncio.shield(asking)
        scope["route"] = answer.route
        for message in answer.messages:
            # Each has headers of its own: what stands before this writes into them.
            await send({**message, "headers": list(message["headers"])} if "headers" in message else message)

    async def _ask(self, question: _Question, scope: Scope) -> _Answer:
        while before := self._begun.get(question):
            await asyncio.wait((before,))
        self._begun[question] = self._waiting.pop(question)
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        own_scope = dict(scope)
        try:
            await self._app(own_scope, _nothing_more, keep)
        finally:
            del self._begun[question]
        return _Answer(messages, own_scope.get("route"))


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _take_exception(asking: "asyncio.Task[_Answer]") -> None:
    # Those who wait raise it; where all have gone, nobody asks for it.
    if not asking.cancelled():
        asking.exception()
