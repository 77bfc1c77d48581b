"""Does the collector take records?"""

import os
import socket
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from spanlog_cli.collector_options import CollectorAddress
from spanlog_cli.doctor.check import Check, ok, problem, warning
from spanlog_cli.otlp_client import DeliveryError, OtlpClient

_GRPC_PORT: Final = 4317
_CONNECT_TIMEOUT_SECONDS: Final = 2.0


def check_otlp_http(address: CollectorAddress) -> Iterator[Check]:
    """Send an empty request: OTLP says that it is a success, and nothing is stored."""
    with OtlpClient(
        address.logs_url, address.headers, timeout_seconds=address.timeout_seconds, retry_seconds=0
    ) as client:
        try:
            client.send(b"")
        except DeliveryError as error:
            detail, _, mend = error.message.partition("; ")
            yield problem("OTLP/HTTP", detail, mend or "look at what listens there, and at SPANLOG_ENDPOINT")
        else:
            yield ok("OTLP/HTTP", f"{client.base_url} takes records")


def check_otlp_grpc(address: CollectorAddress) -> Iterator[Check]:
    """Knock at the gRPC port: that of ``SPANLOG_OTLP_GRPC``, else the usual one beside the HTTP endpoint."""
    host, port = urlsplit(address.logs_url).hostname or "127.0.0.1", _GRPC_PORT
    own_host, _, own_port = os.environ.get("SPANLOG_OTLP_GRPC", "").rpartition(":")
    if own_host and own_port.isascii() and own_port.isdigit():
        host, port = own_host.strip("[]"), int(own_port)
    try:
        with socket.create_connection((host, port), timeout=_CONNECT_TIMEOUT_SECONDS):
            yield ok("OTLP/gRPC", f"{host}:{port} is open")
    except (OSError, OverflowError):
        yield warning(
            "OTLP/gRPC",
            f"{host}:{port} does not answer",
            "only exporters that speak gRPC need it",
        )
