"""What spanlog raises.

SpanlogError
├── ConfigurationError (also a ValueError)
└── ApiError                 the log API did not do what a Client asked for
    └── ApiUnavailableError  … and may do it later: no answer, or 429, 502, 503, 504

Nothing is raised because a collector is slow, full or not running: that is counted in
``SpanlogHandler.stats()`` and told on standard error.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict


class SpanlogError(Exception):
    """Base of everything spanlog raises on purpose."""


class ConfigurationError(SpanlogError, ValueError):
    """A setting that cannot be used. The message is one line and says what to do."""


class FieldMistake(TypedDict):
    """One mistake in what was sent, as the log API names it."""

    field: str
    """Which field; ``[3].level`` is in the fourth entry of a batch."""
    message: str
    """What is wrong with it."""
    position: NotRequired[int]
    """In a query: at which character, counted from 0."""
    hint: NotRequired[str]
    """In a query: what to write instead."""


class ApiError(SpanlogError):
    """The log API did not do what was asked. The message is one line, with the API's own words if it said any.

    Attributes:
        status: the HTTP status; None where there was no answer.
        detail: what the API says is wrong (``detail`` of RFC 9457), or why there was no answer.
        errors: the mistakes field by field, where the API names them.
    """

    def __init__(self, message: str, status: int | None, detail: str, errors: list[FieldMistake]) -> None:
        super().__init__(message)
        self.status = status
        self.detail = detail
        self.errors = errors

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with everything: an exception may have to travel from a worker process."""
        return type(self), (str(self), self.status, self.detail, self.errors)


class ApiUnavailableError(ApiError):
    """No answer, or one that asks to come later (429, 502, 503, 504), for as long as the client tried."""
