"""A store that is away for half an hour: what is acknowledged meanwhile, what is refused, and how fast it catches up.

``python store_outage.py --minutes 30``. The store is a ClickHouse server's interface in a process of its own, which is
stopped as a whole and started again. Every record carries its number, so the end is a count of what is there once.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import urllib3
from memory import Memory

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from front_process import FrontProcess
from segments import log_request
from stack_process import RunningStack

BATCH = 50
HEADERS = {"Content-Type": "application/x-protobuf"}
PADDING = "x" * 200
STORED = "SELECT count() AS n, uniqExact(Body) AS distinct FROM otel_logs WHERE ServiceName = 'outage'"


class Sender(threading.Thread):
    """Sends batches at a pace; what is refused is sent again until it is taken, as clients with a queue do."""

    def __init__(self, url: str, records_per_second: float) -> None:
        super().__init__()
        self.url = url
        self.pause = BATCH / records_per_second
        self.acknowledged = self.refused = 0
        self.stopping = threading.Event()

    def run(self) -> None:
        http = urllib3.PoolManager(retries=False, timeout=30)
        number, due = 0, time.monotonic()
        while not self.stopping.is_set():
            bodies = [f"{number + index} {PADDING}" for index in range(BATCH)]
            number += BATCH
            request = log_request("outage", *bodies).SerializeToString()
            while (answer := http.request("POST", self.url + "/v1/logs", body=request, headers=HEADERS)).status != 200:
                assert answer.status == 503, answer.status
                self.refused += 1
                if self.stopping.wait(int(answer.headers["retry-after"])):
                    return
            self.acknowledged += BATCH
            due = max(due + self.pause, time.monotonic() - 1)
            self.stopping.wait(max(0.0, due - time.monotonic()))


def restart(front: FrontProcess, folder: Path) -> None:
    """Start the front again over the same store, at the same port."""

    program = Path(__file__).parents[1] / "support" / "clickhouse_front.py"
    front.process = subprocess.Popen(
        [sys.executable, program, folder / "store", str(front.port)], stdout=subprocess.PIPE, text=True, cwd=folder
    )
    front.process.stdout.readline()


def cpu_seconds(*processes: int) -> float:
    """User and system time of some processes together."""
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def end(front: FrontProcess) -> None:
    """End the front's process as a machine that goes away would."""
    os.kill(front.process.pid, signal.SIGKILL)
    front.process.wait()
    front.process.stdout.close()


def main() -> None:
    """Print what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--records-per-second", type=float, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="spanlog-outage-") as name:
        folder = Path(name) / "server"
        folder.mkdir()
        front = FrontProcess(folder)
        stack = RunningStack(Path(name) / "data", SPANLOG_DSN=front.dsn)
        sender = Sender(stack.otlp_http, options.records_per_second)
        sender.start()
        time.sleep(5)
        before = sender.acknowledged
        end(front)
        away = time.monotonic()
        peak = 0.0
        while (gone := time.monotonic() - away) < options.minutes * 60:
            peak = max(peak, Memory.of(stack.process.pid).resident)
            assert stack.get("/health")["db"] == "disconnected" or gone < 1
            time.sleep(min(5.0, options.minutes * 60 - gone + 0.01))
        during = sender.acknowledged - before
        ready = stack.request("GET", "/ready").json()["parts"]["journal"]["detail"]
        segments = len(list((Path(name) / "data" / "journal").glob("*.segment")))
        before_rows = sender.acknowledged - during
        restart(front, folder)
        back = time.monotonic()
        used = cpu_seconds(front.process.pid, stack.process.pid)
        wanted = sender.acknowledged
        while int(front.rows(STORED)[0]["n"]) <= before_rows:
            time.sleep(0.1)
        first = time.monotonic() - back
        while (found := front.rows(STORED)[0]) and int(found["n"]) < wanted:
            time.sleep(0.1)
        caught_up = time.monotonic() - back
        used = cpu_seconds(front.process.pid, stack.process.pid) - used
        sender.stopping.set()
        sender.join()
        while int((found := front.rows(STORED)[0])["n"]) < sender.acknowledged and time.monotonic() - back < 300:
            time.sleep(0.1)
        print(f"away {options.minutes:g} minutes; acknowledged meanwhile {during:,} records, refused {sender.refused}")
        print(f"at its end: {ready}; {segments} segments on disk; peak RSS of the collector {peak:.0f} MiB")
        print(
            f"first of it visible {first:.1f} s after the store was back, everything {caught_up:.1f} s: "
            f"{wanted - before_rows:,} records, {used:.1f} s of CPU; load {os.getloadavg()[0]:.0f}"
        )
        print(f"acknowledged {sender.acknowledged:,}, stored {found['n']}, distinct {found['distinct']}")
        code = stack.stop()
        end(front)
        print(f"the stack ended with {code}")


if __name__ == "__main__":
    main()
