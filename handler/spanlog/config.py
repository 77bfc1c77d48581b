"""The handler's settings: one frozen object, read from arguments and environment, validated once."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, cast
from urllib.parse import unquote

from spanlog._cut import MAX_VALUE_BYTES
from spanlog._endpoint import DEFAULT_ENDPOINT, OtlpProtocol, checked_protocol, signal_protocol, signal_url
from spanlog._spool_place import default_spool_dir
from spanlog.exceptions import ConfigurationError

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence

MAX_AGENT_ID_CHARACTERS = 64
DEFAULT_SOURCE = "handler"


class HandlerOptions(TypedDict, total=False):
    """The settings that are seldom touched; every one is a keyword of ``SpanlogHandler`` and ``configure``.

    Those that are numbers, and ``spool_dir``, are also read from ``SPANLOG_<NAME>``, for instance
    ``SPANLOG_FLUSH_INTERVAL_SECONDS``.
    """

    headers: Mapping[str, str]
    protocol: Literal["http/protobuf", "grpc"]
    timeout_seconds: float
    compression: Literal["gzip", "none"]
    certificate_file: str
    client_certificate_file: str
    client_key_file: str
    service_name: str
    resource_attributes: Mapping[str, str]
    max_queue_records: int
    max_queue_bytes: int
    max_batch_records: int
    max_batch_bytes: int
    flush_interval_seconds: float
    retry_seconds: float
    retry_initial_seconds: float
    retry_max_seconds: float
    shutdown_seconds: float
    max_value_bytes: int
    redact: bool
    redact_keys: Sequence[str]
    redact_patterns: Sequence[str | re.Pattern[str]]
    spool_dir: str
    max_spool_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerConfig:
    """What a handler was told.

    ``HandlerConfig.from_env(agent_id="crypto")``      arguments, then the environment, then the defaults
    ``HandlerConfig(agent_id="crypto")``               arguments and defaults only

    Attributes:
        agent_id: who logs, at most 64 characters. ``SPANLOG_AGENT_ID``
        session_key: which run or conversation. ``SPANLOG_SESSION_KEY``
        category: a free tag for every record.
        source: where the records come in; ``handler`` unless told otherwise.
        logs_url: the full URL that log requests are posted to.
        traces_url: the full URL that ``configure`` sends spans to.
        protocol: ``http/protobuf``, or ``grpc`` with the extra of that name. ``OTEL_EXPORTER_OTLP_LOGS_PROTOCOL``,
            ``OTEL_EXPORTER_OTLP_PROTOCOL``
        traces_protocol: the same for what ``configure`` sends spans by; an argument ``protocol`` is for both.
        headers: sent with every request; never shown. ``OTEL_EXPORTER_OTLP_HEADERS``, ``SPANLOG_API_KEY``
        timeout_seconds: for one request. ``OTEL_EXPORTER_OTLP_TIMEOUT``, in seconds as in the
            OpenTelemetry SDK for Python (the specification says milliseconds).
        compression: ``gzip`` (level 1) or ``none``. ``OTEL_EXPORTER_OTLP_COMPRESSION``
        certificate_file: whose certificates are trusted over https, in PEM format; else those that the machine
            trusts. ``OTEL_EXPORTER_OTLP_CERTIFICATE``
        client_certificate_file: this program's own certificate, for a collector that asks for one.
            ``OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE``
        client_key_file: its key, if that is in a file of its own. ``OTEL_EXPORTER_OTLP_CLIENT_KEY``
        service_name: ``OTEL_SERVICE_NAME``; without one, the agent id names the service.
        resource_attributes: what else is said of this process. ``OTEL_RESOURCE_ATTRIBUTES``
        max_queue_records: records that wait at most; beyond, the oldest are dropped (``queue_full``).
        max_queue_bytes: bytes that wait at most, likewise.
        max_batch_records: records in one request at most.
        max_batch_bytes: bytes in one request before compression, about; one record is always sent.
        flush_interval_seconds: how long a record waits for company.
        retry_seconds: how long one batch is tried again before it goes to the spool; without a spool it is
            dropped then.
        retry_initial_seconds: the first pause between two tries; doubles, with jitter.
        retry_max_seconds: the longest such pause, unless the collector asks for more.
        shutdown_seconds: how long ``close`` and the end of the program may wait at most.
        max_value_bytes: how large a message, an attribute or a stack may be, about; what is larger is cut and named
            in the attribute ``spanlog.truncated``.
        redact: whether secrets are replaced before anything leaves the process or goes to disk.
        redact_keys: names whose values are secrets, beside spanlog's own; see ``Redactor``.
        redact_patterns: regular expressions of what is a secret, likewise.
        spool_dir: where what cannot be sent waits on disk, for this or the next process; empty for nowhere.
            ``SPANLOG_SPOOL_DIR``, else ``spool`` in ``SPANLOG_DATA_DIR`` or the user's data directory.
        max_spool_bytes: bytes that all processes together keep there at most; beyond, the oldest go
            (``spool_full``).

    Raises:
        ConfigurationError: a value cannot be used.
    """

    agent_id: str | None = None
    session_key: str | None = None
    category: str | None = None
    source: str = DEFAULT_SOURCE
    logs_url: str = DEFAULT_ENDPOINT + "/v1/logs"
    traces_url: str = DEFAULT_ENDPOINT + "/v1/traces"
    protocol: OtlpProtocol = "http/protobuf"
    traces_protocol: OtlpProtocol = "http/protobuf"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout_seconds: float = 10.0
    compression: Literal["gzip", "none"] = "gzip"
    certificate_file: str | None = None
    client_certificate_file: str | None = None
    client_key_file: str | None = None
    service_name: str | None = None
    resource_attributes: Mapping[str, str] = field(default_factory=dict)
    max_queue_records: int = 20_000
    max_queue_bytes: int = 64 * 1024 * 1024
    max_batch_records: int = 4_096
    max_batch_bytes: int = 4 * 1024 * 1024
    flush_interval_seconds: float = 0.25
    retry_seconds: float = 60.0
    retry_initial_seconds: float = 0.25
    retry_max_seconds: float = 10.0
    shutdown_seconds: float = 2.0
    max_value_bytes: int = MAX_VALUE_BYTES
    redact: bool = True
    redact_keys: Sequence[str] = ()
    redact_patterns: Sequence[str | re.Pattern[str]] = ()
    spool_dir: str = field(default_factory=lambda: default_spool_dir(os.environ))
    max_spool_bytes: int = 256 * 1024 * 1024

    def __post_init__(self) -> None:
        _check_agent_id(self.agent_id)
        for name in ("session_key", "category", "source", "service_name", *_FILES):
            value = getattr(self, name)
            if value is not None and not (isinstance(value, str) and value):
                raise ConfigurationError(f"{name} is {value!r}: give a text that is not empty, or leave it out")
        for name in ("protocol", "traces_protocol"):
            checked_protocol(getattr(self, name), name)
        if self.compression not in {"gzip", "none"}:
            raise ConfigurationError(f'compression is {self.compression!r}: use "gzip" or "none"')
        if not isinstance(self.spool_dir, str) or "\0" in self.spool_dir:
            raise ConfigurationError(f'spool_dir is {self.spool_dir!r}: give a path, or "" for no spool')
        for name in _COUNTS:
            _check_number(name, getattr(self, name), int, at_least=1)
        for name in _SECONDS:
            _check_number(name, getattr(self, name), (int, float), at_least=0)
        if self.timeout_seconds == 0:
            raise ConfigurationError("timeout_seconds is 0: give the seconds that one request may take")
        for name, text in self.headers.items():
            _check_header(name, text)

    @classmethod
    def from_env(  # noqa: PLR0913 - one argument for each thing a program may say
        cls,
        agent_id: str | None = None,
        *,
        session_key: str | None = None,
        category: str | None = None,
        source: str | None = None,
        endpoint: str | None = None,
        api_key: str | None = None,
        environ: Mapping[str, str] | None = None,
        **options: Unpack[HandlerOptions],
    ) -> HandlerConfig:
        """Read what the arguments leave open from the environment.

        An argument goes before ``OTEL_*``, that before ``SPANLOG_*``, that before the default.

        Raises:
            ConfigurationError: a value cannot be used, or an option is not known.
        """
        environ = os.environ if environ is None else environ
        settings: dict[str, Any] = {**_numbers_from(environ), **_otel_settings_from(environ)}
        settings["spool_dir"] = default_spool_dir(environ)
        settings.update({name: value for name, value in options.items() if value is not None})
        unknown = settings.keys() - HandlerOptions.__annotations__.keys()
        if unknown:
            raise ConfigurationError(
                f"unknown option {min(unknown)!r}: known are {', '.join(HandlerOptions.__annotations__)}"
            )
        settings["headers"] = _headers_from(environ, api_key, options.get("headers"))
        protocol: OtlpProtocol = settings.setdefault("protocol", signal_protocol("logs", environ))
        traces_protocol = options.get("protocol") or signal_protocol("traces", environ)
        return cls(
            agent_id=agent_id if agent_id is not None else environ.get("SPANLOG_AGENT_ID") or None,
            session_key=session_key if session_key is not None else environ.get("SPANLOG_SESSION_KEY") or None,
            category=category,
            source=source if source is not None else DEFAULT_SOURCE,
            logs_url=signal_url("logs", endpoint, environ, protocol),
            traces_url=signal_url("traces", endpoint, environ, traces_protocol),
            traces_protocol=traces_protocol,
            **settings,
        )


_FILES = ("certificate_file", "client_certificate_file", "client_key_file")
_COUNTS = (
    "max_queue_records",
    "max_queue_bytes",
    "max_batch_records",
    "max_batch_bytes",
    "max_value_bytes",
    "max_spool_bytes",
)
_SECONDS = (
    "timeout_seconds",
    "flush_interval_seconds",
    "retry_seconds",
    "retry_initial_seconds",
    "retry_max_seconds",
    "shutdown_seconds",
)


def _check_agent_id(agent_id: str | None) -> None:
    if agent_id is None:
        return
    if not isinstance(agent_id, str) or not agent_id.strip():
        raise ConfigurationError(f"agent_id is {agent_id!r}: give the agent a name")
    if len(agent_id) > MAX_AGENT_ID_CHARACTERS:
        raise ConfigurationError(f"agent_id has {len(agent_id)} characters: use at most {MAX_AGENT_ID_CHARACTERS}")


def _check_number(name: str, value: object, kinds: type | tuple[type, ...], *, at_least: int) -> None:
    usable = isinstance(value, kinds) and not isinstance(value, bool)
    if not usable or not math.isfinite(cast("float", value)) or cast("float", value) < at_least:
        kind = "whole number" if kinds is int else "number"
        raise ConfigurationError(f"{name} is {value!r}: give a {kind} of at least {at_least}")


def _check_header(name: str, text: str) -> None:
    # A value may be a key, so it is never part of the message.
    token = isinstance(name, str) and name.isascii() and name.replace("-", "a").replace("_", "a").isalnum()
    if not token:
        raise ConfigurationError(f"the header name {name!r} cannot be sent: use letters, digits and dashes")
    if not isinstance(text, str) or not text.isprintable() or not text.isascii():
        raise ConfigurationError(f"the value for header {name!r} cannot be sent: use printable ASCII on one line")


def _numbers_from(environ: Mapping[str, str]) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for names, kind in ((_COUNTS, int), (_SECONDS, float)):
        for name in names:
            variable = f"SPANLOG_{name.upper()}"
            if text := environ.get(variable):
                numbers[name] = _number(variable, text, kind)
    return numbers


def _number(variable: str, text: str, kind: type[int | float]) -> float:
    try:
        return kind(text)
    except ValueError:
        raise ConfigurationError(f"{variable} is {text!r}: give a number, or unset it") from None


def _otel_settings_from(environ: Mapping[str, str]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if (variable := _exporter_variable("TIMEOUT", environ)) is not None:
        settings["timeout_seconds"] = _number(variable, environ[variable], float)
    if (variable := _exporter_variable("COMPRESSION", environ)) is not None:
        text = environ[variable]
        if text.strip().lower() not in {"gzip", "none"}:
            raise ConfigurationError(f'{variable} is {text!r}: use "gzip" or "none", or unset it')
        settings["compression"] = text.strip().lower()
    for name in _FILES:
        if (variable := _exporter_variable(name.removesuffix("_file").upper(), environ)) is not None:
            settings[name] = environ[variable]
    attributes = _resource_attributes_from(environ)
    service_name = attributes.pop("service.name", None)
    service_name = environ.get("OTEL_SERVICE_NAME") or service_name
    if service_name:
        settings["service_name"] = service_name
    if attributes:
        settings["resource_attributes"] = attributes
    return settings


def _exporter_variable(name: str, environ: Mapping[str, str]) -> str | None:
    """Give which variable of the OTLP exporters is set for logs: their own, else the common one."""
    for variable in (f"OTEL_EXPORTER_OTLP_LOGS_{name}", f"OTEL_EXPORTER_OTLP_{name}"):
        if environ.get(variable):
            return variable
    return None


def _resource_attributes_from(environ: Mapping[str, str]) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for item in environ.get("OTEL_RESOURCE_ATTRIBUTES", "").split(","):
        name, separator, text = item.partition("=")
        # An item without "=" is skipped, as the OpenTelemetry SDK does.
        if separator and name.strip():
            attributes[unquote(name.strip())] = unquote(text.strip())
    return attributes


def _headers_from(
    environ: Mapping[str, str], api_key: str | None, given: Mapping[str, str] | None
) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    if key := environ.get("SPANLOG_API_KEY"):
        headers["authorization"] = f"Bearer {key}"
    if (variable := _exporter_variable("HEADERS", environ)) is not None:
        # Imported only where the variable is set: the import costs more than all of spanlog's own.
        from opentelemetry.util.re import parse_env_headers  # noqa: PLC0415

        headers.update(parse_env_headers(environ[variable], liberal=True))
    if given:
        headers.update({name.lower(): value for name, value in given.items()})
    if api_key is not None:
        if not api_key:
            raise ConfigurationError("api_key is empty: give the key, or leave it out")
        headers["authorization"] = f"Bearer {api_key}"
    return headers
