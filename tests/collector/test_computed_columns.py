"""What the engine computes of a record: its id, agent, session, level, shape and error group."""

import datetime as dt
import uuid

import pytest
from segments import log_request

LOG_ROWS = """
SELECT *, toString(LogId) AS Id FROM otel_logs WHERE ServiceName = {service:String} ORDER BY Body, Timestamp, Id
"""


def attributes(record, **values: str) -> None:
    for key, value in values.items():
        record.attributes.add(key=key.replace("__", ".")).value.string_value = value


def stored(store, load, service, *records: dict[str, str], severity: int = 17):
    request = log_request(service, *(str(index) for index in range(len(records))))
    for given_attributes, record in zip(records, request.resource_logs[0].scope_logs[0].log_records, strict=True):
        record.severity_number = severity
        body = given_attributes.pop("body", None)
        if body is not None:
            record.body.string_value = body
        attributes(record, index=str(len(record.attributes)), **given_attributes)
    load(request)
    return store.query(LOG_ROWS, {"service": service})


def test_log_id_is_the_uid_which_is_not_kept_twice(store, load, service):
    uid = str(uuid.uuid4())
    (row,) = stored(store, load, service, {"log__record__uid": uid})
    assert row["Id"] == uid
    assert "log.record.uid" not in row["LogAttributes"]


def test_log_id_of_a_uid_that_is_no_uuid_is_its_hash(store, load, service):
    first, second = stored(store, load, service, {"log__record__uid": "01J9"}, {"log__record__uid": "01J9"})
    assert first["Id"] == second["Id"]
    assert first["LogAttributes"]["log.record.uid"] == "01J9"


def test_log_id_without_uid_is_a_uuid_of_its_own(store, load, service):
    first, second = stored(store, load, service, {}, {})
    assert uuid.UUID(first["Id"]).version == 7
    assert first["Id"] != second["Id"]


def test_agent_is_the_records_then_the_service(store, load, service):
    first, second = stored(store, load, service, {"gen_ai__agent__id": "mine"}, {})
    assert (first["AgentId"], second["AgentId"]) == ("mine", service)


def test_session_category_source_parent(store, load, service):
    first, second = stored(
        store,
        load,
        service,
        {"session__id": "s", "spanlog__category": "c", "spanlog__source": "o", "spanlog__parent_id": "p"},
        {"gen_ai__conversation__id": "g"},
    )
    assert (first["SessionId"], first["Category"], first["Source"], first["ParentId"]) == ("s", "c", "o", "p")
    assert (second["SessionId"], second["Category"], second["Source"], second["ParentId"]) == ("g", "", "otlp", "")


@pytest.mark.parametrize(
    ("severity", "text", "level"),
    [
        (1, "", "debug"), (8, "", "debug"), (9, "", "info"), (12, "", "info"), (13, "", "warn"), (16, "", "warn"),
        (17, "", "error"), (20, "", "error"), (21, "", "critical"), (24, "", "critical"),
        (0, "", "info"), (0, "WARNING", "warn"), (0, "Error", "error"), (0, "fatal", "critical"),
        (9, "ERROR", "info"),
    ],
)  # fmt: skip
def test_level_is_of_the_number_and_of_the_text_where_there_is_none(store, load, service, severity, text, level):
    request = log_request(service, "x")
    record = request.resource_logs[0].scope_logs[0].log_records[0]
    record.severity_number, record.severity_text = severity, text
    load(request)
    assert store.query(LOG_ROWS, {"service": service})[0]["Level"] == level


def test_only_errors_have_a_fingerprint(store, load, service):
    (row,) = stored(store, load, service, {"exception__type": "E"}, severity=13)
    assert (row["Fingerprint"], row["FingerprintRule"], row["FingerprintParts"]) == (0, "", [])


def test_rules_decide_in_their_order(store, load, service):
    everything = {"spanlog__fingerprint": "f", "exception__type": "E", "spanlog__template": "t %s"}
    rows = stored(
        store,
        load,
        service,
        {"body": "1", **everything},
        {"body": "2", **{key: value for key, value in everything.items() if key != "spanlog__fingerprint"}},
        {"body": "3", "spanlog__template": "t %s"},
        {"body": "4 at 0x7f00"},
    )
    assert [row["FingerprintRule"] for row in rows] == ["custom", "exception", "template", "message"]
    assert rows[0]["FingerprintParts"] == ["f"]
    assert rows[2]["FingerprintParts"] == ["t %s"]
    assert rows[3]["FingerprintParts"] == ["* at *"]
    assert len({row["Fingerprint"] for row in rows}) == 4


def test_same_bug_on_other_lines_in_other_folders_is_one_group(store, load, service):
    def stack(folder: str, line: int, function: str = "place") -> str:
        return (
            "Traceback (most recent call last):\n"
            f'  File "{folder}/bot/main.py", line {line}, in run\n    place(order)\n'
            f'  File "{folder}/handler/spanlog/_operation.py", line {line}, in run\n    return function()\n'
            f'  File "{folder}/bot/orders.py", line {line + 7}, in {function}\n    raise KeyError("x")\n'
            f'  File "/usr/lib/python3.11/site-packages/requests/api.py", line {line}, in get\n    pass\n'
            f"KeyError: 'order-{line}'\n"
        )

    rows = stored(
        store,
        load,
        service,
        {"body": "1", "exception__type": "KeyError", "exception__stacktrace": stack("/srv/app", 10)},
        {"body": "2", "exception__type": "KeyError", "exception__stacktrace": stack("/home/me", 99)},
        {"body": "3", "exception__type": "KeyError", "exception__stacktrace": stack("/srv/app", 10, "cancel")},
    )
    assert rows[0]["FingerprintParts"] == ["KeyError", "orders.py:place", "main.py:run"]
    assert rows[0]["Fingerprint"] == rows[1]["Fingerprint"] != rows[2]["Fingerprint"]


def test_exception_without_a_stack_is_of_its_type_and_masked_message(store, load, service):
    (row,) = stored(store, load, service, {"exception__type": "E", "exception__message": "order 42 at 0xff"})
    assert row["FingerprintParts"] == ["E", "order * at *"]


def test_pattern_hash_does_not_see_digits(store, load, service):
    rows = stored(store, load, service, {"body": "order 1"}, {"body": "order 22"}, {"body": "orders 1"}, severity=9)
    assert rows[0]["PatternHash"] == rows[1]["PatternHash"] != rows[2]["PatternHash"]


def test_columns_are_computed_for_a_writer_that_names_only_the_standard_ones(store, service):
    """As the standard Collector's exporter inserts."""
    store.insert(
        "otel_logs",
        ["Timestamp", "ServiceName", "SeverityNumber", "Body", "LogAttributes"],
        [[dt.datetime.now(dt.UTC), service, 17, "failed 7 times", {"session.id": "s", "log.record.uid": "u"}]],
    )
    (row,) = store.query(LOG_ROWS, {"service": service})
    assert (row["AgentId"], row["SessionId"], row["Level"], row["Source"]) == (service, "s", "error", "otlp")
    assert row["FingerprintParts"] == ["failed * times"]
