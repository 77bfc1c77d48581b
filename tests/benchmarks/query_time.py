"""How long the questions take that people ask, on a million records."""

import statistics
import time

from flood import Flood, flood
from running_stack import running_stack, wait_until_visible

RECORDS = 1_000_000
BATCH = 5_000
ASKED = 20
QUESTIONS = (
    ("newest records", "/logs", {"limit": 100}),
    ("errors of one agent", "/logs", {"limit": 100, "level": "error", "agent_id": "agent-3"}),
    ("text in messages", "/logs", {"limit": 100, "search": "position 77"}),
    ("summary", "/logs/summary", {}),
    ("agents", "/logs/agents", {}),
)


def main() -> None:
    """Print the table."""
    print(f"\nQueries: milliseconds on {RECORDS:,} records, asked {ASKED} times each")
    print(f"{'':22} {'p50':>8} {'max':>8}")
    with running_stack() as stack:
        flood(stack.otlp_http, Flood(batch=BATCH, requests=RECORDS // BATCH, clients=2, distinct=RECORDS // BATCH))
        wait_until_visible(stack, RECORDS)
        trace_id = stack.get("/logs", limit=1)["items"][0]["trace_id"]
        for name, path, parameters in (*QUESTIONS, ("one trace", f"/traces/{trace_id}", {})):
            samples = []
            for _ in range(ASKED):
                began = time.perf_counter()
                stack.get(path, **parameters)
                samples.append((time.perf_counter() - began) * 1000)
            print(f"{name:22} {statistics.median(samples):8.1f} {max(samples):8.1f}", flush=True)


if __name__ == "__main__":
    main()
