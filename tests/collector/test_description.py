"""Our description of OTLP is opentelemetry-proto's."""

import pytest
from google.protobuf.descriptor import FieldDescriptor
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from spanlog_collector.otlp.description import (
    CONTAINER,
    MESSAGES,
    MESSAGES_BY_NAME,
    RECEIVED_FIELD,
    SCALAR_TYPES,
    SIGNALS,
)
from spanlog_collector.otlp.message_classes import folded_class, official_class

_WIRE_COMPATIBLE = {"enum": "int32"}


def messages_of(*requests):
    found = {}

    def walk(descriptor):
        if descriptor.name not in found:
            found[descriptor.name] = descriptor
            for field in descriptor.fields:
                if field.message_type:
                    walk(field.message_type)

    for request in requests:
        walk(request)
    return found


def official_messages():
    return messages_of(ExportLogsServiceRequest.DESCRIPTOR, ExportTraceServiceRequest.DESCRIPTOR)


TYPE_NAMES = {getattr(FieldDescriptor, f"TYPE_{name.upper()}"): name for name in [*SCALAR_TYPES, "enum", "message"]}


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_fields_have_the_official_numbers_and_types(message):
    official = official_messages()[message.name]
    for field in message.fields:
        if field.number == RECEIVED_FIELD:
            continue
        theirs = official.fields_by_name[field.name]
        assert field.number == theirs.number
        assert field.repeated == theirs.is_repeated
        their_type = TYPE_NAMES[theirs.type]
        if their_type == "message":
            assert field.type in (theirs.message_type.name, CONTAINER)
        else:
            assert field.type == _WIRE_COMPATIBLE.get(their_type, their_type)


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_folded_classes_know_all_of_otlp_and_repeat_no_message(signal):
    found = messages_of(folded_class(signal).DESCRIPTOR)
    official = messages_of(official_class(signal).DESCRIPTOR)
    assert set(found) == set(official)
    for name, message in found.items():
        assert set(message.fields_by_number) == set(official[name].fields_by_number)
        assert not [field.name for field in message.fields if field.message_type and field.is_repeated]
        assert not [field.name for field in message.fields if field.type == FieldDescriptor.TYPE_STRING]


def test_every_official_message_with_records_is_described():
    # What is left out on purpose: containers (they become text) and entity references (profiles and entities only).
    assert set(official_messages()) - set(MESSAGES_BY_NAME) == {"ArrayValue", "KeyValueList", "EntityRef"}
