"""From OTLP bytes on the socket to rows that a query sees: records a second, and CPU of the whole stack."""

import threading
import time

import urllib3
from records import request_of
from running_stack import cpu_seconds, memory_mib, running_stack, wait_until_visible

HEADERS = {"Content-Type": "application/x-protobuf"}
BATCHES = ((1, 3_000), (100, 1_000), (1_000, 200), (8_000, 25))
CLIENTS = (1, 8)


def main() -> None:
    """Print the table."""
    print("\nIngest: requests on the socket to visible rows, whole stack in one process, 300-byte records")
    print(f"{'batch':>6} {'clients':>8} {'records/s':>10} {'CPU µs/record':>14} {'MiB':>6}")
    with running_stack() as stack:
        visible = 0
        for batch, count in BATCHES:
            for clients in CLIENTS:
                requests = [request_of(batch, visible + index) for index in range(count)]
                cpu, began = cpu_seconds(stack), time.monotonic()
                send(stack.otlp_http, requests, clients)
                visible += batch * count
                wait_until_visible(stack, visible)
                took, used = time.monotonic() - began, cpu_seconds(stack) - cpu
                records = batch * count
                rate, cost = records / took, used * 1e6 / records
                print(f"{batch:6} {clients:8} {rate:10,.0f} {cost:14.2f} {memory_mib(stack):6.0f}", flush=True)


def send(endpoint: str, requests: list[bytes], clients: int) -> None:
    """Send ``requests`` over ``clients`` connections; each must be acknowledged."""

    def run(part: list[bytes]) -> None:
        pool = urllib3.connection_from_url(endpoint)
        for body in part:
            while (status := pool.request("POST", "/v1/logs", body=body, headers=HEADERS).status) == 503:
                time.sleep(0.2)
            assert status == 200, status

    threads = [threading.Thread(target=run, args=(requests[index::clients],)) for index in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
