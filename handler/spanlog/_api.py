"""One connection to the log API: requests with a bearer key, retries, and what went wrong as a ``SpanlogError``.

A request that may have been stored is not sent again: the API gives each record its id when it comes, so a second
one would be a second record. Posting is therefore tried again only where nothing can have been stored: the
connection was never made, or the API answered that it cannot take it now. Reading is tried again after any failure
that may pass.
"""

from __future__ import annotations

import json
import os
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import urlsplit

import urllib3

from spanlog._api_query import target_of
from spanlog._endpoint import checked_url
from spanlog._http_transport import problem_of, retry_after_seconds
from spanlog._version import __version__
from spanlog.exceptions import ApiError, ApiUnavailableError, ConfigurationError, FieldMistake

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

_CREATED = range(200, 300)
_REDIRECTS = range(300, 400)
_UNAUTHORIZED = 401
_UNAVAILABLE = frozenset({429, 502, 503, 504})
# Of these, the ones that say that nothing was done. A gateway's 502 and 504 leave it open.
_NOT_DONE = frozenset({429, 503})
# With these no byte of the request has left. (NewConnectionError covers host names that are not found.)
_NEVER_CONNECTED = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0
_MAX_CONNECTIONS = 8
# The largest answer is a summary with its groups; what is larger comes from something else.
_MAX_ANSWER_BYTES = 64 * 1024 * 1024
_MAX_DETAIL_CHARACTERS = 500


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    content: bytes


class ApiConnection:
    """Asks one log API. For any number of threads, and for forked children.

    Args:
        base_url: the API's URL, with the path that a proxy may have put it under.
        api_key: sent as ``Authorization: Bearer`` to that host and to no other; None where the API asks for none.
        timeout_seconds: for one request.
        retry_seconds: how long one request is tried again at most.

    Raises:
        ConfigurationError: the URL or the key cannot be used.
    """

    def __init__(self, base_url: str, api_key: str | None, timeout_seconds: float, retry_seconds: float) -> None:
        parts = urlsplit(checked_url(base_url, "base_url", "http://127.0.0.1:8421"))
        if parts.query or parts.fragment:
            raise ConfigurationError("base_url holds a query or a fragment, behind which no path can be put")
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._base_path = parts.path.rstrip("/")
        self._headers = {
            "accept": "application/json",
            "user-agent": f"spanlog/{__version__}",
            **_authorization(api_key),
        }
        self._timeout = urllib3.Timeout(total=timeout_seconds)
        self._retry_seconds = retry_seconds
        self._closed = threading.Event()
        self._pool: urllib3.HTTPConnectionPool | None = None
        self._pool_pid = 0

    def get(self, path: str, query: Mapping[str, object]) -> Any:
        """Ask, and give the JSON that is answered.

        Raises:
            ApiError: the API refused, or gave no answer.
        """
        return self.call("GET", path, query)

    def post(self, path: str, content: object) -> Any:
        """Send JSON, and give the JSON that is answered.

        Raises:
            ApiError: the API refused, or gave no answer.
        """
        return self.call("POST", path, body=content)

    def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        *,
        body: object = None,
        answered: Container[int] = (),
    ) -> Any:
        """Ask or send JSON, and give the JSON that is answered.

        Args:
            method: GET, POST, PATCH or another.
            path: from the API's root, quoted.
            query: see ``target_of``.
            body: what is sent; None for nothing.
            answered: statuses that are answers too, though they are no successes.

        Raises:
            ApiError: the API refused, or gave no answer.
        """
        content = None if body is None else json.dumps(body).encode()
        what, answer = self._request(method, target_of(path, query), content, answered)
        return _parsed(what, answer)

    def text(self, path: str) -> str:
        """Ask for what is no JSON, and give it as text.

        Raises:
            ApiError: the API refused, or gave no answer.
        """
        return self._request("GET", path, None, ())[1].content.decode("utf-8", "replace")

    def open_stream(
        self, path: str, query: Mapping[str, object], headers: Mapping[str, str], silence_seconds: float
    ) -> urllib3.HTTPResponse:
        """Ask, and give the answer to be read as it comes, on a connection that ``release`` and ``close`` end.

        Args:
            path: from the API's root, quoted.
            query: see ``target_of``.
            headers: beside the client's own.
            silence_seconds: after how long without a byte the connection counts as broken.

        Raises:
            ApiError: the API refused, or gave no answer. It is not asked again.
        """
        target = target_of(path, query)
        what = self._named("GET", target)
        # One of its own: a stream may go on for days, and those that are shared are few.
        pool = urllib3.connection_from_url(self._origin, maxsize=1)
        timeout = urllib3.Timeout(connect=self._timeout.connect_timeout, read=silence_seconds)
        try:
            response = self._open(pool, "GET", target, None, {**self._headers, **headers}, timeout)
            if response.status not in _CREATED:
                content = response.read(_MAX_ANSWER_BYTES)
                response.close()
                raise _refusal(what, _Answer(response.status, response.headers, content))
        except urllib3.exceptions.HTTPError as error:
            raise _no_answer(what, error) from error
        return response

    def close(self) -> None:
        """Close the connections. Requests that wait for another try are over; a later one connects anew."""
        self._closed.set()
        pool, self._pool = self._pool, None
        if pool is not None and self._pool_pid == os.getpid():
            pool.close()
        self._closed = threading.Event()

    def _named(self, method: str, target: str) -> str:
        return f"{method} {self._origin}{self._base_path}{target.partition('?')[0]}"

    def _request(self, method: str, target: str, body: bytes | None, answered: Container[int]) -> tuple[str, _Answer]:
        closed = self._closed
        give_up_time = time.monotonic() + self._retry_seconds
        pause_seconds = _FIRST_PAUSE_SECONDS
        what = self._named(method, target)
        while True:
            asked_seconds: float | None = None
            try:
                answer = self._send(method, target, body)
            except urllib3.exceptions.HTTPError as error:
                failure: ApiError = _no_answer(what, error)
                is_repeatable = body is None or isinstance(error, _NEVER_CONNECTED)
            else:
                if answer.status in _CREATED or answer.status in answered:
                    return what, answer
                failure = _refusal(what, answer)
                is_repeatable = answer.status in (_UNAVAILABLE if body is None else _NOT_DONE)
                asked_seconds = retry_after_seconds(answer.headers.get("retry-after"))
            # Half of the pause is left to chance, so that many clients do not come back together.
            wait_seconds = max(pause_seconds * (0.5 + int.from_bytes(os.urandom(2)) / 0x1FFFF), asked_seconds or 0.0)
            if not is_repeatable or time.monotonic() + wait_seconds > give_up_time or closed.wait(wait_seconds):
                raise failure
            pause_seconds = min(_LONGEST_PAUSE_SECONDS, pause_seconds * 2)

    def _send(self, method: str, target: str, body: bytes | None) -> _Answer:
        headers = self._headers if body is None else {**self._headers, "content-type": "application/json"}
        response = self._open(self._connected_pool(), method, target, body, headers, self._timeout)
        try:
            content = response.read(_MAX_ANSWER_BYTES)
            if response.length_remaining:
                response.close()
        finally:
            response.release_conn()
        return _Answer(response.status, response.headers, content)

    def _open(  # noqa: PLR0913, PLR0917 - what one request is made of
        self,
        pool: urllib3.HTTPConnectionPool,
        method: str,
        target: str,
        body: bytes | None,
        headers: Mapping[str, str],
        timeout: urllib3.Timeout,
    ) -> urllib3.HTTPResponse:
        response = pool.urlopen(
            method,
            self._base_path + target,
            body=body,
            headers=headers,
            retries=False,
            # The key is for this host alone, so nothing is sent to where an answer points.
            redirect=False,
            timeout=timeout,
            preload_content=False,
        )
        return cast("urllib3.HTTPResponse", response)

    def _connected_pool(self) -> urllib3.HTTPConnectionPool:
        # The connections of a parent process are its own: two processes on one would read each other's answers.
        pool = self._pool
        if pool is None or self._pool_pid != os.getpid():
            pool = self._pool = urllib3.connection_from_url(self._origin, maxsize=_MAX_CONNECTIONS, block=True)
            self._pool_pid = os.getpid()
        return pool


def _authorization(api_key: str | None) -> dict[str, str]:
    if api_key is None:
        return {}
    # The key itself is never part of a message.
    if not isinstance(api_key, str) or not api_key or not api_key.isascii() or not api_key.isprintable():
        raise ConfigurationError(
            "api_key cannot be sent: use printable ASCII on one line, or None where none is needed"
        )
    return {"authorization": f"Bearer {api_key}"}


def _no_answer(what: str, error: BaseException) -> ApiError:
    detail = problem_of(error)
    advice = '; start one with "spanlog up"' if detail == "connection refused" else ""
    return ApiUnavailableError(f"{what}: {detail}{advice}", None, detail, [])


def _refusal(what: str, answer: _Answer) -> ApiError:
    if answer.status in _REDIRECTS:
        detail = "answered with a redirect, which is not followed because the key would go along"
        return ApiError(
            f"{what}: {answer.status}: {detail}; set base_url to the place itself", answer.status, detail, []
        )
    problem = _json_or_none(answer.content)
    if not isinstance(problem, dict):
        problem = {}
    # A service that came before, and whatever stands between, may answer in another shape.
    detail = str(problem.get("detail") or "no reason given")[:_MAX_DETAIL_CHARACTERS]
    advice = "; give the key that the stack was started with as api_key" if answer.status == _UNAUTHORIZED else ""
    message = " ".join(f"{what}: {answer.status}: {detail}{advice}".split())
    kind = ApiUnavailableError if answer.status in _UNAVAILABLE else ApiError
    return kind(message, answer.status, detail, _field_mistakes(problem.get("errors")))


def _field_mistakes(errors: object) -> list[FieldMistake]:
    if not isinstance(errors, list):
        return []
    return [_field_mistake(error) for error in errors if isinstance(error, dict)]


def _field_mistake(error: dict[str, Any]) -> FieldMistake:
    mistake = FieldMistake(field=str(error.get("field", "")), message=str(error.get("message", "")))
    if isinstance(position := error.get("position"), int):
        mistake["position"] = position
    if isinstance(hint := error.get("hint"), str):
        mistake["hint"] = hint
    return mistake


def _parsed(what: str, answer: _Answer) -> Any:
    parsed = _json_or_none(answer.content)
    if parsed is None:
        detail = "answered with something that is not JSON; is this the query API? Its port is 8421"
        raise ApiError(f"{what}: {answer.status}: {detail}", answer.status, detail, [])
    return parsed


def _json_or_none(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
