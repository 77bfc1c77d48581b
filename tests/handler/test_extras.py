from __future__ import annotations

import uuid

import pytest

UUID = uuid.UUID("0123abcd-0123-4567-89ab-0123456789ab")


def test_names_with_a_meaning_become_its_attribute(encoded, make_record):
    found = encoded(
        make_record(extra={"agent_id": "a", "session_key": "s", "category": "c", "source": "o", "parent_id": UUID})
    ).attributes
    assert found["gen_ai.agent.id"] == "a"
    assert found["session.id"] == "s"
    assert found["spanlog.category"] == "c"
    assert found["spanlog.source"] == "o"
    assert found["spanlog.parent_id"] == str(UUID)
    assert not {"agent_id", "session_key", "category", "source", "parent_id"} & found.keys()


def test_none_means_what_the_handler_says(encoded, make_record):
    nothing = {"agent_id": None, "session_key": None, "category": None, "source": None, "trace_id": None}
    received = encoded(make_record(extra=nothing), agent_id="a", session_key="s", category="c")
    found = received.attributes
    assert (found["session.id"], found["spanlog.category"], found["spanlog.source"]) == ("s", "c", "handler")
    assert not {"gen_ai.agent.id", "trace_id"} & found.keys()
    assert not received.trace_id


def test_the_call_goes_before_the_handler(encoded, make_record):
    found = encoded(
        make_record(extra={"session_key": "s2", "category": "c2", "source": "o2"}),
        session_key="s1",
        category="c1",
        source="o1",
    ).attributes
    assert (found["session.id"], found["spanlog.category"], found["spanlog.source"]) == ("s2", "c2", "o2")


def test_the_agent_is_on_the_record_only_where_it_differs(encoded, make_record):
    assert "gen_ai.agent.id" not in encoded(make_record(extra={"agent_id": "a"}), agent_id="a").attributes
    assert encoded(make_record(extra={"agent_id": "b"}), agent_id="a").attributes["gen_ai.agent.id"] == "b"


@pytest.mark.parametrize(
    ("given", "form"),
    [(UUID, "uuid"), (str(UUID), "uuid"), (str(UUID).upper(), "uuid"), (UUID.hex, None), (UUID.hex.upper(), None)],
)
def test_a_trace_id_becomes_the_records_and_its_form_is_kept(encoded, make_record, given, form):
    received = encoded(make_record(extra={"trace_id": given}))
    assert received.trace_id == UUID.hex
    assert received.attributes.get("spanlog.trace_id.form") == form
    assert "trace_id" not in received.attributes


@pytest.mark.parametrize(
    "given",
    ["", "12", "x" * 32, "0" * 32, "ab " * 10 + "ab", "0123abcd_0123_4567_89ab_0123456789ab", 17, b"0" * 16],
)
def test_a_trace_id_that_is_none_is_kept_as_an_attribute(encoded, make_record, given):
    received = encoded(make_record(extra={"trace_id": given}))
    assert not received.trace_id
    assert received.attributes["trace_id"] == given
    assert "spanlog.trace_id.form" not in received.attributes


def test_metadata_is_flattened_one_level(encoded, make_record):
    metadata = {"pair": "ETH", "order": {"id": 7}, 3: "three", "message": "a name extra does not take"}
    found = encoded(make_record(extra={"metadata": metadata})).attributes
    assert (found["pair"], found["order"], found["3"]) == ("ETH", {"id": 7}, "three")
    assert found["message"] == "a name extra does not take"
    assert "metadata" not in found


def test_an_explicit_extra_goes_before_metadata(encoded, make_record):
    for extra in (
        {"metadata": {"pair": "ETH"}, "pair": "BTC"},
        {"pair": "BTC", "metadata": {"pair": "ETH"}},
    ):
        assert encoded(make_record(extra=extra)).attributes["pair"] == "BTC"


def test_metadata_that_is_no_dict_is_an_attribute(encoded, make_record):
    assert encoded(make_record(extra={"metadata": [1]})).attributes["metadata"] == [1]


def test_other_keys_are_attributes_of_their_own_name(encoded, make_record):
    found = encoded(make_record(extra={"pair": "ETH", 7: "seven", ("a", 1): True, "": "empty"})).attributes
    assert (found["pair"], found["7"], found["('a', 1)"], found[""]) == ("ETH", "seven", True, "empty")


def test_a_name_stands_once_and_the_programs_word_counts(encoded, make_record):
    extra = {"code.line.number": 5, "thread.name": "mine", "session.id": "s2", "log.record.uid": "u"}
    found = encoded(make_record(extra=extra), session_key="s1").attributes
    assert {name: found[name] for name in extra} == extra
    assert found["code.function.name"] == "trade"


def test_a_real_exception_goes_before_what_is_said_of_one(encoded, make_record):
    record = make_record(exc_info=(ValueError, ValueError("real"), None), extra={"exception.type": "told"})
    assert encoded(record).attributes["exception.type"] == "ValueError"
    assert encoded(make_record(extra={"exception.type": "told"})).attributes["exception.type"] == "told"


def test_what_formatters_leave_on_a_record_is_no_extra(encoded, make_record):
    record = make_record(extra={"pair": "ETH"})
    record.message, record.asctime, record.taskName = "hello", "now", "Task-1"
    found = encoded(record).attributes
    assert found["pair"] == "ETH"
    assert not {"message", "asctime", "taskName"} & found.keys()


def test_what_a_filter_or_record_factory_adds_is_an_extra(encoded, make_record):
    record = make_record()
    record.request_id = "r1"
    assert encoded(record).attributes["request_id"] == "r1"
