"""What live tails cost the stack: CPU while records arrive, with nobody listening, one listener, and many.

    python tests/benchmarks/tail_cost.py --listeners 200 --seconds 20

Of many listeners, once all ask the same and once each asks something else. What the API's own threads and the engine's
use is told apart by thread, so that it can be seen where the cost lies.
"""

import argparse
import json
import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from flood import Flood, flood
from running_stack import RunningStack, cpu_seconds, running_stack, wait_until_quiet, wait_until_stored

RECORDS_PER_SECOND = 500
BATCH = 50
LISTENERS = 200
SECONDS = 20
DELIVERED_SECONDS = 30
_TICKS = os.sysconf("SC_CLK_TCK")


def questions(listeners: int, *, different: bool) -> list[dict[str, str]]:
    """What each listener asks: most of what arrives, either the same question or one of its own."""
    return [{"q": f"-nothing{number if different else ''}"} for number in range(listeners)]


@contextmanager
def listening(stack: RunningStack, asked: Sequence[dict[str, str]], records: int) -> Iterator[subprocess.Popen[str]]:
    """Listeners in a process of their own; they all have their first word when it begins."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--listen", stack.api, json.dumps(asked), str(records)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "connected"
        yield process
    finally:
        process.communicate()


def listen(api: str, asked: Sequence[dict[str, str]], records: int) -> None:
    """Open a tail for each of ``asked``, read until each got ``records``, or input ends; print how many each got."""
    address = urlsplit(api)
    selector = selectors.DefaultSelector()
    received: dict[socket.socket, int] = {}
    for parameters in asked:
        connection = socket.create_connection((address.hostname or "", address.port or 0))
        head = f"GET /logs/tail?{urlencode(parameters)} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n"
        connection.sendall(head.encode())
        begun = b""
        while b": connected" not in begun:
            begun += connection.recv(65536)
        received[connection] = 0
        selector.register(connection, selectors.EVENT_READ)
    print("connected", flush=True)
    selector.register(sys.stdin, selectors.EVENT_READ)
    is_over = False
    while not is_over and min(received.values()) < records:
        for key, _ in selector.select():
            if key.fileobj is sys.stdin:
                is_over = True
                continue
            assert isinstance(key.fileobj, socket.socket)
            chunk = key.fileobj.recv(1 << 20)
            assert chunk, "the stack closed a tail"
            received[key.fileobj] += chunk.count(b"data: {")
    print(json.dumps(list(received.values())), flush=True)


def by_thread(stack: RunningStack) -> dict[str, float]:
    """CPU seconds of the threads that are there, by what they are called."""
    used: dict[str, float] = {}
    for task in Path(f"/proc/{stack.process.pid}/task").iterdir():
        try:
            name, _, fields = (task / "stat").read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        numbers = fields.split()
        used[name] = used.get(name, 0.0) + (int(numbers[11]) + int(numbers[12])) / _TICKS
    return used


def measured(stack: RunningStack, asked: Sequence[dict[str, str]], seconds: int) -> tuple[float, list[int]]:
    """Return the CPU seconds of the stack while records arrive, and how many records each listener got."""
    wait_until_quiet(stack)
    requests = seconds * RECORDS_PER_SECOND // BATCH
    sending = Flood(
        batch=BATCH,
        requests=requests,
        clients=1,
        seed=time.time_ns() % 1000,
        per_second=RECORDS_PER_SECOND / BATCH,
        distinct=requests,
    )
    if not asked:
        before = cpu_seconds(stack)
        flood(stack.otlp_http, sending)
        wait_until_stored(stack)
        return cpu_seconds(stack) - before, []
    # A few less: a piece may be cut in the middle of the word that is counted.
    with listening(stack, asked, requests * BATCH * 99 // 100) as process:
        before, threads = cpu_seconds(stack), by_thread(stack)
        flood(stack.otlp_http, sending)
        wait_until_stored(stack)
        with suppress(subprocess.TimeoutExpired):
            # Everything has been delivered.
            process.wait(DELIVERED_SECONDS)
        used = cpu_seconds(stack) - before
        after = by_thread(stack)
        output, _ = process.communicate()
    spent = sorted(((after[name] - threads.get(name, 0), name) for name in after), reverse=True)
    print("   " + ", ".join(f"{name} {value:.2f}" for value, name in spent[:6]), file=sys.stderr)
    return used, json.loads(output)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listeners", type=int, default=LISTENERS)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--listen", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.listen:
        listen(options.listen[0], json.loads(options.listen[1]), int(options.listen[2]))
        return
    many, seconds = options.listeners, options.seconds
    print(
        f"\nLive tail: CPU seconds of the stack in {seconds} s, {RECORDS_PER_SECOND} records/s, each sent to everyone"
    )
    print(f"{'':32} {'CPU s':>8} {'of one':>8} {'records each':>14}", flush=True)
    with running_stack() as stack:
        measured(stack, [], 3)
        one = 0.0
        for name, asked in (
            ("nobody", []),
            ("1 listener", questions(1, different=False)),
            (f"{many} listeners, one question", questions(many, different=False)),
            (f"{many} listeners, {many} questions", questions(many, different=True)),
        ):
            used, received = measured(stack, asked, seconds)
            one = one or (used if asked else 0.0)
            each = f"{min(received)} to {max(received)}" if received else ""
            print(f"{name:32} {used:8.2f} {used / one if one else 0:8.2f} {each:>14}", flush=True)


if __name__ == "__main__":
    main()
