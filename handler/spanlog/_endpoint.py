"""Where logs and spans go: the endpoint rules of OTLP, and spanlog's own behind them.

The rules for the ``OTEL_*`` variables are those of the OpenTelemetry specification ("OTLP Exporter
Configuration"): a signal's own variable is used as it is, the common one gets the signal's path appended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from spanlog.exceptions import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_ENDPOINT = "http://127.0.0.1:4318"

Signal = Literal["logs", "traces"]

_SIGNAL_PATHS: dict[Signal, str] = {"logs": "/v1/logs", "traces": "/v1/traces"}


def signal_url(signal: Signal, endpoint: str | None, environ: Mapping[str, str]) -> str:
    """Give the full URL for a signal, from the argument, the environment or the default, in that order.

    Raises:
        ConfigurationError: the URL found cannot be used.
    """
    own_variable = f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT"
    if endpoint is not None:
        return _with_path(_checked(endpoint, "endpoint"), signal)
    if own := environ.get(own_variable):
        return _checked(own, own_variable)
    for variable in ("OTEL_EXPORTER_OTLP_ENDPOINT", "SPANLOG_ENDPOINT"):
        if base := environ.get(variable):
            return _with_path(_checked(base, variable), signal)
    return DEFAULT_ENDPOINT + _SIGNAL_PATHS[signal]


def base_of(url: str) -> str:
    """Give the URL without the logs or traces path: what a person recognises in a message."""
    for path in _SIGNAL_PATHS.values():
        url = url.removesuffix(path)
    return url


def _with_path(endpoint: str, signal: Signal) -> str:
    if "?" in endpoint or "#" in endpoint:
        raise ConfigurationError(
            f"the endpoint {endpoint!r} holds a query, behind which no path can be put: "
            f"set OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT, which is used as it is"
        )
    return base_of(endpoint.rstrip("/")).rstrip("/") + _SIGNAL_PATHS[signal]


def _checked(url: str, setting: str) -> str:
    # The URL itself is only quoted once it is known to hold no credentials.
    advice = 'use a URL such as "http://127.0.0.1:4318"'
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ConfigurationError(f"{setting} is not a URL ({error}): {advice}") from None
    if parts.username or parts.password:
        raise ConfigurationError(
            f"{setting} holds a user name or password: take it out and use api_key= or OTEL_EXPORTER_OTLP_HEADERS"
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(f"{setting} is {url!r}, which is not an http or https URL: {advice}")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise ConfigurationError(f"{setting} is {url!r}, which holds white space: {advice}")
    return url
