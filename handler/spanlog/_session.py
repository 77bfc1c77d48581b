"""``session()``: which agent and which run everything logged inside belongs to.

The seam for the hot path is ``CURRENT_SESSION``: a record pays one look-up of a context variable (about 10 ns)
and, inside a session, takes bytes that were encoded when the session was entered.

What goes before what: what a record brings itself (``extra``), then the innermost session, then what the handler
was told (``SpanlogHandler(agent_id=…, session_key=…)``).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from spanlog import _encode
from spanlog._values import safe_text

if TYPE_CHECKING:
    from contextvars import Token
    from types import TracebackType

Function = TypeVar("Function", bound=Callable[..., Any])

SESSION_ATTRIBUTE = "session.id"
AGENT_ATTRIBUTE = "gen_ai.agent.id"

# What the log API takes for each; a longer text is something else that got there by mistake.
_MAX_SESSION_CHARACTERS = 256
_MAX_AGENT_CHARACTERS = 64


class SessionIds:
    """Agent and session of the code that runs in a context, ready for a record.

    Attributes:
        session_key: which run or conversation; None where only the agent is known.
        agent_id: who logs; None where only the session is known.
        encoded_by_name: LogRecord attributes (tag included) by name, for a record that overrides one.
        encoded: all of them joined: what every other record takes.
    """

    __slots__ = ("agent_id", "encoded", "encoded_by_name", "session_key")

    def __init__(self, session_key: str | None, agent_id: str | None) -> None:
        self.session_key = session_key
        self.agent_id = agent_id
        self.encoded_by_name = {
            name: _encode.attribute(name, _encode.string_value(text)) for name, text in self.attributes().items()
        }
        self.encoded = b"".join(self.encoded_by_name.values())

    def attributes(self) -> dict[str, str]:
        """Give what is known by attribute name: what a span gets."""
        texts = {SESSION_ATTRIBUTE: self.session_key, AGENT_ATTRIBUTE: self.agent_id}
        return {name: text for name, text in texts.items() if text is not None}


# A context variable, so that asyncio tasks have the session of the code that started them. _session_threads
# does the same for threads.
CURRENT_SESSION: ContextVar[SessionIds | None] = ContextVar("spanlog_session", default=None)


def session(session_key: str | None = None, /, *, agent_id: str | None = None) -> Session:
    """Say which run this is, and who acts in it: everything logged inside carries both.

    ``with session("run-42", agent_id="planner"):``   around a block
    ``with session(agent_id="critic"):``              another agent in the same run
    ``@session(agent_id="planner")``                  around every call of a function, async ones too

    Inside are the block itself, the functions it calls, asyncio tasks, threads and calls of a
    ``ThreadPoolExecutor`` that are started in it, and processes that it forks; a thread that outlives the block keeps
    the session. Not inside are greenlets that gevent spawns and processes that are not forked: they enter their own.

    Sessions nest: what the inner one leaves out is the outer one's. After ``spanlog.configure``, spans of
    OpenTelemetry's SDK get ``session.id`` and ``gen_ai.agent.id`` too.

    What a record brings itself (``extra={"session_key": …}``) goes before the session, the session before what
    the handler was told. Nothing is raised because of a value: one that is no text is rendered, an empty one
    counts as left out, as in ``extra``, and one that is too long is cut.

    Args:
        session_key: which run or conversation, at most 256 characters.
        agent_id: who logs, at most 64 characters.
    """
    return Session(_text(session_key, _MAX_SESSION_CHARACTERS), _text(agent_id, _MAX_AGENT_CHARACTERS))


class Session:
    """A session to enter, any number of times, from several tasks or threads at once. Also a decorator.

    Attributes:
        session_key: as given; None where it was left out.
        agent_id: likewise.
    """

    def __init__(self, session_key: str | None, agent_id: str | None) -> None:
        self.session_key = session_key
        self.agent_id = agent_id
        # By what was set: entered from several tasks, each finds the token that is its own.
        self._tokens: dict[SessionIds, Token[SessionIds | None]] = {}

    def __enter__(self) -> Self:
        # Imported with the first session: it hooks into threading, which a program without sessions is spared.
        from spanlog._session_threads import carry_sessions_into_threads  # noqa: PLC0415

        carry_sessions_into_threads()
        outer = CURRENT_SESSION.get()
        session_key, agent_id = self.session_key, self.agent_id
        if outer is not None:
            session_key = outer.session_key if session_key is None else session_key
            agent_id = outer.agent_id if agent_id is None else agent_id
        ids = SessionIds(session_key, agent_id)
        self._tokens[ids] = CURRENT_SESSION.set(ids)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        ids = CURRENT_SESSION.get()
        # Left in another context than entered (a generator moved between tasks): nothing to restore here.
        token = self._tokens.pop(ids, None) if ids is not None else None
        if token is not None:
            CURRENT_SESSION.reset(token)

    def __call__(self, function: Function) -> Function:
        """Wrap a function, async or not, so that each call runs in this session."""
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def run_async(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return await function(*args, **kwargs)

            return cast("Function", run_async)

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, **kwargs)

        return cast("Function", run)


def _text(value: object, max_characters: int) -> str | None:
    text = "" if value is None else safe_text(value)
    return text[:max_characters] or None
