"""From OTLP bytes on the socket to rows that a query sees: records a second, and CPU of everything that takes part.

``CPU µs`` is of the whole stack until the rows are visible, ``merged µs`` until the engine has merged their parts as
well and is quiet; the sender, which is another process, has a column of its own. Each row begins with a quiet stack.
"""

from dataclasses import dataclass, replace

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

FLOODS = (
    # A single client waits for the disk at each request, so it is given fewer of them.
    Flood(batch=1, requests=5_000, clients=1),
    Flood(batch=1, requests=20_000, clients=8),
    Flood(batch=100, requests=1_250, clients=1),
    Flood(batch=100, requests=5_000, clients=8),
    Flood(batch=1_000, requests=200, clients=1),
    Flood(batch=1_000, requests=800, clients=8),
    Flood(batch=1_000, requests=800, clients=8, error_share=0.025),
    Flood(batch=8_000, requests=25, clients=1),
    Flood(batch=8_000, requests=100, clients=8),
)
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
    print("\nIngest: requests on the socket to visible rows, whole stack in one process, 300-byte records")
    print(
        f"{'batch':>6} {'clients':>8} {'errors':>7} {'records/s':>10} {'CPU µs/record':>14} {'merged µs':>10}"
        f" {'sender µs':>10} {'p50 ms':>8} {'p99 ms':>8} {'MiB':>6}"
    )
    with running_stack() as stack:
        visible = 0
        for number, kind in enumerate(FLOODS, start=1):
            what = replace(kind, seed=number, distinct=max(20, 50_000 // kind.batch))
            visible += what.batch * what.requests
            row = measured(stack, what, visible)
            print(
                f"{what.batch:6} {what.clients:8} {what.error_share:7.1%} {row.records_per_second:10,.0f}"
                f" {row.cpu_us:14.2f} {row.merged_us:10.2f} {row.sender_us:10.2f} {row.p50_ms:8.1f} {row.p99_ms:8.1f}"
                f" {row.memory_mib:6.0f}",
                flush=True,
            )
        small_senders(stack, SMALL_SENDERS, visible)


def measured(
    stack: RunningStack, what: Flood, visible: int, *, endpoint: str | None = None, others: tuple[int, ...] = ()
) -> Row:
    """Flood a quiet stack until it shows ``visible`` records.

    With ``endpoint`` the flood goes to another collector in front of it, whose process is one of ``others``.
    """
    wait_until_quiet(stack)
    before = cpu_seconds(stack, *others)
    sent = flood(endpoint or stack.otlp_http, what)
    visible_after = wait_until_stored(stack)
    used = cpu_seconds(stack, *others) - before
    wait_until_quiet(stack)
    merged = cpu_seconds(stack, *others) - before
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
