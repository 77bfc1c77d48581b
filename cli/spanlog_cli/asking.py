"""``QueryClient`` for commands: what goes wrong ends the command with one line that says what to do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from spanlog_cli.api_client import checked_url
from spanlog_cli.exceptions import ApiError, ApiUnauthorizedError, ApiUnreachableError, CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import spanlog
    from spanlog.query.client import QueryClient

TIMEOUT_SECONDS: Final = 60.0

_UNAUTHORIZED: Final = 401
_NOT_FOUND: Final = 404
_NO_DETAIL: Final = "no reason given"
"""What stands for the detail of an answer that is none of spanlog's."""


@contextmanager
def asking(url: str, api_key: str | None, *, timeout_seconds: float = TIMEOUT_SECONDS) -> Iterator[QueryClient]:
    """Give a client of the API at ``url``; a command does not wait for an API that is not there.

    Raises:
        CommandError: the URL cannot be used; inside: the API refused, or gave no answer.
    """
    # It brings an HTTP client, which commands that ask nothing do without.
    import spanlog  # noqa: PLC0415

    url = checked_url(url, "--url (SPANLOG_URL)")
    try:
        with spanlog.QueryClient(url, api_key, timeout_seconds=timeout_seconds, retry_seconds=0.0) as client:
            yield client
    except spanlog.ApiError as error:
        raise command_error(error, url) from error


def command_error(error: spanlog.ApiError, url: str) -> CommandError:
    """Put into words, for whoever runs a command, what the API or its silence means."""
    if error.status is None:
        if error.detail == "timed out":
            return ApiUnreachableError(
                f"{url} took too long to answer: ask for a shorter period, or look at the stack's output"
            )
        return ApiUnreachableError(
            f'nothing answers at {url} ({error.detail}); start a stack with "spanlog up", or set SPANLOG_URL'
        )
    if error.status == _UNAUTHORIZED:
        return ApiUnauthorizedError(f"{url} asks for a key: set SPANLOG_API_KEY or give --api-key-file", error.status)
    if error.status == _NOT_FOUND and error.detail == _NO_DETAIL:
        return ApiError(
            f"{url} answers {error.status}, and not as spanlog's query API does: is this its address? It is the one "
            'that "spanlog up" prints beside "query API"',
            error.status,
        )
    named = [f"{mistake['field']}: {mistake['message']}" for mistake in error.errors]
    told = "; ".join([error.detail, *(text for text in named if text not in error.detail)])
    return ApiError(f"{url} answers {error.status}: {told}", error.status)
