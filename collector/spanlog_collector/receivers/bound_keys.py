"""What a sender is told whose key is for certain agents only: others' records are not stored, the rest is."""

import asyncio
from typing import Final

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsPartialSuccess, ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceResponse,
)

from spanlog_collector.otlp.agents import OwnRecords, keep_agents
from spanlog_collector.otlp.description import LOGS, Signal
from spanlog_keys import Access, ForbiddenError

_INLINE_BYTES: Final = 64 * 1024
"""Above this, looking at each record would hold up the other senders: it is done in a thread."""


async def keep_own(signal: Signal, body: bytes, access: Access, *, is_json: bool = False) -> OwnRecords:
    """Take out what is not of the key's agents.

    Raises:
        ForbiddenError: nothing is left.
        MalformedRequestError: ``body`` is not a request of ``signal``.
        RequestTooLargeError: it holds more messages than one request may.
    """
    agents = access.agents or frozenset()
    if len(body) > _INLINE_BYTES:
        own = await asyncio.to_thread(keep_agents, signal, body, agents, is_json=is_json)
    else:
        own = keep_agents(signal, body, agents, is_json=is_json)
    if own.refused and not own.kept:
        raise ForbiddenError(_words(access.name, own))
    return own


def partial_success(
    signal: Signal, own: OwnRecords, access: Access
) -> ExportLogsServiceResponse | ExportTraceServiceResponse:
    """Return the answer that says how many records were not stored, and why."""
    if not own.refused:
        return ExportLogsServiceResponse() if signal is LOGS else ExportTraceServiceResponse()
    words = _words(access.name, own)
    if signal is LOGS:
        return ExportLogsServiceResponse(
            partial_success=ExportLogsPartialSuccess(rejected_log_records=own.refused, error_message=words)
        )
    return ExportTraceServiceResponse(
        partial_success=ExportTracePartialSuccess(rejected_spans=own.refused, error_message=words)
    )


def _words(name: str, own: OwnRecords) -> str:
    agents = ", ".join(repr(agent) for agent in own.refused_agents)
    return f"the key {name} is not for the agents of {own.refused} of these records, such as {agents}"
