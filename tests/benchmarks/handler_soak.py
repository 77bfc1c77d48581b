"""Ten minutes of a program that logs: do threads, descriptors and memory stay what they were?

    python tests/benchmarks/handler_soak.py --seconds 600 --rate 2000

A process logs at a steady rate through ``SpanlogHandler`` with its defaults, to a sink in a process of its own that
refuses everything for a while every minute; so the spool is used too. Prints a line every few seconds, then the first
and the last tenth side by side, and whether every record is accounted for. Linux only: it reads ``/proc``.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_STEP_SECONDS = 0.01


def serve(outage_every_seconds: float, outage_seconds: float) -> None:
    """Be the sink: answer 200, and 503 for a while in every round. Prints the port, then nothing."""
    start = time.monotonic()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            position = (time.monotonic() - start) % outage_every_seconds
            self.send_response(503 if position > outage_every_seconds - outage_seconds else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def resources() -> dict[str, float]:
    """Give what this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "threads": threading.active_count(),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())) - 1,
        "memory_mib": pages * _PAGE_BYTES / 2**20,
    }


def fail(number: int) -> None:
    """Raise, for a record with an exception."""
    raise ValueError(number)


def soak(url: str, spool_dir: str, seconds: float, rate: float, every_seconds: float) -> list[dict[str, Any]]:
    """Log for that long; give the lines printed."""
    import spanlog

    handler = spanlog.SpanlogHandler("soak", endpoint=url, spool_dir=spool_dir, retry_seconds=2.0)
    logger = logging.getLogger("soak")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    lines: list[dict[str, Any]] = []
    start = next_line = time.monotonic()
    logged = 0
    while (now := time.monotonic()) < start + seconds:
        for _ in range(int((now - start) * rate) - logged):
            logged += 1
            if logged % 100:
                logger.info("order %s filled at %d", logged, logged % 977, extra={"market": "ETH", "amount": logged})
            else:
                try:
                    fail(logged)
                except ValueError:
                    logger.exception("order %s failed", logged, extra={"market": "ETH", "amount": logged})
        if now >= next_line:
            next_line += every_seconds
            stats = handler.stats()
            lines.append({"second": round(now - start), **resources(), **stats})
            print(
                "{second:6d} s  {threads:3.0f} threads  {descriptors:3.0f} descriptors  {memory_mib:7.1f} MiB  "
                "accepted {accepted}  sent {sent}  queued {queued}  spooled {spooled}  dropped {dropped}".format(
                    **lines[-1]
                ),
                flush=True,
            )
        time.sleep(_STEP_SECONDS)
    deadline = time.monotonic() + 60
    while handler.stats()["spooled"] and time.monotonic() < deadline:
        time.sleep(0.1)
    handler.close()
    stats = handler.stats()
    balance = stats["sent"] + stats["queued"] + stats["spooled"] + sum(stats["dropped"].values())
    print(f"\nlogged {logged}, accepted {stats['accepted']}, accounted {balance}: {stats}")
    print(f"after close: {resources()}")
    return lines


def compare(lines: list[dict[str, Any]]) -> None:
    """Print the first and the last tenth side by side; the very first lines are the warm-up."""
    tenth = max(1, len(lines) // 10)
    print(f"\n{'median of':14s} {'first tenth':>12s} {'last tenth':>12s}")
    for name in ("threads", "descriptors", "memory_mib"):
        first = statistics.median(line[name] for line in lines[tenth : 2 * tenth] or lines)
        last = statistics.median(line[name] for line in lines[-tenth:])
        print(f"{name:14s} {first:12.1f} {last:12.1f}")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--rate", type=float, default=2000.0, help="records a second")
    parser.add_argument("--every-seconds", type=float, default=10.0, help="between two lines")
    parser.add_argument("--outage-every-seconds", type=float, default=60.0)
    parser.add_argument("--outage-seconds", type=float, default=6.0)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.outage_every_seconds, arguments.outage_seconds)
        return
    command = [sys.executable, __file__, "--serve"]
    command += ["--outage-every-seconds", str(arguments.outage_every_seconds)]
    command += ["--outage-seconds", str(arguments.outage_seconds)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sink,
        tempfile.TemporaryDirectory() as spool_dir,
    ):
        try:
            assert sink.stdout is not None
            url = f"http://127.0.0.1:{int(sink.stdout.readline())}"
            compare(soak(url, spool_dir, arguments.seconds, arguments.rate, arguments.every_seconds))
        finally:
            sink.terminate()


if __name__ == "__main__":
    main()
