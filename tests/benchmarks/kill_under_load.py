"""kill -9 at random moments under 5,000 records/s: what was lost, what was stored twice, how soon it served again.

``taking`` is the first request that is acknowledged again, ``serving`` the moment when everything is up: store and
query API too.
"""

import argparse
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from durable_load import BODIES, Load
from stack_process import RunningStack


class Taking(threading.Thread):
    """Waits for the first acknowledgement after a kill."""

    def __init__(self, load: Load) -> None:
        super().__init__()
        self.load = load
        self.began = time.monotonic()
        # An answer that was on its way is not one after it.
        time.sleep(0.1)
        self.before = load.acknowledged
        self.seconds = 0.0
        self.start()

    def run(self) -> None:
        while self.load.acknowledged == self.before:
            time.sleep(0.005)
        self.seconds = time.monotonic() - self.began


def main() -> None:
    """Print a line for each kill, and the verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--records-per-second", type=float, default=5000)
    options = parser.parse_args()
    print(f"\nkill -9 {options.kills} times at random moments, {options.records_per_second:,.0f} records/s")
    print(f"{'kill':>5} {'after s':>8} {'acknowledged':>13} {'journal MiB':>12} {'taking s':>9} {'serving s':>10}")
    with tempfile.TemporaryDirectory(prefix="spanlog-bench-") as folder:
        data = Path(folder) / "data"
        stack = RunningStack(data)
        address = stack.otlp_http.removeprefix("http://")
        load = Load(options.records_per_second - 250, senders=4, batch=50)
        load.start(stack, handler_records_per_second=250)
        taking_seconds, serving_seconds = [], []
        for kill in range(1, options.kills + 1):
            lived_seconds = random.uniform(0.1, 3)
            time.sleep(lived_seconds)
            stack.kill()
            left = sum(path.stat().st_size for path in (data / "journal").glob("*.segment"))
            taking = Taking(load)
            stack = RunningStack(data, "--otlp-http", address)
            serving_seconds.append(time.monotonic() - taking.began)
            taking.join()
            taking_seconds.append(taking.seconds)
            figures = f"{taking.before:13,} {left / 2**20:12.2f} {taking.seconds:9.2f} {serving_seconds[-1]:10.2f}"
            print(f"{kill:5} {lived_seconds:8.2f} {figures}", flush=True)
        time.sleep(1)
        accounts = load.stop()
        stack.stop()
        verdict = load.verdict(stack.rows(BODIES), accounts)
    print(
        f"acknowledged {verdict['acknowledged']:,} (the handler's {accounts['sent']:,} among them), "
        f"lost {len(verdict['lost'])}, stored twice {len(verdict['twice'])}; taking requests again after "
        f"{statistics.median(taking_seconds):.2f} s in the median, {max(taking_seconds):.2f} s at most, everything up "
        f"after {statistics.median(serving_seconds):.2f} s in the median, {max(serving_seconds):.2f} s at most"
    )
    if verdict["lost"] or verdict["twice"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
