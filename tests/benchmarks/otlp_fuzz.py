"""Ten thousand hostile payloads at a real stack: ``otlp_fuzz.py [--payloads N] [--seed N]``.

Prints what was answered, what the process took, and whether all that was acknowledged is stored, with nothing in
quarantine. Exit code 1 if anything is not as it must be.
"""

import argparse
import random
import sys
import time
import urllib.parse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from running_stack import cpu_seconds, memory_mib, running_stack

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from hostile_payloads import payload
from hostile_sender import HostileSender

SENDERS = 4


def main() -> int:
    """Send and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payloads", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    print(f"{options.payloads} payloads of seed {options.seed}, {SENDERS} senders")
    began = time.monotonic()
    with running_stack() as stack:
        url = urllib.parse.urlsplit(stack.otlp_http)
        grpc_address = urllib.parse.urlsplit(stack.otlp_grpc).netloc
        senders = [HostileSender((url.hostname, url.port), grpc_address) for _ in range(SENDERS)]
        idle = peak = memory_mib(stack)

        def run(index: int) -> None:
            for number in range(index, options.payloads, SENDERS):
                senders[index].send(payload(options.seed, number), f"{options.seed}/{number}")

        with ThreadPoolExecutor(SENDERS) as pool:
            jobs = [pool.submit(run, index) for index in range(SENDERS)]
            while not all(job.done() for job in jobs):
                peak = max(peak, memory_mib(stack))
                time.sleep(0.05)
            for job in jobs:
                job.result()
        accepted = {key: records for sender in senders for key, records in sender.accepted.items()}
        deadline = time.monotonic() + 300
        while _metric(stack, "spanlog_collector_journal_bytes") and time.monotonic() < deadline:
            time.sleep(0.2)
        quarantined = _metric(stack, "spanlog_collector_quarantine_messages")
        lines = [f"memory: {idle:.0f} MiB idle, {peak:.0f} at most, {memory_mib(stack):.0f} at the end"]
        lines.append(f"CPU of the stack: {cpu_seconds(stack):.1f} s; {time.monotonic() - began:.0f} s in all")
        is_alive = stack.process.poll() is None
        assert stack.stop() == 0
        stored = {
            signal: stack.rows(f"SELECT count() AS n FROM otel_{signal}")[0]["n"] for signal in ("logs", "traces")
        }
    wanted = {
        signal: sum(records for (of, _), records in accepted.items() if of == signal) for signal in ("logs", "traces")
    }
    _print_answers(senders)
    print("\n".join(lines))
    wrong = [entry for sender in senders for entry in sender.wrong]
    print(f"acknowledged rows {wanted}, stored {stored}, quarantined {quarantined:.0f}, alive {is_alive}")
    print(f"answers that are wrong: {len(wrong)}", *wrong[:20], sep="\n  ")
    for sender in senders:
        sender.close()
    # There may be more than was acknowledged: a sender that cut its request off does not wait for the answer (0 above).
    is_lost = any(stored[signal] < wanted[signal] for signal in wanted)
    return int(bool(wrong) or is_lost or quarantined > 0 or not is_alive)


def _metric(stack, name: str) -> float:
    text = stack.request("GET", "/metrics").data.decode()
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))


def _print_answers(senders: list[HostileSender]) -> None:
    kinds = sorted({kind for sender in senders for kind in sender.answers})
    counted = {kind: sum((sender.answers[kind] for sender in senders), Counter()) for kind in kinds}
    for kind, counter in counted.items():
        print(f"  {kind:24}", "  ".join(f"{status}: {count}" for status, count in sorted(counter.items())))


if __name__ == "__main__":
    sys.exit(main())
