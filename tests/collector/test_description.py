"""Our description of OTLP is opentelemetry-proto's."""

import pytest
from google.protobuf.descriptor import FieldDescriptor
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from spanlog_collector.otlp.description import CONTAINER, MESSAGES, MESSAGES_BY_NAME, RECEIVED_FIELD, SCALAR_TYPES

_WIRE_COMPATIBLE = {"enum": "int32"}


def official_messages():
    found = {}

    def walk(descriptor):
        if descriptor.name not in found:
            found[descriptor.name] = descriptor
            for field in descriptor.fields:
                if field.message_type:
                    walk(field.message_type)

    walk(ExportLogsServiceRequest.DESCRIPTOR)
    walk(ExportTraceServiceRequest.DESCRIPTOR)
    return found


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


def test_every_official_message_with_records_is_described():
    # What is left out on purpose: containers (they become text) and entity references (profiles and entities only).
    assert set(official_messages()) - set(MESSAGES_BY_NAME) == {"ArrayValue", "KeyValueList", "EntityRef"}
