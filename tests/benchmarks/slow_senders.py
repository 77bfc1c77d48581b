"""A thousand senders of a byte a second, then bombs: what they cost, and whether others notice.

Prints memory of the stack, the answers, and how long an ordinary request takes meanwhile.
"""

import gzip
import socket
import statistics
import sys
import threading
import time
import urllib.parse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import urllib3
from records import request_of
from running_stack import memory_mib, running_stack

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from opentelemetry.proto.collector.logs.v1.logs_service_pb2_grpc import LogsServiceStub
from segments import log_request

HEADERS = {"Content-Type": "application/x-protobuf"}
SLOW_SENDERS = 1_000
SLOW_SECONDS = 15
BOMBS = 64
BOMB_MIB = 1_024


def main() -> None:
    """Print the table."""
    with running_stack() as stack:
        url = urllib.parse.urlsplit(stack.otlp_http)
        print(f"{'':34} {'MiB at most':>12} {'ordinary request, median and slowest, ms':>42}")
        _report("idle", stack, lambda: time.sleep(3))

        slow = [socket.create_connection((url.hostname, url.port)) for _ in range(SLOW_SENDERS)]
        head = b"POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\n"
        head += b"Content-Length: 1000000\r\n\r\n"
        for connection in slow:
            connection.sendall(head)

        def trickle() -> None:
            for _ in range(SLOW_SECONDS):
                for connection in slow:
                    connection.sendall(b"x")
                time.sleep(1)

        _report(f"{SLOW_SENDERS} senders of a byte a second", stack, trickle)
        time.sleep(10)
        told = Counter(connection.recv(100)[:12] for connection in slow)
        print("  told in the end:", dict(told))
        for connection in slow:
            connection.close()

        bomb = gzip.compress(bytes(2**20)) * BOMB_MIB
        answers: Counter[int] = Counter()

        def throw(_: int) -> None:
            with urllib3.PoolManager(retries=False) as http:
                answer = http.request(
                    "POST", stack.otlp_http + "/v1/logs", body=bomb, headers=HEADERS | {"Content-Encoding": "gzip"}
                )
                answers[answer.status] += 1

        def throw_all() -> None:
            with ThreadPoolExecutor(16) as pool:
                list(pool.map(throw, range(BOMBS)))

        _report(f"{BOMBS} bombs, {len(bomb) >> 10} KiB to {BOMB_MIB} MiB", stack, throw_all)
        print("  answers:", dict(answers))

        codes: Counter[str] = Counter()

        def throw_grpc() -> None:
            options = [("grpc.max_send_message_length", -1)]
            with grpc.insecure_channel(urllib.parse.urlsplit(stack.otlp_grpc).netloc, options=options) as channel:
                request = log_request("bomb", "\0" * (200 * 2**20))
                for _ in range(4):
                    try:
                        LogsServiceStub(channel).Export(request, compression=grpc.Compression.Gzip)
                    except grpc.RpcError as error:
                        codes[error.code().name] += 1

        _report("4 bombs of 200 MiB over gRPC", stack, throw_grpc)
        print("  answers:", dict(codes))


def _report(name: str, stack, run) -> None:
    done = threading.Event()
    took: list[float] = []
    peak = [memory_mib(stack)]

    def ordinary() -> None:
        with urllib3.PoolManager(retries=False) as http:
            number = 0
            while not done.is_set():
                body = request_of(10, number + time.time_ns())
                began = time.monotonic()
                status = http.request("POST", stack.otlp_http + "/v1/logs", body=body, headers=HEADERS).status
                took.append(1e3 * (time.monotonic() - began) if status == 200 else float("inf"))
                number += 1
                time.sleep(0.05)

    def watch() -> None:
        while not done.wait(0.02):
            peak[0] = max(peak[0], memory_mib(stack))

    threads = [threading.Thread(target=target) for target in (ordinary, watch)]
    for thread in threads:
        thread.start()
    try:
        run()
    finally:
        done.set()
        for thread in threads:
            thread.join()
    refused = sum(one == float("inf") for one in took)
    served = [one for one in took if one != float("inf")]
    note = f"  ({refused} of {len(took)} told to come back)" if refused else ""
    print(f"{name:34} {peak[0]:12.0f} {statistics.median(served):30.1f} {max(served):11.1f}{note}", flush=True)


if __name__ == "__main__":
    main()
