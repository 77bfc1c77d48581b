"""Does the query API answer, is every part of the stack ready, is the key right, do the clocks agree?"""

import time
from collections.abc import Iterator
from typing import Any, Final

from spanlog_cli.api_client import Answer, ApiClient
from spanlog_cli.doctor.check import Check, ok, problem, warning
from spanlog_cli.exceptions import ApiError, ApiUnauthorizedError, ApiUnreachableError

_OK: Final = 200
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
# The header Date has whole seconds, and the answer takes its time.
_CLOCK_TOLERANCE_SECONDS: Final = 5.0


def check_query_api(client: ApiClient) -> Iterator[Check]:
    """Ask ``/health``, ``/ready`` and for one record."""
    try:
        asked = time.time()
        health = client.ask("/health")
        yield _health(client, health)
        if health.date_unix_seconds is not None:
            yield _clock(health.date_unix_seconds, asked)
        if health.status == _OK:
            yield _key(client)
            yield from _ready(client)
    except ApiUnreachableError as error:
        detail, _, mend = error.message.partition("; ")
        yield problem("query API", detail, mend or "look at what listens there, and at SPANLOG_URL")


def _health(client: ApiClient, answer: Answer) -> Check:
    body = answer.body
    if answer.status != _OK or not isinstance(body, dict) or body.get("status") != "ok":
        return problem(
            "query API", f"{client.url}/health answers {answer.status}, not as spanlog does", "check SPANLOG_URL"
        )
    if body.get("db") != "connected":
        return problem("query API", f"{client.url} has lost its store", 'look at the output of "spanlog up"')
    return ok("query API", f"{client.url} answers (spanlog {body.get('version')})")


def _clock(server_unix_seconds: float, asked_unix_seconds: float) -> Check:
    ahead_seconds = server_unix_seconds - asked_unix_seconds
    if abs(ahead_seconds) <= _CLOCK_TOLERANCE_SECONDS:
        return ok("clock", "this machine and the server agree")
    direction = "ahead of" if ahead_seconds > 0 else "behind"
    return warning(
        "clock",
        f"the server is {abs(ahead_seconds):.0f} s {direction} this machine",
        "set both by NTP: records are sorted by the time of who logs, periods end by the server's",
    )


def _key(client: ApiClient) -> Check:
    try:
        client.get("/logs", {"limit": 1})
    except ApiUnauthorizedError:
        return problem(
            "key",
            "the query API asks for a key that it knows",
            "set SPANLOG_API_KEY to the stack's, or to one of spanlog keys create NAME --scope read",
        )
    except ApiError as error:
        if error.status == _FORBIDDEN:
            # A key to send with need not be for more.
            return warning("key", "it is known, and not for reading", "make one: spanlog keys create NAME --scope read")
        return problem("key", error.message, 'look at the output of "spanlog up"')
    return ok("key", "the query API lets this machine read")


def _ready(client: ApiClient) -> Iterator[Check]:
    answer = client.ask("/ready")
    parts: Any = answer.body.get("parts") if isinstance(answer.body, dict) else None
    if not isinstance(parts, dict):
        if answer.status not in {_UNAUTHORIZED, _FORBIDDEN}:
            yield problem("ready", f"{client.url}/ready answers {answer.status}", 'look at the output of "spanlog up"')
        return
    for name, part in parts.items():
        is_ready = isinstance(part, dict) and part.get("ready") is True
        detail = str(part.get("detail") or "") if isinstance(part, dict) else str(part)
        if is_ready:
            yield ok(f"part {name}", detail or "ready")
        else:
            yield problem(f"part {name}", f"not ready: {detail}", 'look at the output of "spanlog up"')
