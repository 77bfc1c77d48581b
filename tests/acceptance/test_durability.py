"""What was acknowledged is stored exactly once, however the stack ends."""

import random
import signal
import threading
import time

import pytest
import urllib3
from segments import log_request

IDS = "SELECT Body, count() AS n FROM otel_logs WHERE ServiceName = 'durable' GROUP BY Body"
HEADERS = {"Content-Type": "application/x-protobuf"}


class Sender(threading.Thread):
    """Sends requests of a few records; repeats what was not acknowledged, byte for byte, as OTLP clients do."""

    def __init__(self, name: str, endpoint: dict[str, str], stopping: threading.Event) -> None:
        super().__init__()
        self.prefix = name
        self.endpoint = endpoint
        self.stopping = stopping
        self.acknowledged: list[str] = []

    def run(self) -> None:
        http = urllib3.PoolManager(retries=False, timeout=5)
        number = 0
        while not self.stopping.is_set():
            bodies = [f"{self.prefix}-{number + offset}" for offset in range(random.randint(1, 40))]
            number += len(bodies)
            request = log_request("durable", *bodies).SerializeToString()
            while not self.stopping.is_set():
                try:
                    status = http.request(
                        "POST", self.endpoint["url"] + "/v1/logs", body=request, headers=HEADERS
                    ).status
                except urllib3.exceptions.HTTPError:
                    status = 0
                if status == 200:
                    self.acknowledged.extend(bodies)
                    break
                assert status in (0, 503)
                time.sleep(0.02)
        http.clear()


@pytest.mark.timeout(300)
def test_kill_9_under_load_loses_and_repeats_nothing(start_stack):
    stopping = threading.Event()
    stack = start_stack()
    endpoint = {"url": stack.otlp_http}
    senders = [Sender(f"s{index}", endpoint, stopping) for index in range(4)]
    for sender in senders:
        sender.start()
    for _ in range(4):
        time.sleep(random.uniform(0.3, 1.2))
        stack.kill()
        stack = start_stack()
        endpoint["url"] = stack.otlp_http
    time.sleep(0.5)
    stopping.set()
    for sender in senders:
        sender.join()
    assert stack.stop() == 0
    stored = {row["Body"]: row["n"] for row in stack.rows(IDS)}
    acknowledged = [body for sender in senders for body in sender.acknowledged]
    assert len(acknowledged) > 1000
    assert [body for body in acknowledged if body not in stored] == []
    assert {body: n for body, n in stored.items() if n != 1} == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopped_at_once_stores_what_it_acknowledged(start_stack, number):
    stack = start_stack()
    http = urllib3.PoolManager(retries=False)
    for index in range(20):
        request = log_request("durable", f"b{index}").SerializeToString()
        assert http.request("POST", stack.otlp_http + "/v1/logs", body=request, headers=HEADERS).status == 200
    assert stack.stop(number) == 0
    http.clear()
    assert {row["Body"]: row["n"] for row in stack.rows(IDS)} == {f"b{index}": 1 for index in range(20)}


def test_retry_after_a_restart_is_stored_once(start_stack):
    request = log_request("durable", "once").SerializeToString()
    for end in ("stop", "kill", "stop"):
        stack = start_stack()
        http = urllib3.PoolManager(retries=False)
        assert http.request("POST", stack.otlp_http + "/v1/logs", body=request, headers=HEADERS).status == 200
        http.clear()
        getattr(stack, end)()
    assert stack.rows(IDS) == [{"Body": "once", "n": 1}]
