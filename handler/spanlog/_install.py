"""``configure()``: one line that makes a whole program log to spanlog."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Unpack

from spanlog.handler import SpanlogHandler

if TYPE_CHECKING:
    from spanlog.config import HandlerOptions

# The handler that configure() itself put on the root logger; one that the program added is the program's.
_installed: SpanlogHandler | None = None


def configure(  # noqa: PLR0913 - one argument for each thing a program may say
    agent_id: str | None = None,
    *,
    session_key: str | None = None,
    category: str | None = None,
    source: str | None = None,
    endpoint: str | None = None,
    api_key: str | None = None,
    level: int | str = logging.NOTSET,
    tracing: bool = True,
    **options: Unpack[HandlerOptions],
) -> SpanlogHandler:
    """Put a handler on the root logger, set up tracing, and have everything sent when the program ends.

    Called again with the same settings it changes nothing; with others, the handler is replaced.

    The root logger's level becomes INFO where it is still WARNING, logging's own default; a program that
    wants WARNING sets it afterwards. A tracer provider that sends spans by OTLP/HTTP is set where there is
    none, unless ``OTEL_TRACES_EXPORTER`` is ``none``.

    Args:
        agent_id: as for ``SpanlogHandler``, and so are all others but the following.
        session_key: which run or conversation.
        category: a free tag for every record that brings none of its own.
        source: where the records come in.
        endpoint: the collector's URL.
        api_key: sent as ``Authorization: Bearer``.
        level: the lowest level the handler takes.
        tracing: whether to see to a tracer provider.
        **options: ``HandlerOptions``.

    Returns:
        The handler, for its ``stats()`` and ``flush()``.

    Raises:
        ConfigurationError: a setting cannot be used. A collector that is not running is no error.
    """
    global _installed  # noqa: PLW0603 - there is one root logger
    root = logging.getLogger()
    handler = SpanlogHandler(
        agent_id,
        session_key=session_key,
        category=category,
        source=source,
        endpoint=endpoint,
        api_key=api_key,
        level=level,
        **options,
    )
    same = _same_handler(root, handler)
    if same is not None:
        same.setLevel(level)
        handler = same
    else:
        if _installed is not None:
            root.removeHandler(_installed)
            _installed.close()
        root.addHandler(handler)
        _installed = handler
    if root.level == logging.WARNING:
        root.setLevel(logging.INFO)
    if tracing:
        # Imported only here: the SDK costs more than all of spanlog.
        from spanlog._tracing import set_up_tracing  # noqa: PLC0415

        set_up_tracing(handler.config)
    return handler


def _same_handler(root: logging.Logger, wanted: SpanlogHandler) -> SpanlogHandler | None:
    for handler in root.handlers:
        if isinstance(handler, SpanlogHandler) and handler.config == wanted.config:
            return handler
    return None
