"""A search that is asked again finds what it would find if it were new, whatever came or went meanwhile."""

import random
import time
import uuid

import pytest
from prometheus_client import CollectorRegistry
from query_api_telemetry import Loader, Log

from spanlog_collector.storage import migrate
from spanlog_keys import Access, Scope
from spanlog_query_api import known_searches
from spanlog_query_api.known_searches import KnownSearches, find_newest
from spanlog_query_api.metrics import Metrics
from spanlog_query_api.pages import read_page
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.record_parts import EVER, Part, unchanged_before
from spanlog_query_api.search.conditions import Expression, all_of, without_period
from spanlog_query_api.search.fields import query_to_condition
from spanlog_query_api.times import DAY_NANOSECONDS

SECOND = 1_000_000_000
BEGIN = (time.time_ns() // SECOND - 3600) * SECOND
OLD, MIDDLE, NEW = Part("20261119", 1, 1, 10, 100), Part("20261120", 1, 4, 50, 200), Part("20261120", 5, 5, 7, 300)


class Asked(QueryRunner):
    """Keeps the names of what it runs."""

    def __init__(self, store, *access):
        super().__init__(store, Metrics(CollectorRegistry()), "/test", *access)
        self.names = []

    def run(self, name, *args, **kwargs):
        self.names.append(name)
        return super().run(name, *args, **kwargs)

    def take_names(self):
        names, self.names = self.names, []
        return names


@pytest.fixture
def own_store(empty_store):
    migrate(empty_store)
    return empty_store


@pytest.fixture
def own_loader(own_store, tmp_path):
    return Loader(own_store, tmp_path)


@pytest.fixture
def queries(own_store):
    return Asked(own_store)


def since_condition(since, q):
    return all_of(Expression("since", {"time": since}), query_to_condition(q))


def find(queries, searches, q, since, limit=10):
    return find_newest(queries, searches, since_condition(since, q), since, limit)


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ({OLD, MIDDLE}, EVER),
        ({OLD, MIDDLE, NEW}, 300 * SECOND),
        # Merged: the same rows in one part.
        ({OLD, Part("20261120", 1, 6, 50, 200)}, EVER),
        # Merged with what came.
        ({OLD, Part("20261120", 1, 5, 57, 200)}, 200 * SECOND),
        # A number that others have overtaken.
        ({OLD, MIDDLE, Part("20261119", 0, 0, 1, 90)}, 90 * SECOND),
        # A day is gone, in parts or as a whole; or it is empty; or something came at the same time.
        ({MIDDLE}, 0),
        ({MIDDLE, NEW}, 0),
        ({Part("20261119", 1, 1, 0, 0), MIDDLE}, 0),
    ],
)
def test_parts_tell_from_which_moment_on_records_are_others(now, moment):
    assert unchanged_before(frozenset({OLD, MIDDLE}), frozenset(now)) == moment


@pytest.mark.parametrize("seed", range(2))
def test_what_is_found_again_is_what_a_new_search_finds(own_store, own_loader, queries, seed):
    chance = random.Random(seed)
    searches = KnownSearches()
    now = time.time_ns() // DAY_NANOSECONDS * DAY_NANOSECONDS
    moments = [now - DAY_NANOSECONDS // 2 + index * SECOND // 2 for index in range(8)]
    asked = ["level:error", "apple", "agent:a -pear", "order_id:>=3", "level:>=warn (apple OR order_id:1)"]
    for step in range(25):
        logs = [
            Log(
                f"{chance.choice(('apple', 'pear'))} {step}",
                # At the same nanosecond, late, in days of their own.
                chance.choice([*moments, now + step * SECOND, now - chance.randrange(3) * DAY_NANOSECONDS]),
                chance.choice((9, 13, 17)),
                attributes={"order_id": chance.randrange(6)},
            )
            for _ in range(chance.randrange(1, 12))
        ]
        own_loader.logs(chance.choice("ab"), logs)
        if chance.random() < 0.15:
            own_store.execute("OPTIMIZE TABLE otel_logs FINAL")
        if chance.random() < 0.07:
            day = time.strftime("%Y-%m-%d", time.gmtime((now - DAY_NANOSECONDS) // SECOND))
            own_store.execute(f"ALTER TABLE otel_logs DROP PARTITION '{day}'")
        for q in chance.sample(asked, 3):
            since = chance.choice([0, moments[3], moments[3] + 1, now])
            limit = chance.choice([1, 5, 100, 200])
            page = find(queries, searches, q, since, limit)
            plain = read_page(queries, since_condition(since, q), limit)
            assert [row["id"] for row in page.rows] == [row["id"] for row in plain.rows]
            assert list(page.rows) == list(plain.rows)
            assert page.total == plain.total
    assert "log_times" in queries.names


def test_where_nothing_came_no_record_is_read(own_loader, queries):
    searches = KnownSearches()
    own_loader.logs("a", [Log("apple", BEGIN + index) for index in range(30)])
    first = find(queries, searches, "apple", 0)
    queries.take_names()
    assert find(queries, searches, "apple", 0) == first
    # The period moves on, and begins where nothing else is known.
    assert find(queries, searches, "apple", BEGIN + 15).total == 15
    assert queries.take_names() == ["record_parts"] * 2


def test_what_came_is_read_and_nothing_before_it(own_loader, queries):
    searches = KnownSearches()
    own_loader.logs("a", [Log("apple", BEGIN + index) for index in range(30)])
    find(queries, searches, "apple", 0)
    own_loader.logs("b", [Log("apple", BEGIN + 100 * SECOND), Log("pear", BEGIN + 101 * SECOND)])
    queries.take_names()
    page = find(queries, searches, "apple", 0)
    assert (page.total, page.rows[0]["agent_id"], len(page.rows)) == (31, "b", 10)
    assert queries.take_names() == ["record_parts", "log_times", "list_logs"]
    own_loader.logs("b", [Log("pear", BEGIN + 102 * SECOND)])
    assert find(queries, searches, "apple", 0) == page
    assert queries.take_names() == ["record_parts", "log_times"]


def test_a_larger_page_than_before_is_read_anew(own_loader, queries):
    searches = KnownSearches()
    own_loader.logs("a", [Log("apple", BEGIN + index) for index in range(300)])
    find(queries, searches, "apple", 0, 5)
    page = find(queries, searches, "apple", 0, 250)
    assert (len(page.rows), page.total) == (250, 300)


def test_a_search_that_finds_too_much_is_counted_and_not_kept(own_loader, queries, monkeypatch):
    monkeypatch.setattr(known_searches, "MAX_MATCHES", 20)
    searches = KnownSearches()
    own_loader.logs("a", [Log("apple", BEGIN + index) for index in range(30)])
    assert find(queries, searches, "apple", 0).total == 30
    queries.take_names()
    assert find(queries, searches, "apple", 0).total == 30
    assert queries.take_names() == ["list_logs", "count_logs"]
    # Of a much shorter period it may be less.
    assert find(queries, searches, "apple", BEGIN + 20).total == 10
    assert queries.take_names()[0] == "record_parts"


def test_a_search_that_grows_too_large_still_gives_a_whole_page(own_loader, queries, monkeypatch):
    monkeypatch.setattr(known_searches, "MAX_MATCHES", 20)
    searches = KnownSearches()
    own_loader.logs("a", [Log("apple", BEGIN + index) for index in range(18)])
    find(queries, searches, "apple", 0)
    own_loader.logs("a", [Log("apple", BEGIN + SECOND * index) for index in range(100, 104)])
    page = find(queries, searches, "apple", 0)
    assert (len(page.rows), page.total) == (10, 22)


def test_no_more_is_kept_than_there_is_room_for(own_loader, queries, monkeypatch):
    monkeypatch.setattr(known_searches, "_MAX_BYTES", 2 * (30 * 8 + 10 * 2_000))
    searches = KnownSearches()
    own_loader.logs("a", [Log("apple pear plum", BEGIN + index) for index in range(30)])
    for q in ("apple", "pear", "plum"):
        find(queries, searches, q, 0)
    known = [searches.get(without_period(since_condition(0, q))) is not None for q in ("apple", "pear", "plum")]
    assert known == [False, True, True]


def test_long_messages_are_found_again_and_not_kept(own_loader, queries):
    searches = KnownSearches()
    own_loader.logs("a", [Log(f"apple {'long ' * 100_000}", BEGIN + index) for index in range(5)])
    first = find(queries, searches, "apple", 0)
    known = searches.get(without_period(since_condition(0, "apple")))
    assert (len(known.times), list(known.rows)) == (5, [])
    assert find(queries, searches, "apple", 0) == first


@pytest.mark.parametrize("q", ["", "resolved:true", "apple -resolved:true"])
def test_what_is_not_said_of_records_alone_is_not_kept(own_loader, queries, q):
    own_loader.logs("a", [Log("apple", BEGIN)])
    find(queries, KnownSearches(), q, 0)
    assert "record_parts" not in queries.take_names()


def test_what_a_key_for_certain_agents_finds_is_neither_kept_nor_taken_from_what_is(own_store, own_loader, queries):
    searches = KnownSearches()
    own_loader.logs("a", [Log("apple", BEGIN)])
    own_loader.logs("b", [Log("apple", BEGIN + SECOND)])
    restricted = Asked(own_store, Access("k", frozenset({Scope.READ}), frozenset({"a"})))
    assert find(queries, searches, "apple", 0).total == 2
    assert find(restricted, searches, "apple", 0).total == 1
    assert "record_parts" not in restricted.names


def test_the_route_finds_what_came(client, loader):
    agent = f"known-{uuid.uuid4().hex[:8]}"
    for number in range(1, 4):
        loader.logs(agent, [Log(f"number {number}")])
        answer = client.get("/logs", params={"q": f"agent:{agent}", "limit": 2}).json()
        assert answer["total"] == number
        assert answer["items"][0]["message"] == f"number {number}"
