"""The collector's settings, with every default named."""

from dataclasses import dataclass, field
from typing import Final

from spanlog_collector.addresses import Address
from spanlog_collector.exceptions import ConfigurationError
from spanlog_collector.journal.limits import JournalLimits

DEFAULT_OTLP_HTTP: Final = Address("127.0.0.1", 4318)
DEFAULT_OTLP_GRPC: Final = Address("127.0.0.1", 4317)
DEFAULT_MAX_BODY_BYTES: Final = 64 * 1024 * 1024
"""OTLP's recommended bound for one request, as sent and decompressed."""
DEFAULT_MAX_ARRIVING_BYTES: Final = 12 * 1024 * 1024
"""All requests that arrive, are checked or wait for the disk at one moment, decompressed; one may be larger.
Beyond it senders are told to come back."""
DEFAULT_MAX_GRPC_MESSAGE_BYTES: Final = 16 * 1024 * 1024
"""gRPC gathers a message before anybody can count it; four times what the standard Collector takes."""
DEFAULT_SHUTDOWN_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class CollectorConfig:
    """How the collector listens and what it takes.

    ``has_named_keys`` says that keys are asked for though ``api_key`` is not set.

    Raises:
        ConfigurationError: an address that other machines can reach, without a key.
    """

    otlp_http: Address = DEFAULT_OTLP_HTTP
    otlp_grpc: Address = DEFAULT_OTLP_GRPC
    # Not in the repr: configurations get logged.
    api_key: str | None = field(default=None, repr=False)
    has_named_keys: bool = False
    max_body_bytes: int = DEFAULT_MAX_BODY_BYTES
    max_arriving_bytes: int = DEFAULT_MAX_ARRIVING_BYTES
    max_grpc_message_bytes: int = DEFAULT_MAX_GRPC_MESSAGE_BYTES
    journal: JournalLimits = field(default_factory=JournalLimits)
    shutdown_seconds: float = DEFAULT_SHUTDOWN_SECONDS

    def __post_init__(self) -> None:
        for address in (self.otlp_http, self.otlp_grpc):
            if not address.is_loopback and not self.has_named_keys and not (self.api_key or "").strip():
                raise ConfigurationError(
                    f"{address} can be reached from other machines: set SPANLOG_API_KEY, make a key with spanlog keys "
                    "create, or listen on 127.0.0.1 only"
                )
