"""Does a record that is sent come out again?"""

import time
from collections.abc import Iterator
from typing import Final
from uuid import uuid4

from spanlog_cli.api_client import ApiClient
from spanlog_cli.collector_options import CollectorAddress
from spanlog_cli.doctor.check import Check, ok, problem
from spanlog_cli.exceptions import ApiError, ApiUnreachableError
from spanlog_cli.otlp_client import DeliveryError, OtlpClient
from spanlog_cli.recognise.records import LineRecord
from spanlog_cli.recognise.severity import INFO
from spanlog_cli.send.batches import BatchBuilder

AGENT_ID: Final = "spanlog-doctor"
_NAME: Final = "end to end"
_PATIENCE_SECONDS: Final = 15.0
_POLL_INTERVAL_SECONDS: Final = 0.1


def check_end_to_end(address: CollectorAddress, client: ApiClient) -> Iterator[Check]:
    """Send one record, and ask until it is there."""
    mark = uuid4().hex
    builder = BatchBuilder(AGENT_ID, {"spanlog.source": "doctor"})
    record = LineRecord(f"spanlog doctor was here {mark}", time.time_ns(), INFO, 1, has_own_time=False)
    builder.add(record, 0, [])
    began = time.monotonic()
    try:
        with OtlpClient(address.logs_url, address.headers, retry_seconds=0) as sender:
            sender.send(builder.take().content)
        while time.monotonic() - began < _PATIENCE_SECONDS:
            answer = client.get("/logs", {"agent_id": AGENT_ID, "search": mark, "limit": 1})
            if answer["items"]:
                yield ok(_NAME, f"a record was there {time.monotonic() - began:.1f} s after it was sent")
                return
            time.sleep(_POLL_INTERVAL_SECONDS)
    except (DeliveryError, ApiError, ApiUnreachableError) as error:
        yield problem(_NAME, error.message, "mend what is told above first")
        return
    yield problem(
        _NAME,
        f"the collector acknowledged a record, and {client.url} does not show it after {_PATIENCE_SECONDS:.0f} s",
        "do SPANLOG_ENDPOINT and SPANLOG_URL belong to one stack? If so, look at its output",
    )
