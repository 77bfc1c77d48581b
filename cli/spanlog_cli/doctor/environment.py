"""Is a variable misspelled, or set to something that cannot work?"""

import difflib
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from spanlog_cli.api_client import checked_url
from spanlog_cli.doctor.check import Check, ok, problem, problem_of, warning
from spanlog_cli.exceptions import CommandError
from spanlog_cli.known_settings import known_settings

_GRPC_PORT: Final = 4317
_HTTP_PORT: Final = 4318
_API_PORT: Final = 8421
_BASE_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "SPANLOG_ENDPOINT")
_LOGS_ENDPOINT: Final = "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"
_PROTOCOLS: Final = frozenset({"grpc", "http/protobuf", "http/json"})
_TRUE: Final = frozenset({"1", "true", "yes", "on"})


def check_environment(environ: Mapping[str, str]) -> Iterator[Check]:
    """Look at ``SPANLOG_*`` and ``OTEL_*``; values are shown only where they hold no secrets."""
    found = False
    for check in _findings(environ):
        found = True
        yield check
    names = sorted(name for name in environ if name.startswith(("SPANLOG_", "OTEL_")))
    if not found:
        yield ok("environment", f"set: {', '.join(names)}" if names else "nothing is set: the defaults hold")


def _findings(environ: Mapping[str, str]) -> Iterator[Check]:
    yield from _unknown_names(environ)
    yield from _api_url(environ)
    for name in (*_BASE_ENDPOINTS, _LOGS_ENDPOINT):
        if value := environ.get(name):
            yield from _endpoint(name, value)
    yield from _protocol(environ)
    key = environ.get("SPANLOG_API_KEY", "")
    if key.strip() != key or not key.isprintable() or not key.isascii():
        yield problem("SPANLOG_API_KEY", "holds white space or characters beyond ASCII", "set the bare key")
    if environ.get("OTEL_SDK_DISABLED", "").lower() in _TRUE:
        yield warning("OTEL_SDK_DISABLED", "no spans are recorded", "unset it if you want traces")


def _unknown_names(environ: Mapping[str, str]) -> Iterator[Check]:
    known = known_settings()
    for name in sorted(environ):
        if not name.startswith("SPANLOG_") or name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
        if near:
            yield problem(name, "is no setting of spanlog", f"did you mean {near[0]} ({known[near[0]]})?")
        else:
            yield warning(name, "is no setting of spanlog", "unset it, or ignore this if it is your own")


def _api_url(environ: Mapping[str, str]) -> Iterator[Check]:
    value = environ.get("SPANLOG_URL")
    if not value:
        return
    try:
        port = urlsplit(checked_url(value, "SPANLOG_URL")).port
    except CommandError as error:
        yield problem_of("SPANLOG_URL", error)
        return
    if port in {_GRPC_PORT, _HTTP_PORT}:
        yield problem(
            "SPANLOG_URL",
            f"points to port {port}, where collectors take OTLP",
            f"set it to the query API, usually port {_API_PORT}; the collector goes into SPANLOG_ENDPOINT",
        )


def _endpoint(name: str, value: str) -> Iterator[Check]:
    example = f"set it to one such as http://127.0.0.1:{_HTTP_PORT}{'/v1/logs' if name == _LOGS_ENDPOINT else ''}"
    try:
        parts = urlsplit(value.strip())
        port = parts.port
    except ValueError as error:
        yield problem(name, f"is not a URL ({error})", example)
        return
    if parts.username or parts.password:
        yield problem(name, "holds a user name or a password", "take it out and set SPANLOG_API_KEY")
    elif parts.scheme not in {"http", "https"} or not parts.hostname:
        has_scheme = "://" in value
        yield problem(name, f"is {value!r}, {'not http or https' if has_scheme else 'without http://'}", example)
    elif port == _GRPC_PORT:
        yield problem(
            name,
            f"points to port {_GRPC_PORT}, where collectors take OTLP over gRPC; the handler speaks OTLP over HTTP",
            f"use port {_HTTP_PORT}, or set {_LOGS_ENDPOINT} for the handler alone",
        )
    elif port == _API_PORT:
        yield problem(name, f"points to port {_API_PORT}, the query API's", example)
    elif name == _LOGS_ENDPOINT and not parts.path.rstrip("/").endswith("/v1/logs"):
        yield warning(name, f"is {value!r}, and used as it is", "collectors expect the path /v1/logs")


def _protocol(environ: Mapping[str, str]) -> Iterator[Check]:
    name = "OTEL_EXPORTER_OTLP_PROTOCOL"
    protocol = environ.get(name, "").strip()
    if not protocol:
        return
    if protocol not in _PROTOCOLS:
        yield problem(name, f"is {protocol!r}", "use http/protobuf or grpc, or unset it")
        return
    try:
        port = urlsplit(environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")).port
    except ValueError:
        return
    if protocol == "grpc" and port == _HTTP_PORT:
        yield problem(
            name,
            f"is grpc, but OTEL_EXPORTER_OTLP_ENDPOINT points to port {_HTTP_PORT}, where HTTP is spoken",
            f"use http/protobuf, or port {_GRPC_PORT} with {_LOGS_ENDPOINT} for the handler",
        )
