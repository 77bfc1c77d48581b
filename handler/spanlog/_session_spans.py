"""Spans that start inside a ``session()`` say so: ``session.id`` and ``gen_ai.agent.id``."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

from spanlog._session import CURRENT_SESSION

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import Span


class SessionSpanProcessor(SpanProcessor):
    """Gives a span the agent and the session around its start; what the span brings itself stays."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002 - the SDK's interface
        """Set the attributes. About two microseconds inside a session, nothing outside."""
        ids = CURRENT_SESSION.get()
        if ids is None:
            return
        own = span.attributes or {}
        for name, text in ids.attributes().items():
            if name not in own:
                span.set_attribute(name, text)


_carrying: weakref.WeakSet[TracerProvider] = weakref.WeakSet()


def carry_sessions_into_spans(provider: object) -> None:
    """Have the spans of a provider carry sessions, if it is one of the SDK. Once, however often it is called."""
    if isinstance(provider, TracerProvider) and provider not in _carrying:
        _carrying.add(provider)
        provider.add_span_processor(SessionSpanProcessor())
