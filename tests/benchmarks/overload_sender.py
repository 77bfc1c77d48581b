"""A program that sends export requests without pause, over several connections, and counts the answers.

``python overload_sender.py http|grpc ADDRESS CONNECTIONS BATCH SEED``: one JSON object a second on standard output,
until its standard input ends. Nothing is waited for: what is refused is followed at once by the next request, as a
sender would that knows nothing of Retry-After. A process of its own, so that its memory is nobody else's.
"""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

import grpc
import urllib3
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from records import request_of

HEADERS = {"Content-Type": "application/x-protobuf"}
EXPORT = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
GONE_PAUSE_SECONDS = 0.2

Send = Callable[[bytes], str]


def unique(body: bytes, number: int) -> bytes:
    """``body`` and one record more: concatenated messages are one message, and no two requests are the same."""
    mark = ExportLogsServiceRequest()
    record = mark.resource_logs.add().scope_logs.add().log_records.add(time_unix_nano=time.time_ns())
    record.body.string_value = f"flood {number}"
    return body + mark.SerializeToString()


def http_sender(address: str) -> Send:
    parts = urlsplit(address)
    connection = urllib3.HTTPConnectionPool(parts.hostname, parts.port, maxsize=1, retries=False, timeout=60)

    def send(body: bytes) -> str:
        try:
            answer = connection.request("POST", "/v1/logs", body=body, headers=HEADERS)
        except urllib3.exceptions.HTTPError:
            return "gone"
        if answer.status == 200:
            return "acknowledged"
        if answer.status == 503 and int(answer.headers["retry-after"]) > 0:
            return "told to come back"
        return f"http {answer.status}"

    return send


def grpc_sender(address: str) -> Send:
    # A connection of its own: channels to the same address share one otherwise.
    options = [("grpc.use_local_subchannel_pool", 1)]
    call = grpc.insecure_channel(urlsplit(address).netloc, options).unary_unary(EXPORT)

    def send(body: bytes) -> str:
        try:
            call(body, timeout=60)
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.UNAVAILABLE:
                trailers = dict(error.trailing_metadata() or ())
                status = Status.FromString(trailers.get("grpc-status-details-bin", b""))
                retry = RetryInfo()
                if status.details and status.details[0].Unpack(retry) and retry.retry_delay.seconds > 0:
                    return "told to come back"
                return "gone"
            return f"grpc {error.code().name}"
        return "acknowledged"

    return send


def main() -> None:
    """Send until standard input ends."""
    protocol, address = sys.argv[1:3]
    connections, batch, seed = map(int, sys.argv[3:6])
    body = request_of(batch - 1, seed)
    counts: Counter[str] = Counter()
    lock = threading.Lock()
    stopping = threading.Event()

    def run(index: int) -> None:
        send = http_sender(address) if protocol == "http" else grpc_sender(address)
        number = 0
        while not stopping.is_set():
            outcome = send(unique(body, (seed * 1000 + index) * 10**9 + number))
            number += 1
            with lock:
                counts[outcome] += 1
            if outcome == "gone":
                stopping.wait(GONE_PAUSE_SECONDS)

    def report() -> None:
        while not stopping.wait(1):
            with lock:
                print(json.dumps(counts), flush=True)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(connections)]
    threads.append(threading.Thread(target=report))
    for thread in threads:
        thread.start()
    sys.stdin.read()
    stopping.set()
    for thread in threads:
        thread.join()
    print(json.dumps(counts), flush=True)


if __name__ == "__main__":
    main()
