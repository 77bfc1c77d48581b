"""From OTLP bytes on the socket to rows that a query sees: records a second, and CPU of everything that takes part.

``CPU µs`` is of the whole stack until the rows are visible, ``merged µs`` until the engine has merged their parts as
well and is quiet; the sender, which is another process, has a column of its own. Each row begins with a quiet stack.
"""

from dataclasses import dataclass

from flood import Flood, flood
from running_stack import (
    RunningStack,
    cpu_seconds,
    memory_mib,
    running_stack,
    wait_until_quiet,
    wait_until_stored,
    wait_until_visible,
)

BATCHES = ((1, 20_000), (100, 5_000), (1_000, 800), (8_000, 100))
CLIENTS = (1, 8)
FEWER_ALONE = 4
"""A single client waits for the disk at each request, so it is given fewer of them."""
SMALL_SENDERS = Flood(batch=1, requests=150_000, clients=256, distinct=5_000, per_second=10_000)


@dataclass(frozen=True, slots=True)
class Row:
    """What one flood came to."""

    records_per_second: float
    cpu_us: float
    merged_us: float
    sender_us: float
    p50_ms: float
    p99_ms: float
    memory_mib: float


def main() -> None:
    """Print both tables."""
    print("\nIngest: requests on the socket to visible rows, whole stack in one process, 300-byte records, 5 % errors")
    print(
        f"{'batch':>6} {'clients':>8} {'records/s':>10} {'CPU µs/record':>14} {'merged µs':>10} {'sender µs':>10}"
        f" {'p50 ms':>8} {'p99 ms':>8} {'MiB':>6}"
    )
    with running_stack() as stack:
        visible = 0
        for batch, count in BATCHES:
            for clients in CLIENTS:
                what = Flood(
                    batch=batch,
                    requests=count if clients > 1 else count // FEWER_ALONE,
                    clients=clients,
                    seed=visible,
                    distinct=max(20, 50_000 // batch),
                )
                visible += what.batch * what.requests
                row = measured(stack, what, visible)
                print(
                    f"{batch:6} {clients:8} {row.records_per_second:10,.0f} {row.cpu_us:14.2f} {row.merged_us:10.2f}"
                    f" {row.sender_us:10.2f} {row.p50_ms:8.1f} {row.p99_ms:8.1f} {row.memory_mib:6.0f}",
                    flush=True,
                )
        small_senders(stack, SMALL_SENDERS, visible)


def measured(stack: RunningStack, what: Flood, visible: int) -> Row:
    """Flood a quiet stack until it shows ``visible`` records."""
    wait_until_quiet(stack)
    before = cpu_seconds(stack)
    sent = flood(stack.otlp_http, what)
    visible_after = wait_until_stored(stack)
    used = cpu_seconds(stack) - before
    wait_until_quiet(stack)
    merged = cpu_seconds(stack) - before
    wait_until_visible(stack, visible)
    records = what.batch * what.requests
    return Row(
        records / (sent.seconds + visible_after),
        used * 1e6 / records,
        merged * 1e6 / records,
        sent.cpu_seconds * 1e6 / records,
        sent.p50_ms,
        sent.p99_ms,
        memory_mib(stack),
    )


def small_senders(stack: RunningStack, what: Flood, visible: int) -> None:
    """Send requests of one record each at a fixed pace, and say what is held and what waits at the end."""
    wait_until_quiet(stack)
    before = cpu_seconds(stack)
    sent = flood(stack.otlp_http, what)
    behind = wait_until_stored(stack)
    used = cpu_seconds(stack) - before
    wait_until_visible(stack, visible + what.requests)
    print(
        f"\nMany small senders: {what.clients} connections, one record a request, {what.per_second:,.0f} requests/s"
        f" offered for {what.requests / what.per_second:.0f} s"
    )
    print(
        f"held {what.requests / sent.seconds:,.0f} requests/s, {sent.refused} refused; everything visible"
        f" {behind:.2f} s after the last answer; answers p50 {sent.p50_ms:.1f} ms, p99 {sent.p99_ms:.1f} ms;"
        f" CPU {used * 1e6 / what.requests:.0f} µs a request, sender {sent.cpu_seconds * 1e6 / what.requests:.0f} µs",
        flush=True,
    )


if __name__ == "__main__":
    main()
