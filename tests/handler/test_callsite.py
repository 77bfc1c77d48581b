"""What is known of a call site never shows in a record that is different: both ways of encoding say the same."""

from __future__ import annotations

import logging
import math
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from spanlog import HandlerConfig, operation, session
from spanlog._finish import Finisher
from spanlog._record import RecordEncoder


def parsed(queued):
    request = ExportLogsServiceRequest.FromString(Finisher().request(b"", [queued]))
    return request.resource_logs[0].scope_logs[0].log_records[0]


def without_id(message):
    for attribute in message.attributes:
        if attribute.key == "log.record.uid":
            attribute.value.string_value = ""
    message.attributes.sort(key=lambda attribute: attribute.key)
    message.observed_time_unix_nano = 0
    return message.SerializeToString(deterministic=True)


@pytest.fixture
def encoder():
    return RecordEncoder(HandlerConfig(agent_id="crypto", session_key="run-1", category="trading"))


@pytest.fixture
def attributes(encoder):
    """Encode one record after the other with the same handler; give the attributes of each."""

    def of(record):
        return {pair.key: plain(pair.value) for pair in parsed(encoder.encode(record, None)).attributes}

    def plain(value):
        return getattr(value, value.WhichOneof("value")) if value.WhichOneof("value") else None

    return of


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    texts,
    st.text(max_size=5),
    st.binary(max_size=5),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
names = st.one_of(
    st.sampled_from(
        ["pair", "amount", "session_key", "category", "agent_id", "source", "thread.name", "code.line.number"]
    ),
    texts.filter(lambda text: text not in vars(logging.makeLogRecord({}))),
)
extras = st.dictionaries(names, values, max_size=4)


@given(
    calls=st.lists(
        st.tuples(st.sampled_from(["a %s", "b %s", "c"]), values, extras, st.booleans()), min_size=1, max_size=6
    )
)
def test_a_record_says_the_same_whatever_was_logged_there_before(calls):
    used = RecordEncoder(HandlerConfig(agent_id="crypto", session_key="run-1"))
    for message, argument, extra, is_failure in calls:
        args = (argument,) if "%" in message else ()
        info = (ValueError, ValueError("x"), None) if is_failure else None
        record = logging.getLogger("app").makeRecord("app", 20, "/srv/bot.py", 7, message, args, info, "f", extra)
        fresh = RecordEncoder(HandlerConfig(agent_id="crypto", session_key="run-1"))
        expected = without_id(parsed(fresh.encode(record, None)))
        assert without_id(parsed(used.encode(record, None))) == expected
        assert without_id(parsed(used.encode(record, None))) == expected


def official(value):
    match value:
        case None:
            return AnyValue()
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case str():
            return AnyValue(string_value=value)
        case bytes():
            return AnyValue(bytes_value=value)
        case list():
            return AnyValue(array_value=ArrayValue(values=[official(item) for item in value]))
        case dict():
            return AnyValue(kvlist_value=KeyValueList(values=official_pairs(value)))


def official_pairs(named):
    return [KeyValue(key=key, value=official(value)) for key, value in named.items()]


otlp_scalars = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(), texts, st.binary())


@given(
    level=st.sampled_from([(10, 5, "DEBUG"), (20, 9, "INFO"), (30, 13, "WARN"), (40, 17, "ERROR"), (50, 21, "FATAL")]),
    argument=texts,
    extra=st.dictionaries(
        texts.filter(lambda text: text.startswith("x")),
        st.one_of(otlp_scalars, st.lists(otlp_scalars, max_size=3), st.dictionaries(texts, otlp_scalars, max_size=3)),
        max_size=4,
    ),
    created=st.floats(1, 1e10),
    thread=texts,
    repetitions=st.integers(1, 3),
)
def test_a_record_parses_to_the_message_of_the_official_classes(level, argument, extra, created, thread, repetitions):
    number, severity, severity_text = level
    record = logging.getLogger("app").makeRecord("app", number, "/srv/bot.py", 7, "a %s", (argument,), None, "f", extra)
    record.created, record.threadName = created, thread
    encoder = RecordEncoder(HandlerConfig(agent_id="crypto"))
    for _ in range(repetitions):
        message = parsed(encoder.encode(record, None))
    named = {
        "code.file.path": "/srv/bot.py",
        "code.function.name": "f",
        "code.line.number": 7,
        "spanlog.source": "handler",
        "spanlog.template": "a %s",
        **({"thread.name": thread} if thread else {}),
        **extra,
        "log.record.uid": "",
    }
    expected = LogRecord(
        time_unix_nano=message.time_unix_nano,
        severity_number=severity,
        severity_text=severity_text,
        body=AnyValue(string_value=f"a {argument}"),
        attributes=official_pairs(named),
    )
    assert math.isclose(message.time_unix_nano, created * 1e9, rel_tol=1e-12, abs_tol=1_000)
    assert without_id(message) == without_id(expected)


def test_extras_may_change_at_one_call_site(attributes, make_record):
    given = [{"a": 1}, {"b": 1}, {"a": 1, "b": 2}, {}, {"a": "x"}, {"c": None}, {"session_key": "s2"}, {"a": [1]}] * 3
    for extra in given:
        found = attributes(make_record("order %s", 1, extra=extra))
        assert found.get("a") == extra.get("a") or extra["a"] == [1]
        assert ("a" in found, "b" in found, "c" in found) == ("a" in extra, "b" in extra, "c" in extra)
        assert found["session.id"] == extra.get("session_key", "run-1")


def test_what_a_formatter_left_on_the_record_hides_no_extra(attributes, make_record):
    # As many fields as a record with another extra, twice: once it is "message" that makes up the number.
    first = make_record(extra={"a": 1})
    first.message = "hello"
    for _ in range(2):
        assert attributes(first)["a"] == 1
    found = attributes(make_record(extra={"a": 1, "b": 2}))
    assert (found["a"], found["b"]) == (1, 2)
    assert "message" not in found


def test_truth_and_one_are_told_apart(attributes, make_record):
    for _ in range(2):
        assert attributes(make_record(extra={"a": 1}))["a"] is not True
        assert attributes(make_record(extra={"a": True}))["a"] is True
        assert type(attributes(make_record(extra={"a": 1.0}))["a"]) is float


def test_a_template_is_told_only_where_there_are_arguments(attributes, make_record):
    for _ in range(2):
        assert attributes(make_record("100 %% %s", 1))["spanlog.template"] == "100 %% %s"
        assert "spanlog.template" not in attributes(make_record("100 %% %s"))


def test_a_message_that_is_new_each_time_is_no_template(attributes, make_record):
    found = [attributes(make_record(f"order {number} of %s", "ETH")) for number in range(30)]
    assert "spanlog.template" in found[0]
    assert "spanlog.template" not in found[-1]
    # Another line is not concerned.
    other = make_record("order of %s", "ETH")
    other.lineno = 99
    assert attributes(other)["spanlog.template"] == "order of %s"


def test_a_message_that_is_new_each_time_takes_no_memory(encoder, make_record):
    for number in range(5_000):
        encoder.encode(make_record(f"order {number}"), None)
    assert len(encoder._sites.without_args) < 20


def test_a_value_that_is_new_each_time_takes_no_memory(encoder, make_record):
    for number in range(5_000):
        encoder.encode(make_record("order", extra={"id": f"id-{number}", "count": number}), None)
    names = encoder._sites._names
    assert len(names["id"].known) < 100
    assert len(names["count"].known) < 100


@pytest.mark.parametrize("value", ["x" * 1_023, "x" * 1_024, "x" * 5_000, "ü" * 700, "\ud800", "", "a\0b"])
def test_texts_of_any_length_arrive(attributes, make_record, value):
    expected = value.replace("\ud800", "\ufffd")
    for _ in range(3):
        assert attributes(make_record(extra={"value": value}))["value"] == expected


@pytest.mark.parametrize("value", ["x" * 1_023, "x" * 1_024, "x" * 5_000, "ü" * 700, "\ud800", "a\0b"])
def test_messages_of_any_length_arrive(encoder, make_record, value):
    for _ in range(3):
        assert parsed(encoder.encode(make_record("%s", value), None)).body.string_value == value.replace(
            "\ud800", "\ufffd"
        )


def test_sessions_and_operations_are_told_from_the_first_record_to_the_last(encoder, attributes, make_record):
    for _ in range(3):
        assert attributes(make_record())["session.id"] == "run-1"
        with session("run-2", agent_id="planner"), operation("plan") as current:
            message = parsed(encoder.encode(make_record(), None))
            assert message.trace_id.hex() == current.trace_id
            found = attributes(make_record())
            assert (found["session.id"], found["gen_ai.agent.id"]) == ("run-2", "planner")
            assert attributes(make_record(extra={"session_key": "run-3"}))["session.id"] == "run-3"
            assert attributes(make_record(extra={"agent_id": "crypto"}))["gen_ai.agent.id"] == "crypto"
        with session(agent_id="critic"):
            found = attributes(make_record())
            assert (found["session.id"], found["gen_ai.agent.id"]) == ("run-1", "critic")


def test_a_value_whose_name_tells_of_a_secret_is_not_even_looked_at(attributes, make_record):
    class Secret:
        def __str__(self):
            raise AssertionError("somebody looked")

    for value in ("hunter2", Secret(), 17, None, ["hunter2"]):
        for _ in range(2):
            assert attributes(make_record(extra={"db_password": value}))["db_password"] == "[redacted:key]"
            assert attributes(make_record(extra={"metadata": {"api_key": value}}))["api_key"] == "[redacted:key]"


def test_names_of_secrets_may_be_added_and_switched_off(make_record, encoded):
    record = make_record(extra={"tax_id": "123", "password": "hunter2"})
    assert encoded(record, redact_keys=["tax_id"]).attributes["tax_id"] == "[redacted:key]"
    assert encoded(record).attributes["tax_id"] == "123"
    assert encoded(record, redact=False).attributes["password"] == "hunter2"


def test_a_record_class_of_the_programs_own_renders_its_message(encoder, make_record):
    class Braces(logging.LogRecord):
        def getMessage(self):  # noqa: N802 - logging's name
            return self.msg.format(*self.args)

    record = Braces("app", 20, "/srv/app/bot.py", 17, "order {}", ("ETH",), None, "trade")
    for _ in range(3):
        assert parsed(encoder.encode(record, None)).body.string_value == "order ETH"


def test_threads_that_meet_a_call_site_at_once_say_the_same(encoder, make_record):
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    wrong = []

    def work(name):
        for number in range(300):
            record = make_record("order %s", number, extra={name: number, "both": name})
            record.lineno = number
            found = {pair.key for pair in parsed(encoder.encode(record, None)).attributes}
            if not {name, "both", "code.line.number", "spanlog.template"} <= found:
                wrong.append(found)

    try:
        threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b", "c", "d")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert not wrong
