"""Error groups: listed, read, resolved, muted, assigned, commented, merged and split; who and when is kept."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from query_api_telemetry import Log

from spanlog_collector.storage.tables import ERROR_STATES
from spanlog_query_api.models.errors import ErrorGroupDetail, ErrorGroupPage
from spanlog_query_api.times import format_time, parse_time

SECOND = 1_000_000_000
HOUR = 3600 * SECOND
UNKNOWN = "0123456789abcdef"


@pytest.fixture
def fail(client, loader, agent):
    """Log errors of one message and give the group's fingerprint."""

    def fail(message="it broke", *times, agent_id=agent, **fields):
        loader.logs(
            agent_id,
            [
                Log(message, moment, 17, attributes={"spanlog.fingerprint": f"{agent} {message}"}, **fields)
                for moment in times or (time.time_ns(),)
            ],
        )
        return find(client, agent_id, message)["fingerprint"]

    return fail


def find(client, agent, title):
    (found,) = (item for item in listed(client, agent_id=agent)["items"] if item["title"] == title)
    return found


def listed(client, **parameters):
    answer = client.get("/errors", params=parameters)
    assert answer.status_code == 200, answer.text
    ErrorGroupPage.model_validate(answer.json(), extra="forbid")
    return answer.json()


def read(client, fingerprint, **parameters):
    answer = client.get(f"/errors/{fingerprint}", params=parameters)
    assert answer.status_code == 200, answer.text
    ErrorGroupDetail.model_validate(answer.json(), extra="forbid")
    return answer.json()


def change(client, fingerprint, **body):
    answer = client.patch(f"/errors/{fingerprint}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def summary(client, agent, **parameters):
    return client.get("/logs/summary", params={"agent_id": agent, **parameters}).json()


def fingerprints(items):
    return [item["fingerprint"] for item in items]


def actions(detail):
    return [(made["action"], made["by"]) for made in detail["changes"]]


def test_a_resolved_group_is_resolved_with_all_its_records(client, agent, fail):
    group = fail("it broke", *(time.time_ns() - index * SECOND for index in range(3)))
    before = time.time_ns()
    detail = change(client, group, status="resolved", resolved_by="ana")
    assert (detail["status"], detail["resolved_by"], detail["unresolved_count"]) == ("resolved", "ana", 0)
    assert before <= parse_time(detail["resolved_at"]) <= time.time_ns()
    assert actions(detail) == [("resolve", "ana")]
    assert summary(client, agent)["unresolved"] == []
    entries = client.get("/logs", params={"agent_id": agent}).json()["items"]
    assert {(entry["resolved"], entry["resolved_by"]) for entry in entries} == {(True, "ana")}
    assert client.get("/logs", params={"agent_id": agent, "resolved": "true"}).json()["total"] == 3
    assert client.get("/logs", params={"agent_id": agent, "resolved": "false"}).json()["total"] == 0


def test_resolving_twice_keeps_the_first(client, fail):
    group = fail()
    first = change(client, group, status="resolved", resolved_by="ana")
    second = change(client, group, status="resolved", resolved_by="bo")
    # A reading of all time ends at its own moment; everything else is as it was.
    assert second | {"until": first["until"]} == first


def test_of_many_who_resolve_at_once_one_stays(client, fail):
    group = fail()
    start = threading.Barrier(6)

    def resolve(number):
        start.wait()
        change(client, group, status="resolved", resolved_by=f"n{number}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(resolve, range(6)))
    assert len(read(client, group)["changes"]) == 1


def test_a_group_that_is_seen_after_it_was_resolved_has_regressed(client, agent, fail):
    group = fail("it broke", time.time_ns() - SECOND)
    change(client, group, status="resolved", by="ana")
    assert summary(client, agent)["regressed"] == []
    fail("it broke")
    found = summary(client, agent)
    assert fingerprints(found["regressed"]) == fingerprints(found["unresolved"]) == [group]
    item = find(client, agent, "it broke")
    assert (item["status"], item["is_regressed"], item["count"], item["unresolved_count"]) == ("regressed", True, 2, 1)
    assert fingerprints(listed(client, agent_id=agent, status="regressed")["items"]) == [group]
    assert fingerprints(listed(client, agent_id=agent, status="open")["items"]) == [group]
    again = change(client, group, status="resolved", by="bo")
    assert (again["status"], again["resolved_by"]) == ("resolved", "bo")
    assert actions(again) == [("resolve", "ana"), ("resolve", "bo")]


def test_an_older_record_that_comes_late_is_no_regression(client, agent, fail):
    group = fail("it broke", time.time_ns() - 2 * SECOND)
    change(client, group, status="resolved", by="ana")
    fail("it broke", time.time_ns() - HOUR)
    item = find(client, agent, "it broke")
    assert (item["status"], item["count"], item["unresolved_count"]) == ("resolved", 2, 0)
    assert summary(client, agent)["regressed"] == []


def test_records_of_a_clock_that_is_ahead_are_resolved_with_the_others(client, agent, fail):
    ahead = time.time_ns() + HOUR
    group = fail("it broke", ahead)
    assert change(client, group, status="resolved", by="ana")["status"] == "resolved"
    fail("it broke", ahead + 1)
    assert find(client, agent, "it broke")["status"] == "regressed"


def test_a_group_all_of_whose_records_were_resolved_one_by_one_is_resolved(client, agent, fail):
    group = fail("it broke", time.time_ns() - 2 * SECOND, time.time_ns() - SECOND)
    ids = [entry["id"] for entry in client.get("/logs", params={"agent_id": agent}).json()["items"]]
    client.patch(f"/logs/{ids[0]}/resolve", json={"resolved_by": "ana"})
    item = find(client, agent, "it broke")
    assert (item["status"], item["unresolved_count"]) == ("open", 1)
    client.post("/logs/resolve-batch", json={"ids": ids, "resolved_by": "bo"})
    assert read(client, group)["status"] == "resolved"
    assert actions(read(client, group)) == [("resolve", "bo")]
    fail("it broke")
    assert fingerprints(summary(client, agent)["regressed"]) == [group]


def test_an_opened_group_is_open_again(client, fail):
    group = fail()
    change(client, group, status="resolved", by="ana")
    opened = change(client, group, status="open", by="bo")
    assert (opened["status"], opened["resolved_by"], opened["unresolved_count"]) == ("open", None, 1)
    assert actions(opened) == [("resolve", "ana"), ("reopen", "bo")]
    assert actions(change(client, group, status="open", by="zoe")) == actions(opened)


def test_a_muted_group_is_in_no_list_until_it_is_opened(client, agent, fail):
    group = fail("it broke", *(time.time_ns() - index for index in range(4)))
    detail = change(client, group, status="muted", by="ana")
    assert (detail["status"], detail["muted_until"], detail["muted_count"]) == ("muted", None, None)
    found = summary(client, agent)
    assert [found[name] for name in ("unresolved", "new", "recurring", "regressed", "vanished")] == [[]] * 5
    assert found["total"] == 4
    assert fingerprints(listed(client, agent_id=agent, status="muted")["items"]) == [group]
    assert change(client, group, status="open")["status"] == "open"
    assert fingerprints(summary(client, agent)["unresolved"]) == [group]


def test_a_group_is_muted_until_a_time(client, fail):
    group = fail()
    until = time.time_ns() + HOUR
    detail = change(client, group, status="muted", until=format_time(until))
    assert (detail["status"], detail["muted_until"]) == ("muted", format_time(until))
    soon = time.time_ns() + SECOND
    change(client, group, status="muted", until=format_time(soon))
    while time.time_ns() <= soon:
        time.sleep(0.05)
    assert (read(client, group)["status"], read(client, group)["muted_until"]) == ("open", None)


def test_a_group_is_muted_until_so_many_more_records(client, agent, fail):
    group = fail()
    assert change(client, group, status="muted", count=2)["muted_count"] == 2
    fail()
    assert find(client, agent, "it broke")["status"] == "muted"
    fail()
    assert find(client, agent, "it broke")["status"] == "open"
    assert fingerprints(summary(client, agent)["unresolved"]) == [group]


def test_assigning_and_commenting_are_kept_with_who_and_when(client, agent, fail):
    group = fail()
    change(client, group, assigned_to="bo", by="ana")
    detail = change(client, group, comment="the <b>proxy</b>\nagain")
    assert detail["assigned_to"] == "bo"
    assert actions(detail) == [("assign", "ana"), ("comment", "api")]
    assert [made["text"] for made in detail["changes"]] == ["bo", "the <b>proxy</b>\nagain"]
    assert detail["comments"] == detail["changes"][1:]
    assert detail["changes"][0]["at"] < detail["changes"][1]["at"]
    assert fingerprints(listed(client, agent_id=agent, assigned_to="bo")["items"]) == [group]
    assert change(client, group, assigned_to="")["assigned_to"] is None


def test_merged_groups_are_one_for_later_records_too_and_a_split_undoes_it(client, loader, agent, fail):
    moment = time.time_ns()
    one, two, three = (fail(f"broke {word}", moment - HOUR, moment) for word in ("here", "there", "elsewhere"))
    merged = client.post("/errors/merge", json={"into": one, "fingerprints": [two], "by": "ana"})
    assert merged.status_code == 200, merged.text
    detail = merged.json()
    assert (detail["fingerprint"], detail["count"], detail["merged"]) == (one, 4, [two])
    assert actions(detail) == [("merge", "ana")]
    assert (detail["changes"][0]["fingerprint"], detail["changes"][0]["other_fingerprint"]) == (two, one)
    assert listed(client, agent_id=agent)["total"] == 2
    assert read(client, two)["fingerprint"] == one
    # Later matches follow.
    loader.logs(agent, [Log("broke there", 0, 17, attributes={"spanlog.fingerprint": f"{agent} broke there"})])
    assert read(client, one)["count"] == 5
    assert {item["fingerprint"]: item["count"] for item in summary(client, agent)["new"]} == {one: 5, three: 2}
    # What is merged into a part of a group is a part of the group, and goes with the part.
    client.post("/errors/merge", json={"into": two, "fingerprints": [three]})
    assert (read(client, one)["count"], read(client, one)["merged"]) == (7, sorted([two, three]))
    split = client.post("/errors/split", json={"fingerprint": two, "by": "bo"})
    assert split.status_code == 200, split.text
    assert (split.json()["fingerprint"], split.json()["count"]) == (two, 3)
    assert read(client, one)["count"] == 4
    assert actions(read(client, two)) == [("merge", "ana"), ("split", "bo")]
    client.post("/errors/split", json={"fingerprint": one})
    assert {item["fingerprint"]: item["count"] for item in listed(client, agent_id=agent)["items"]} == {
        one: 2,
        two: 3,
        three: 2,
    }


def test_a_merged_part_is_resolved_with_its_group(client, loader, agent, fail):
    one, two = fail("broke here"), fail("broke there")
    client.post("/errors/merge", json={"into": one, "fingerprints": [two]})
    change(client, two, status="resolved", by="ana")
    assert client.get("/logs", params={"agent_id": agent, "resolved": "true"}).json()["total"] == 2
    assert read(client, one)["status"] == "resolved"
    loader.logs(agent, [Log("broke there", 0, 17, attributes={"spanlog.fingerprint": f"{agent} broke there"})])
    assert fingerprints(summary(client, agent)["regressed"]) == [one]
    client.post("/errors/split", json={"fingerprint": two})
    assert (read(client, one)["status"], read(client, two)["status"]) == ("resolved", "open")


def test_a_fingerprint_that_better_rules_give_leads_to_the_group_of_before(client, store, loader, agent, fail):
    """Such a fingerprint is written down by a migration, as one that was merged before anybody did anything."""
    old, new, other = fail("by the old rules"), fail("by the new rules"), fail("another bug")
    columns = ["Fingerprint", "ParentFingerprint", "GroupFingerprint"]
    store.insert(ERROR_STATES, columns, [[int(new, 16), int(old, 16), int(old, 16)]])
    assert (read(client, new)["fingerprint"], read(client, old)["count"]) == (old, 2)
    # What a person merged is looked up after that, and what a person splits is split.
    client.post("/errors/merge", json={"into": other, "fingerprints": [old]})
    assert (read(client, new)["fingerprint"], read(client, other)["count"]) == (other, 3)
    client.post("/errors/split", json={"fingerprint": new})
    assert (read(client, new)["count"], read(client, other)["count"]) == (1, 2)


def test_merging_with_itself_or_in_a_circle_is_409_and_changes_nothing(client, fail):
    one, two, three = fail("broke here"), fail("broke there"), fail("broke elsewhere")
    for into, merged in ((one, [one]), (one, [two, one])):
        answer = client.post("/errors/merge", json={"into": into, "fingerprints": merged})
        assert answer.status_code == 409, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
    assert read(client, two)["fingerprint"] == two
    client.post("/errors/merge", json={"into": two, "fingerprints": [three]})
    client.post("/errors/merge", json={"into": one, "fingerprints": [two]})
    for into in (two, three):
        answer = client.post("/errors/merge", json={"into": into, "fingerprints": [one]})
        assert answer.status_code == 409, answer.text
    again = client.post("/errors/merge", json={"into": one, "fingerprints": [two]})
    assert (again.status_code, len(again.json()["changes"])) == (200, 2)
    assert client.post("/errors/split", json={"fingerprint": three}).status_code == 200
    assert client.post("/errors/split", json={"fingerprint": three}).status_code == 409


@pytest.mark.parametrize("unknown", [UNKNOWN, "0" * 16, "nope", "x" * 300, "%00"])
def test_an_unknown_fingerprint_is_404(client, fail, unknown):
    group = fail()
    answers = [
        client.get(f"/errors/{unknown}"),
        client.patch(f"/errors/{unknown}", json={"status": "resolved"}),
    ]
    if len(unknown) < 256 and "%" not in unknown:
        answers += [
            client.post("/errors/merge", json={"into": group, "fingerprints": [unknown]}),
            client.post("/errors/merge", json={"into": unknown, "fingerprints": [group]}),
            client.post("/errors/split", json={"fingerprint": unknown}),
        ]
    wanted = 422 if "%" in unknown else 404
    for answer in answers:
        assert answer.status_code == wanted, answer.text
    assert read(client, group)["merged"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "status"),
        ({"status": "done"}, "status"),
        ({"status": "muted", "until": "9999-01-01"}, "until"),
        ({"status": "muted", "until": "2020-01-01"}, "until"),
        ({"status": "muted", "until": 5}, "until"),
        ({"status": "muted", "count": 0}, "count"),
        ({"status": "open", "count": 3}, "count"),
        ({"status": "resolved", "until": "2100-01-01"}, "until"),
        ({"status": "resolved", "resolved_by": ""}, "resolved_by"),
        ({"comment": " "}, "comment"),
        ({"comment": "a\0"}, "comment"),
        ({"assigned_to": "x" * 257}, "assigned_to"),
    ],
)
def test_a_mistake_in_a_change_is_422_and_names_its_field(client, fail, body, field):
    group = fail()
    answer = client.patch(f"/errors/{group}", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert read(client, group)["changes"] == []


@pytest.mark.parametrize("path", ["/errors", "/logs/summary", "/errors/{}"])
@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"since": "2026-11-20", "until": "2026-11-19"}, "since"),
        ({"since": "9999-01-01"}, "since"),
        ({"until": "9999-12-31T23:59:59Z"}, "until"),
        ({"since": "yesterday"}, "since"),
    ],
)
def test_a_period_that_is_none_is_422_and_names_its_field(client, fail, path, parameters, field):
    answer = client.get(path.format(fail()), params=parameters)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"limit": -1}, "limit"),
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"sort": "name"}, "sort"),
        ({"order": "up"}, "order"),
        ({"status": "done"}, "status"),
        ({"level": "loud"}, "level"),
        ({"recurring_min": 1}, "recurring_min"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "W10"}, "cursor"),
        ({"cursor": "x" * 2000}, "cursor"),
        ({"agent_id": "\0"}, "agent_id"),
    ],
)
def test_a_mistake_in_a_question_is_422_and_names_its_parameter(client, parameters, field):
    answer = client.get("/errors", params=parameters)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field


def test_one_group_tells_its_records_over_time_agents_sessions_and_traces(client, loader, agent):
    start = time.time_ns() // HOUR * HOUR - 5 * HOUR
    first, second = f"{agent}-1", f"{agent}-2"
    trace = uuid.uuid4()
    attributes = {"spanlog.fingerprint": agent, "session.id": "s1", "spanlog.trace_id.form": "uuid"}
    loader.logs(first, [Log("old", start, 17, attributes={"spanlog.fingerprint": agent})])
    loader.logs(first, [Log("mid", start + HOUR + index, 17, trace.hex, attributes=attributes) for index in range(3)])
    loader.logs(second, [Log("new", start + 3 * HOUR, 21, attributes=attributes | {"session.id": "s2"})])
    (item,) = listed(client, agent_id=first)["items"]
    detail = read(client, item["fingerprint"])
    assert (detail["count"], detail["title"], detail["why"]) == (5, "new", {"rule": "custom", "parts": [agent]})
    assert detail["agents"] == [first, second]
    assert [(each["agent_id"], each["count"]) for each in detail["agent_counts"]] == [(first, 4), (second, 1)]
    assert detail["session_total"] == 2
    assert [(each["session_key"], each["count"]) for each in detail["sessions"]] == [("s2", 1), ("s1", 3)]
    assert (detail["first_record"]["created_at"], detail["last_record"]["level"]) == (format_time(start), "critical")
    assert detail["sample_traces"] == [str(trace)]
    assert sum(bucket["count"] for bucket in detail["counts"]) == 5
    assert (detail["ever_count"], detail["ever_first_seen"]) == (5, format_time(start))
    part = read(client, item["fingerprint"], since=format_time(start + 1), until=format_time(start + HOUR + 2))
    assert (part["count"], sum(bucket["count"] for bucket in part["counts"])) == (2, 2)
    assert part["first_seen"] == format_time(start + HOUR)
    none = read(client, item["fingerprint"], since=format_time(start + 4 * HOUR))
    assert (none["count"], none["counts"], none["ever_count"]) == (0, [], 5)


def test_pages_are_in_order_and_hold_every_group_once(client, fail, agent):
    now = time.time_ns()
    for index in range(7):
        fail(f"m{index}", *(now - index * SECOND - step for step in range(index % 3 + 1)))
    for sort in ("last_seen", "first_seen", "count", "status"):
        for order in ("desc", "asc"):
            items, cursor = [], ""
            while True:
                page = listed(client, agent_id=agent, sort=sort, order=order, limit=3, cursor=cursor)
                assert page["total"] == 7
                items += page["items"]
                if not (cursor := page["next_cursor"]):
                    break
            assert len({item["fingerprint"] for item in items}) == len(items) == 7
            if sort != "status":
                keys = [item[sort] for item in items]
                assert keys == sorted(keys, reverse=order == "desc")
    page = listed(client, agent_id=agent, limit=3)
    wrong = client.get("/errors", params={"sort": "count", "cursor": page["next_cursor"]})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "cursor")


def test_errors_are_filtered_by_text_level_and_period(client, loader, agent, fail):
    now = time.time_ns()
    timed_out = fail("The Peer timed out", now - 3 * HOUR)
    loader.logs(agent, [Log("gone", now, 21, attributes={"exception.type": "app.LostÄrger"})])
    assert fingerprints(listed(client, agent_id=agent, search="peer TIMED")["items"]) == [timed_out]
    (lost,) = listed(client, agent_id=agent, search="lostärger")["items"]
    assert lost["type"] == "app.LostÄrger"
    assert fingerprints(listed(client, agent_id=agent, level="critical")["items"]) == [lost["fingerprint"]]
    assert fingerprints(listed(client, agent_id=agent, since=format_time(now - HOUR))["items"]) == [lost["fingerprint"]]
    assert fingerprints(listed(client, agent_id=agent, until=format_time(now - HOUR))["items"]) == [timed_out]
    assert listed(client, agent_id=agent, status="recurring")["total"] == 0
    assert listed(client, agent_id=agent, status="new")["total"] == 2
    assert listed(client, agent_id=agent, search="'; DROP TABLE otel_logs --")["total"] == 0


def test_a_group_that_was_seen_before_and_is_not_now_has_vanished(client, agent, fail):
    now = time.time_ns()
    gone = fail("went away", now - 30 * HOUR, now - 29 * HOUR)
    fail("still there", now - 30 * HOUR, now - HOUR)
    found = summary(client, agent)
    assert [(item["fingerprint"], item["count"]) for item in found["vanished"]] == [(gone, 2)]
    assert found["vanished_total"] == 1
    assert found["vanished"][0]["last_seen"] == format_time(now - 29 * HOUR)
    assert found["new"] == []
