"""The API over the store of the test run, on a socket."""

import asyncio
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from spanlog_collector.otlp.description import LOGS
from spanlog_collector.storage import Store
from spanlog_query_api import ApiConfig, create_app

# Tests are no package; what several of them share lies beside them under names that are nobody else's.
sys.path.insert(0, str(Path(__file__).parent))

from query_api_serving import serving
from query_api_telemetry import Loader


@pytest.fixture(scope="session")
def loader(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Loader:
    return Loader(store, tmp_path_factory.mktemp("segments"))


@pytest.fixture(scope="session")
def client(store: Store, loader: Loader) -> Iterator[httpx.Client]:
    """The API over the store; what is posted takes the way to the store less the journal, and is there at once."""

    async def ingest(request: bytes) -> None:
        await asyncio.to_thread(loader.load, LOGS, request)

    app = create_app(ApiConfig(version="9.9.9", visible_wait_seconds=0.3), store, ingest)
    with serving(app) as opened:
        yield opened


@pytest.fixture
def agent() -> str:
    """An agent id that no other test has."""
    return f"agent-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def trace_id() -> str:
    return uuid.uuid4().hex


@pytest.fixture
def post(client: httpx.Client) -> Callable[..., dict[str, str]]:
    def post_one(**fields: object) -> dict[str, str]:
        response = client.post("/logs", json={"message": "hello", **fields})
        assert response.status_code == 201, response.text
        answer: dict[str, str] = response.json()
        return answer

    return post_one
