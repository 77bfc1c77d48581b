"""A flood: senders that offer far more than the store takes, for minutes. Memory, answers, and the time after it.

``python overload.py --minutes 10``. Resident memory is the kernel's, of the one process that is collector and store;
what is mapped of libraries and files (the engine's library alone is half a gigabyte on disk) is shown apart.
"""

import argparse
import json
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

from memory import Memory
from records import request_of
from running_stack import cpu_seconds, running_stack
from stack_process import RunningStack, clean_environment

SENDERS = (("http", 6), ("http", 6), ("grpc", 4))
CALIBRATION_SECONDS = 10


class Sender:
    """One sending program."""

    def __init__(self, stack: RunningStack, protocol: str, connections: int, batch: int, seed: int) -> None:
        address = stack.otlp_http if protocol == "http" else stack.otlp_grpc
        program = str(Path(__file__).with_name("overload_sender.py"))
        self.process = subprocess.Popen(
            [sys.executable, program, protocol, address, str(connections), str(batch), str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=clean_environment(),
        )
        self.counts: dict[str, int] = {}
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.counts = json.loads(line)

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait(120)
        self.reader.join()
        self.process.stdout.close()


def total(senders: list[Sender], outcome: str) -> int:
    return sum(sender.counts.get(outcome, 0) for sender in senders)


def journal_bytes(stack: RunningStack) -> float:
    text = stack.request("GET", "/metrics").data.decode()
    return float(re.search(r"^spanlog_collector_journal_bytes (\S+)", text, re.MULTILINE)[1])


def store_rate(stack: RunningStack, batch: int) -> float:
    """Records a second that go all the way while nothing waits: one sender at a time, until everything is stored."""
    began, records, seed = time.monotonic(), 0, 10**6
    while time.monotonic() - began < CALIBRATION_SECONDS:
        body = request_of(batch, seed + records)
        answer = stack._http.request(
            "POST", stack.otlp_http + "/v1/logs", body=body, headers={"Content-Type": "application/x-protobuf"}
        )
        records += batch if answer.status == 200 else 0
    while journal_bytes(stack):
        time.sleep(0.05)
    return records / (time.monotonic() - began)


def flood(stack: RunningStack, seconds: float, batch: int, every_seconds: float) -> dict[str, float]:
    """Run the flood, print a line each ``every_seconds``, and return what it came to."""
    senders = [
        Sender(stack, protocol, connections, batch, seed) for seed, (protocol, connections) in enumerate(SENDERS)
    ]
    print(
        f"{'s':>5} {'RSS':>5} {'anon':>5} {'file':>5} {'journal MiB':>11} {'taken/s':>9} {'offered/s':>10} {'503s':>7}"
    )
    began = time.monotonic()
    shown, peak, peak_anonymous, slowest_read = began, 0.0, 0.0, 0.0
    offered_before = taken_before = 0
    while (now := time.monotonic()) - began < seconds:
        memory = Memory.of(stack.process.pid)
        peak, peak_anonymous = max(peak, memory.resident), max(peak_anonymous, memory.anonymous)
        if now - shown >= every_seconds:
            asked = time.monotonic()
            stack.get("/logs", limit=10)
            slowest_read = max(slowest_read, time.monotonic() - asked)
            taken = total(senders, "acknowledged")
            offered = taken + total(senders, "told to come back")
            waiting = journal_bytes(stack)
            print(
                f"{now - began:5.0f} {memory.resident:5.0f} {memory.anonymous:5.0f} {memory.file:5.0f}"
                f" {waiting / 2**20:11.0f} {(taken - taken_before) * batch / (now - shown):9,.0f}"
                f" {(offered - offered_before) * batch / (now - shown):10,.0f} {offered - taken:7}",
                flush=True,
            )
            shown, offered_before, taken_before = now, offered, taken
        time.sleep(0.25)
    for sender in senders:
        threading.Thread(target=sender.stop).start()
    stopped = time.monotonic()
    while any(sender.process.poll() is None for sender in senders):
        time.sleep(0.05)
    quiet = time.monotonic()
    while journal_bytes(stack):
        time.sleep(0.05)
    normal = time.monotonic()
    for sender in senders:
        sender.reader.join()
    return {
        "seconds": quiet - began,
        "peak": peak,
        "peak_anonymous": peak_anonymous,
        "after": Memory.of(stack.process.pid).resident,
        "acknowledged": total(senders, "acknowledged"),
        "refused": total(senders, "told to come back"),
        "other": sum(sum(sender.counts.values()) for sender in senders)
        - total(senders, "acknowledged")
        - total(senders, "told to come back"),
        "slowest_read": slowest_read,
        "normal_after": normal - stopped,
    }


def main() -> None:
    """Print the flood."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--batch", type=int, default=8000)
    parser.add_argument("--every-seconds", type=float, default=15)
    options = parser.parse_args()
    with running_stack() as stack:
        idle = Memory.of(stack.process.pid)
        rate = store_rate(stack, options.batch)
        before = stack.get("/logs", limit=1)["total"]
        cpu = cpu_seconds(stack)
        print(
            f"the store takes {rate:,.0f} records/s; idle RSS {idle.resident:.0f} MiB, anonymous {idle.anonymous:.0f}"
        )
        found = flood(stack, options.minutes * 60, options.batch, options.every_seconds)
        stored = stack.get("/logs", limit=1)["total"] - before
        acknowledged = found["acknowledged"] * options.batch
        offered = (found["acknowledged"] + found["refused"]) * options.batch / found["seconds"]
        print(f"offered {offered:,.0f} records/s, {offered / rate:.1f} times what the store takes")
        print(f"acknowledged {acknowledged:,} records, {acknowledged / found['seconds']:,.0f}/s; stored {stored:,}")
        print(f"503 or UNAVAILABLE with a time to come back: {found['refused']:,}; other answers: {found['other']:,}")
        print(
            f"peak RSS {found['peak']:.0f} MiB, of which anonymous at most {found['peak_anonymous']:.0f} MiB; "
            f"afterwards {found['after']:.0f} MiB"
        )
        print(
            f"slowest GET /logs {found['slowest_read']:.2f} s; "
            f"nothing waits {found['normal_after']:.1f} s after the end"
        )
        print(f"CPU of the stack {cpu_seconds(stack) - cpu:,.0f} s")


if __name__ == "__main__":
    main()
