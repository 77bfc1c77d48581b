"""A hundred hostile strings in every parameter of every route: no fault, and none of them becomes SQL.

All thousand: ``tests/benchmarks/hostile_strings.py``.
"""

import asyncio

import pytest
from hostile_requests import Sender, grouped, parameters_of
from hostile_texts import CANARY, COUNT, WIRE, hostile_texts
from query_api_serving import serving
from watched_store import WatchedStore

from spanlog_collector.otlp.description import LOGS
from spanlog_query_api import ApiConfig, create_app

SAMPLE = 100
EACH = 2
"""Of the sample in each parameter, others in the next: every one of it comes to many routes."""


@pytest.fixture(scope="module")
def watched(store):
    opened = WatchedStore(store)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def hostile_client(watched, loader):
    async def ingest(request):
        await asyncio.to_thread(loader.load, LOGS, request)

    with serving(create_app(ApiConfig(visible_wait_seconds=0), watched, ingest)) as opened:
        yield opened


@pytest.fixture
def closing_sender(hostile_client):
    sender = Sender(str(hostile_client.base_url))
    yield sender
    sender.close()


def test_there_are_a_thousand_and_no_two_are_the_same():
    texts = hostile_texts()
    assert len({text for _, text in texts}) == len(texts) == COUNT
    assert set(WIRE) & {text for _, text in texts}


def test_none_is_a_fault_and_none_reaches_sql(hostile_client, closing_sender, watched):
    parameters = parameters_of(hostile_client.get("/openapi.json").json())
    assert len(parameters) > 100
    sample = [text for _, text in hostile_texts()[:SAMPLE]]

    statuses: dict[int | None, int] = {}
    for number, group in enumerate(grouped(closing_sender, parameters)):
        for offset in range(EACH):
            text = sample[(number * EACH + offset) % SAMPLE]
            for parameter, status in closing_sender.statuses(group, text):
                assert status is None or status < 500, (str(parameter), text, status)
                statuses[status] = statuses.get(status, 0) + 1
    assert statuses[200] > 10
    assert statuses[422] > 100
    assert watched.not_ours() == []
    assert not [sql for sql in watched.texts if CANARY in sql]
    # They came, but as values.
    assert sum(CANARY in value for value in watched.bound) > 10
    assert not [columns for columns in watched.inserts if any(CANARY in name for name in columns)]
    assert watched.statements == []


def test_what_is_not_ours_is_found(watched):
    known = next(iter(watched.texts))
    hostile = [f"{known} OR 1=1", known.replace("SELECT", "SELECT 1,", 1), "SELECT 1"]
    other = WatchedStore(watched)
    other.texts = dict.fromkeys([known, *hostile], 1)
    assert other.not_ours() == hostile
    other.close()
