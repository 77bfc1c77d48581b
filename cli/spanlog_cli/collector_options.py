"""Where the collector is: the same rules as the handler's, so that a program and a command go the same way."""

from typing import NamedTuple

from spanlog_cli.exceptions import CommandError


class CollectorAddress(NamedTuple):
    """Where log requests go, and with which headers."""

    logs_url: str
    headers: dict[str, str]
    timeout_seconds: float


def collector_address(endpoint: str | None, api_key: str | None, agent_id: str | None = None) -> CollectorAddress:
    """Resolve ``--endpoint``, the ``OTEL_EXPORTER_OTLP_*`` variables and ``SPANLOG_ENDPOINT``, in that order.

    Raises:
        CommandError: an address, a key or an agent id cannot be used.
    """
    # Imported when asked: most commands ask the query API only.
    from spanlog.config import HandlerConfig  # noqa: PLC0415
    from spanlog.exceptions import ConfigurationError  # noqa: PLC0415

    try:
        config = HandlerConfig.from_env(agent_id, endpoint=endpoint, api_key=api_key)
    except ConfigurationError as error:
        raise CommandError(str(error)) from None
    return CollectorAddress(config.logs_url, dict(config.headers), config.timeout_seconds)
