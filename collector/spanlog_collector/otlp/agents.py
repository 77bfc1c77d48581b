"""Whose records are these? The engine's rule for ``AgentId``, for senders whose key is for certain agents only."""

from collections.abc import Collection, Iterable
from typing import Any, Final, NamedTuple

from spanlog_collector.otlp.check import check_request
from spanlog_collector.otlp.description import LOGS, Signal
from spanlog_collector.otlp.json_codec import json_to_protobuf
from spanlog_collector.otlp.message_classes import strict_class

_AGENT_ID: Final = "gen_ai.agent.id"
_SERVICE_NAME: Final = "service.name"
_MAX_NAMED: Final = 5
_MAX_NAME_CHARACTERS: Final = 64


class OwnRecords(NamedTuple):
    """What is left of a request."""

    body: bytes
    """The request in protobuf, with the records of those agents alone."""
    kept: int
    refused: int
    refused_agents: list[str]
    """Some of those whose records were taken out."""


def keep_agents(signal: Signal, body: bytes, agents: Collection[str], *, is_json: bool) -> OwnRecords:
    """Take out of a request all records, or spans, that would not be stored as those of ``agents``.

    A record is an agent's by the first that is not empty of ``gen_ai.agent.id`` of the record, of the resource, and
    ``service.name``. One that names it twice, or not as text, is nobody's: readers may differ about it.

    Raises:
        MalformedRequestError: ``body`` is not a request of ``signal``.
        RequestTooLargeError: it holds more messages than one request may.
    """
    checked = check_request(signal, json_to_protobuf(signal, body) if is_json else body)
    request: Any = strict_class(signal).FromString(checked.body)
    refused: list[str] = []
    for group in request.resource_logs if signal is LOGS else request.resource_spans:
        of_resource = _first_named(group.resource.attributes, (_AGENT_ID, _SERVICE_NAME))
        for scope in group.scope_logs if signal is LOGS else group.scope_spans:
            records = scope.log_records if signal is LOGS else scope.spans
            for index in range(len(records) - 1, -1, -1):
                own = _named(records[index].attributes, _AGENT_ID)
                agent = of_resource if own == "" else own
                if agent not in agents:
                    refused.append(agent or "")
                    del records[index]
    return OwnRecords(
        bytes(request.SerializeToString()) if refused else checked.body,
        checked.records - len(refused),
        len(refused),
        sorted({agent[:_MAX_NAME_CHARACTERS] for agent in refused})[:_MAX_NAMED],
    )


def _first_named(attributes: Iterable[Any], keys: Iterable[str]) -> str | None:
    for key in keys:
        value = _named(attributes, key)
        if value != "":
            return value
    return ""


def _named(attributes: Iterable[Any], key: str) -> str | None:
    """Return the text under ``key``; empty where there is none, ``None`` where it is in doubt."""
    values = [pair.value for pair in attributes if pair.key == key]
    if not values:
        return ""
    value = values[0]
    if len(values) > 1 or value.WhichOneof("value") != "string_value":
        return None
    return str(value.string_value)
