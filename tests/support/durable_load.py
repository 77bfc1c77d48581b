"""Senders that go on through crashes, and the oracle: what was acknowledged is stored, once.

Each record has a body of its own. A request that was not acknowledged is repeated byte for byte, as OTLP clients do.
One of the senders may be the real handler, in a process of its own.
"""

import json
import subprocess
import sys
import threading
import time
from typing import Any

import urllib3
from segments import log_request
from stack_process import RunningStack, clean_environment

SERVICE = "durable"
BODIES = f"SELECT Body, count() AS n FROM otel_logs WHERE ServiceName = '{SERVICE}' GROUP BY Body"
HEADERS = {"Content-Type": "application/x-protobuf"}

HANDLER = """
import itertools, json, logging, sys, threading, time
import spanlog
handler = spanlog.SpanlogHandler("durable", flush_interval_seconds=0.1)
log = logging.getLogger("handler")
log.propagate = False
log.addHandler(handler)
stopping = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stopping.set()), daemon=True).start()
pause = 1 / float(sys.argv[1])
count = 0
while not stopping.is_set():
    log.warning("handler-%d", count)
    count += 1
    time.sleep(pause)
handler.flush(50)
print(json.dumps({"logged": count, **handler.stats()}))
"""


class Sender(threading.Thread):
    """Posts requests of ``batch`` records, ``records_per_second`` of them where it is answered fast enough."""

    def __init__(self, name: str, load: "Load", batch: int, records_per_second: float) -> None:
        super().__init__()
        self.prefix = name
        self.load = load
        self.batch = batch
        self.pause_seconds = batch / records_per_second
        self.acknowledged: list[str] = []

    def run(self) -> None:
        http = urllib3.PoolManager(retries=False, timeout=5)
        number = 0
        due = time.monotonic()
        while not self.load.stopping.is_set():
            bodies = [f"{self.prefix}-{number + offset}" for offset in range(self.batch)]
            number += len(bodies)
            request = log_request(SERVICE, *bodies).SerializeToString()
            while True:
                if self.post(http, request) == 200:
                    self.acknowledged.extend(bodies)
                    self.load.wrote(bodies, request)
                    break
                if self.load.stopping.wait(0.02):
                    break
            # What an outage held up is not made up for: the rate is what the store has to stand.
            due = max(due + self.pause_seconds, time.monotonic() - 1)
            self.load.stopping.wait(max(0.0, due - time.monotonic()))
        http.clear()

    def post(self, http: urllib3.PoolManager, request: bytes) -> int:
        try:
            status = http.request("POST", self.load.url + "/v1/logs", body=request, headers=HEADERS).status
        except urllib3.exceptions.HTTPError:
            return 0
        assert status in (200, 503), status
        return status


class Load:
    """Several senders at once; ``url`` may change while they run."""

    def __init__(self, records_per_second: float, senders: int = 4, batch: int = 20) -> None:
        self.url = ""
        self.stopping = threading.Event()
        share = records_per_second / senders
        self._senders = [Sender(f"sender{index}", self, batch, share) for index in range(senders)]
        self._handler: subprocess.Popen[str] | None = None

    def wrote(self, bodies: list[str], request: bytes) -> None:
        """Called for each request that was acknowledged, in the sender's thread."""

    def start(self, stack: RunningStack, *, handler_records_per_second: float = 0) -> None:
        """Begin to send to ``stack``; with the real handler as well if it has a rate."""
        self.url = stack.otlp_http
        if handler_records_per_second:
            self._handler = subprocess.Popen(
                [sys.executable, "-c", HANDLER, str(handler_records_per_second)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=clean_environment(SPANLOG_ENDPOINT=self.url),
            )
        for sender in self._senders:
            sender.start()

    @property
    def acknowledged(self) -> int:
        """How many records of the senders were acknowledged so far."""
        return sum(len(sender.acknowledged) for sender in self._senders)

    def stop(self) -> dict[str, Any]:
        """Stop sending; returns the handler's accounts, when it has delivered what it held."""
        self.stopping.set()
        for sender in self._senders:
            sender.join()
        if self._handler is None:
            return {}
        out, _ = self._handler.communicate("", timeout=60)
        assert self._handler.returncode == 0
        return json.loads(out)

    def verdict(self, rows: list[dict[str, Any]], accounts: dict[str, Any]) -> dict[str, Any]:
        """Hold what is stored against what was acknowledged.

        Gives ``acknowledged``, ``lost`` and ``twice``; the handler's records count as acknowledged when it says so.
        """
        stored = {row["Body"]: int(row["n"]) for row in rows}
        lost = [body for sender in self._senders for body in sender.acknowledged if body not in stored]
        acknowledged = self.acknowledged
        if accounts:
            # What it gave up on after a minute was not acknowledged, and may be stored all the same.
            assert accounts["accepted"] == accounts["sent"] + sum(accounts["dropped"].values()), accounts
            delivered = sum(body.startswith("handler-") for body in stored)
            lost += ["a record of the handler"] * max(0, accounts["sent"] - delivered)
            acknowledged += accounts["sent"]
        return {
            "acknowledged": acknowledged,
            "lost": lost,
            "twice": {body: n for body, n in stored.items() if n != 1},
        }
