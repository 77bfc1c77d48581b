"""Which process is speaking: the resource attributes of OpenTelemetry for this process."""

from __future__ import annotations

import os
import socket
import sys
import uuid
from typing import TYPE_CHECKING

from spanlog import _encode
from spanlog._values import any_value
from spanlog._version import __version__

if TYPE_CHECKING:
    from spanlog.config import HandlerConfig

_instance: tuple[int, str] | None = None


def resource_attributes(config: HandlerConfig) -> dict[str, str | int]:
    """Give the attributes; what ``OTEL_RESOURCE_ATTRIBUTES`` says goes before what is found out here."""
    attributes: dict[str, str | int] = {
        "service.name": config.service_name or config.agent_id or _unknown_service(),
        "service.instance.id": _instance_id(),
        "host.name": socket.gethostname(),
        "process.pid": os.getpid(),
        "telemetry.sdk.name": "spanlog",
        "telemetry.sdk.language": "python",
        "telemetry.sdk.version": __version__,
    }
    if config.agent_id is not None:
        attributes["gen_ai.agent.id"] = config.agent_id
    attributes.update(config.resource_attributes)
    return attributes


def encoded_resource(config: HandlerConfig) -> bytes:
    """Give the resource as ``_encode.request`` takes it."""
    return _encode.resource({name: any_value(value) for name, value in resource_attributes(config).items()})


def _unknown_service() -> str:
    # The name the semantic conventions prescribe where nobody gave one.
    executable = os.path.basename(sys.executable or "") or "python"  # noqa: PTH119 - pathlib is not worth its import
    return f"unknown_service:{executable}"


def _instance_id() -> str:
    """Give an id that is this process's own, also after a fork."""
    global _instance  # noqa: PLW0603 - one for a process
    if _instance is None or _instance[0] != os.getpid():
        _instance = (os.getpid(), str(uuid.uuid4()))
    return _instance[1]
