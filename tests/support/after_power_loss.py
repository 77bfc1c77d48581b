"""Starts a stack on what is left of a data directory, sends requests again, and prints what is stored in the end.

``python after_power_loss.py DATA REQUESTS``, REQUESTS being a pickled list of bodies of ``POST /v1/logs``.
"""

import asyncio
import json
import pickle
import sys
import time
from pathlib import Path

from durable_load import BODIES

from spanlog_cli.stack import Stack, StackConfig
from spanlog_collector.addresses import Address
from spanlog_collector.config import CollectorConfig
from spanlog_collector.otlp.description import LOGS
from spanlog_collector.storage import QueryLimits, open_store

ANY = Address("127.0.0.1", 0)


async def run(data: Path, requests: list[bytes]) -> None:
    stack = Stack(StackConfig(data, api=ANY, collector=CollectorConfig(otlp_http=ANY, otlp_grpc=ANY)))
    await stack.start()
    assert stack._collector is not None
    await asyncio.gather(*(stack._collector.ingest.accept("http", LOGS, body) for body in requests))
    assert await stack.stop()


def main() -> None:
    data = Path(sys.argv[1])
    began = time.monotonic()
    asyncio.run(run(data, pickle.loads(Path(sys.argv[2]).read_bytes())))
    store = open_store(f"chdb://{data}/store")
    rows = store.query(BODIES, limits=QueryLimits(max_result_rows=10_000_000))
    store.close()
    print(json.dumps({"rows": rows, "seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main()
