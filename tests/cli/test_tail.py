import json
from datetime import UTC, datetime, timedelta

import pytest

from spanlog_cli.api_client import ApiClient
from spanlog_cli.follow import LogFollower
from spanlog_cli.render_entry import entry_text


class Store:
    """Records, answered for as ``GET /logs`` does: newest first, since, limit, offset."""

    def __init__(self):
        self.entries = []
        self.is_down = False

    def add(self, message, seconds_ago=0.0, **fields):
        created = datetime.now(UTC) - timedelta(seconds=seconds_ago)
        entry = {
            "id": f"{len(self.entries):08d}",
            "created_at": created.isoformat(timespec="microseconds").replace("+00:00", "000Z"),
            "level": "info",
            "agent_id": "bot",
            "message": message,
            "metadata": {},
            **fields,
        }
        self.entries.append(entry)
        return entry

    def __call__(self, query):
        if self.is_down:
            return 503, {"detail": "the store is down"}
        found = sorted(self.entries, key=lambda entry: (entry["created_at"], entry["id"]), reverse=True)
        found = [entry for entry in found if entry["created_at"] >= query.get("since", "")]
        offset, limit = int(query.get("offset", 0)), int(query["limit"])
        return {"total": len(found), "items": found[offset : offset + limit]}


@pytest.fixture
def store(api):
    api.routes["/logs"] = store = Store()
    return store


@pytest.fixture
def follower(api, store):
    with ApiClient(api.url, None) as client:
        yield LogFollower(client, {})


def messages(entries):
    return [entry["message"] for entry in entries]


def test_newest_are_printed_oldest_first(spanlog, api, store):
    for number in range(30):
        store.add(f"message {number}", seconds_ago=100 - number)
    done = spanlog("tail", "--no-follow", "-n", "3", "--url", api.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split("bot  ")[1] for line in done.stdout.splitlines()] == ["message 27", "message 28", "message 29"]


def test_filters_are_passed_on(spanlog, api, store):
    spanlog(
        *("tail", "--no-follow", "--agent-id", "a", "--level", "ERROR", "--search", "x y", "--session-key", "s"),
        *("--url", api.url),
    )
    (query,) = api.queries("/logs")
    assert query == {
        "agent_id": "a",
        "level": "error",
        "search": "x y",
        "session_key": "s",
        "limit": "20",
        "offset": "0",
    }


def test_programs_get_one_object_a_line(spanlog, api, store):
    entries = [store.add(f"message {number}\n", seconds_ago=9 - number) for number in range(3)]
    done = spanlog("tail", "--no-follow", "--json", "--url", api.url)
    assert [json.loads(line) for line in done.stdout.splitlines()] == entries


def test_more_than_one_page_is_fetched(spanlog, api, store):
    for number in range(2500):
        store.add(f"message {number}", seconds_ago=3000 - number)
    done = spanlog("tail", "--no-follow", "-n", "2200", "--url", api.url)
    assert done.stdout.count("\n") == 2200
    assert done.stdout.splitlines()[0].endswith("message 300")


def test_new_records_are_printed_as_they_come(started, api, store, wait_until):
    store.add("first", seconds_ago=3)
    process = started("tail", "--url", api.url)
    assert process.stdout.readline().endswith(b"bot  first\n")
    store.add("second")
    assert process.stdout.readline().endswith(b"bot  second\n")
    store.add("third")
    assert process.stdout.readline().endswith(b"bot  third\n")


def test_restart_of_the_stack_is_told_once_and_survived(started, api, store, wait_until):
    store.add("first", seconds_ago=3)
    process = started("tail", "--url", api.url)
    assert process.stdout.readline().endswith(b"first\n")
    store.is_down = True
    asked = len(api.asked)
    wait_until(lambda: len(api.asked) > asked + 3, "a few questions")
    store.add("second")
    store.is_down = False
    assert process.stdout.readline().endswith(b"second\n")
    process.kill()
    _, stderr = process.communicate()
    assert stderr.decode().splitlines() == [
        f"spanlog: {api.url} does not answer; waiting for it",
        f"spanlog: {api.url} is back",
    ]


def test_refused_question_ends_the_command(spanlog, api):
    api.routes["/logs"] = 422, {"detail": "search: too long"}
    done = spanlog("tail", "--url", api.url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "too long" in done.stderr


def test_nothing_is_given_twice(follower, store):
    store.add("first", seconds_ago=1)
    assert messages(follower.newest(10, is_followed=True)) == ["first"]
    assert follower.new() == []
    store.add("second")
    assert messages(follower.new()) == ["second"]
    assert follower.new() == []


def test_late_record_is_given_though_newer_ones_were(follower, store):
    store.add("newer", seconds_ago=0)
    follower.newest(10, is_followed=True)
    store.add("late", seconds_ago=3)
    assert messages(follower.new()) == ["late"]


def test_very_late_record_is_found_by_the_long_reach(follower, store):
    follower.newest(10, is_followed=True)
    store.add("very late", seconds_ago=40)
    assert follower.new() == []
    follower._next_long_reach = 0.0
    assert messages(follower.new()) == ["very late"]


def test_old_records_that_were_not_asked_for_are_not_given_later(follower, store):
    for number in range(1500):
        store.add(f"old {number}", seconds_ago=4)
    assert len(follower.newest(10, is_followed=True)) == 10
    assert follower.new() == []


def test_same_moment_with_more_records_than_a_page_loses_none(follower, store):
    follower.newest(10, is_followed=True)
    moment = store.add("0")["created_at"]
    for number in range(1, 3500):
        store.add(str(number), created_at=moment)
    assert sorted(map(int, messages(follower.new()))) == list(range(3500))


def test_what_was_logged_during_an_outage_is_given_after_it(follower, store):
    follower.newest(10, is_followed=True)
    follower.new()
    store.is_down = True
    assert follower.new() == []
    assert follower.is_waiting
    # An outage of ten minutes, which began when there was an answer for the last time.
    follower._outage_began_unix_seconds -= 600
    store.is_down = False
    store.add("during", seconds_ago=500)
    assert messages(follower.new()) == ["during"]
    assert not follower.is_waiting
    store.add("also during, but later received", seconds_ago=400)
    assert messages(follower.new()) == ["also during, but later received"]


def test_record_from_the_future_does_not_stop_the_rest(follower, store):
    store.add("future", seconds_ago=-10_000_000)
    follower.newest(10, is_followed=True)
    store.add("now")
    assert messages(follower.new()) == ["now"]


def test_memory_of_what_was_seen_is_bounded(follower, store):
    for number in range(3000):
        store.add(str(number), seconds_ago=1000)
    follower.newest(3000, is_followed=True)
    follower.new()
    assert len(follower._seen) == 0


def test_control_characters_do_not_reach_the_terminal():
    entry = {
        "created_at": "2026-11-20T07:53:01.123456789Z",
        "level": "error",
        "agent_id": "a\x1b[2J",
        "message": "one\x1b[31m\x07\ntwo\x9b2J",
        "category": "c\n",
    }
    text = entry_text(entry)
    assert text.replace("\x1b[31mERROR   \x1b[0m", "").replace("\x1b[2m", "").replace("\x1b[0m", "").count("\x1b") == 0
    assert "\x9b" not in text
    assert text.splitlines()[1] == "    | two\\x9b2J"


def test_entry_tells_what_is_known_beside_the_message(recorded):
    entry = recorded("logs")["items"][0]
    text = entry_text(entry)
    assert text.startswith("2026-11-20 09:05:45.535Z ")
    for part in (
        entry["agent_id"],
        entry["message"],
        "logger=worker",
        "category=jobs",
        "session=shift-7",
        "TimeoutError",
    ):
        assert part in text


def test_every_line_of_a_message_but_the_first_stands_behind_a_bar():
    entry = {"created_at": "x", "message": "a\n2026-11-20 07:53:01.000Z ERROR    bank  all gone"}
    assert entry_text(entry).splitlines()[1].startswith("    | 2026-11-20")


@pytest.mark.parametrize(("given", "asked"), [("warning", "warn"), ("WARNING", "warn"), ("Fatal", "critical")])
def test_a_level_may_be_spelt_as_python_spells_it(spanlog, api, given, asked):
    api.routes["/logs"] = {"total": 0, "items": []}
    assert spanlog("tail", "--no-follow", "--level", given, "--url", api.url).returncode == 0
    assert {query["level"] for query in api.queries("/logs")} == {asked}
