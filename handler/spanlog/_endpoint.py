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
DEFAULT_GRPC_ENDPOINT = "http://127.0.0.1:4317"

Signal = Literal["logs", "traces"]
OtlpProtocol = Literal["http/protobuf", "grpc"]

_SIGNAL_PATHS: dict[Signal, str] = {"logs": "/v1/logs", "traces": "/v1/traces"}


def signal_protocol(signal: Signal, environ: Mapping[str, str]) -> OtlpProtocol:
    """Give the protocol for a signal, from its own variable, the common one or the default, in that order.

    Raises:
        ConfigurationError: the protocol found is none that is spoken here.
    """
    for variable in (f"OTEL_EXPORTER_OTLP_{signal.upper()}_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        if text := environ.get(variable, "").strip():
            return checked_protocol(text, variable)
    return "http/protobuf"


def checked_protocol(text: str, setting: str) -> OtlpProtocol:
    """Give back a protocol that is spoken here.

    Raises:
        ConfigurationError: it is not.
    """
    if text == "grpc":
        return "grpc"
    if text == "http/protobuf":
        return "http/protobuf"
    raise ConfigurationError(f'{setting} is {text!r}: use "http/protobuf" or "grpc"')


def signal_url(
    signal: Signal, endpoint: str | None, environ: Mapping[str, str], protocol: OtlpProtocol = "http/protobuf"
) -> str:
    """Give the full URL for a signal, from the argument, the environment or the default, in that order.

    For gRPC it has no path: the method is named in the request.

    Raises:
        ConfigurationError: the URL found cannot be used.
    """
    own_variable = f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT"
    if endpoint is not None:
        return _of_signal(checked_url(endpoint, "endpoint"), signal, protocol)
    if own := environ.get(own_variable):
        return checked_url(own, own_variable)
    for variable in ("OTEL_EXPORTER_OTLP_ENDPOINT", "SPANLOG_ENDPOINT"):
        if base := environ.get(variable):
            return _of_signal(checked_url(base, variable), signal, protocol)
    return _of_signal(DEFAULT_GRPC_ENDPOINT if protocol == "grpc" else DEFAULT_ENDPOINT, signal, protocol)


def base_of(url: str) -> str:
    """Give the URL without the logs or traces path: what a person recognises in a message."""
    for path in _SIGNAL_PATHS.values():
        url = url.removesuffix(path)
    return url


def _of_signal(endpoint: str, signal: Signal, protocol: OtlpProtocol) -> str:
    return base_of(endpoint.rstrip("/")).rstrip("/") if protocol == "grpc" else _with_path(endpoint, signal)


def _with_path(endpoint: str, signal: Signal) -> str:
    if "?" in endpoint or "#" in endpoint:
        raise ConfigurationError(
            f"the endpoint {endpoint!r} holds a query, behind which no path can be put: "
            f"set OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT, which is used as it is"
        )
    return base_of(endpoint.rstrip("/")).rstrip("/") + _SIGNAL_PATHS[signal]


def checked_url(url: str, setting: str, example: str = DEFAULT_ENDPOINT) -> str:
    """Give back a URL that can be used.

    Raises:
        ConfigurationError: it cannot. The URL itself is only quoted once it is known to hold no credentials.
    """
    advice = f'use a URL such as "{example}"'
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
