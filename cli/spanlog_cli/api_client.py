"""Questions to the query API of whatever kind and version, and in plain words why there was no answer.

For ``tail`` and the doctor, who look at statuses and at the server's clock; commands that ask one thing use
``asking.py``.
"""

import json
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlsplit

import urllib3

from spanlog_cli.exceptions import ApiError, ApiUnauthorizedError, ApiUnreachableError, CommandError

DEFAULT_URL: Final = "http://127.0.0.1:8421"
TIMEOUT_SECONDS: Final = 30.0

_UNAUTHORIZED: Final = 401
_OK: Final = range(200, 300)

Parameter = str | int | bool | None


class Answer(NamedTuple):
    """What the API said."""

    status: int
    body: Any
    """The parsed JSON; None where the body was no JSON."""
    date_unix_seconds: float | None
    """The server's own clock (header Date), in whole seconds."""
    text: str = ""
    """The body as it came."""


class ApiClient:
    """Asks one query API. Connects at the first question; use it with ``with``.

    ``ApiClient("http://127.0.0.1:8421", None)``

    Raises:
        CommandError: the URL cannot be used.
    """

    def __init__(self, url: str, api_key: str | None, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self.url = checked_url(url, "--url (SPANLOG_URL)")
        parts = urlsplit(self.url)
        self._base_path = parts.path
        self._clock_offset_seconds = 0.0
        headers = {"accept": "application/json", "user-agent": "spanlog-cli"}
        if api_key:
            headers["authorization"] = f"Bearer {api_key}"
        # Not the pool manager, which follows redirects to other hosts: the key goes to this one only.
        self._pool = urllib3.connection_from_url(
            f"{parts.scheme}://{parts.netloc}",
            headers=headers,
            timeout=urllib3.Timeout(total=timeout_seconds),
            retries=False,
            maxsize=1,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()

    def get(self, path: str, parameters: Mapping[str, Parameter] | None = None) -> Any:
        """Ask, and give the answer's JSON.

        Args:
            path: such as ``/logs/summary``.
            parameters: the query; those that are None are left out.

        Raises:
            ApiUnreachableError: nothing answers.
            ApiUnauthorizedError: the key is missing or wrong.
            ApiError: any other answer that is not a success.
        """
        return self._checked(path, self.ask(path, parameters))

    def _checked(self, path: str, answer: Answer) -> Any:
        if answer.status in _OK and answer.body is not None:
            return answer.body
        if answer.status == _UNAUTHORIZED:
            raise ApiUnauthorizedError(
                f"{self.url} asks for a key: set SPANLOG_API_KEY or give --api-key-file", answer.status
            )
        raise ApiError(f"{self.url}{path} answers {_told(answer)}", answer.status)

    def ask(self, path: str, parameters: Mapping[str, Parameter] | None = None) -> Answer:
        """Ask, and give the answer whatever its status.

        Raises:
            ApiUnreachableError: nothing answers.
        """
        fields = {name: _query_text(value) for name, value in (parameters or {}).items() if value is not None}
        return self._request("GET", path, fields=fields)

    def _request(self, method: str, path: str, **options: Any) -> Answer:
        try:
            response = self._pool.request(method, self._base_path + path, redirect=False, **options)
        except urllib3.exceptions.HTTPError as error:
            raise ApiUnreachableError(self._unreachable_line(error)) from error
        date = _unix_seconds(response.headers.get("date"))
        if date is not None:
            self._clock_offset_seconds = date - time.time()
        return Answer(response.status, _parsed(response.data), date, response.data.decode(errors="replace"))

    def server_unix_seconds(self) -> float:
        """Give the time on the server's clock, as its last answer told it (to a second); ours before that."""
        return time.time() + self._clock_offset_seconds

    def _unreachable_line(self, error: urllib3.exceptions.HTTPError) -> str:
        if isinstance(error, urllib3.exceptions.ReadTimeoutError):
            return f"{self.url} took too long to answer: ask for a shorter period, or look at the stack's output"
        if isinstance(error, urllib3.exceptions.ProtocolError | urllib3.exceptions.SSLError):
            return f"what listens at {self.url} does not answer as an HTTP server: check SPANLOG_URL (http or https?)"
        return f'nothing answers at {self.url}; start a stack with "spanlog up", or set SPANLOG_URL'


def checked_url(url: str, setting: str) -> str:
    """Give the URL without a slash at its end.

    Raises:
        CommandError: it is no http or https URL, or holds credentials.
    """
    example = "use one such as http://127.0.0.1:8421"
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError as error:
        raise CommandError(f"{setting} is not a URL ({error}): {example}") from None
    if parts.username or parts.password:
        # Not quoted: a password would end up in a terminal's history or a CI log.
        raise CommandError(f"{setting} holds a user name or a password: take it out")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise CommandError(f"{setting} is {url!r}, which is not a base URL: {example}")
    if any(character.isspace() or not character.isprintable() for character in url.strip()):
        raise CommandError(f"{setting} is {url!r}, which holds white space: {example}")
    return url.strip().rstrip("/")


def _query_text(value: Parameter) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # What a command line holds need not be text: bytes that are none arrive as lone surrogates.
    return str(value).encode("utf-8", "replace").decode()


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _told(answer: Answer) -> str:
    """Put a problem+json answer into words: its detail, and the fields it names."""
    if answer.status in _OK:
        return "with something that is not JSON: is it a spanlog query API?"
    if not isinstance(answer.body, dict):
        return f"{answer.status}: is it a spanlog query API?"
    detail = str(answer.body.get("detail") or answer.body.get("title") or "")
    errors = answer.body.get("errors")
    named = [
        f"{error.get('field')}: {error.get('message')}"
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, dict)
    ]
    told = [detail] if detail else []
    told += [text for text in named if text not in detail]
    return f"{answer.status}: {'; '.join(told)}"


def _unix_seconds(date: str | None) -> float | None:
    if date is None:
        return None
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None
