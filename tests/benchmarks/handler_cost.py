"""What one record costs the program it is logged in, beside the standard library and the OpenTelemetry SDK.

CPU of the whole process, background threads included, above a logger that has a ``NullHandler`` only. Each way of
logging has a process of its own; the ways take turns, several rounds in one run. Everything that is sent goes to a
sink in another process on loopback.
"""

import contextlib
import multiprocessing
import statistics
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROUNDS = 3
RECORDS = 30_000
EXCEPTIONS = 3_000

PROGRAM = """
import logging, logging.handlers, queue, sys, time
way, endpoint, kind, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
log = logging.getLogger("bench")
log.propagate = False
log.setLevel(logging.INFO)
finish = lambda: None
if way == "NullHandler":
    log.addHandler(logging.NullHandler())
elif way == "QueueHandler":
    log.addHandler(logging.handlers.QueueHandler(queue.SimpleQueue()))
elif way == "spanlog":
    import spanlog
    bounds = {"max_queue_records": 10**9, "max_queue_bytes": 10**10}
    handler = spanlog.SpanlogHandler(agent_id="bench", endpoint=endpoint, **bounds)
    log.addHandler(handler)
    finish = lambda: handler.flush(timeout_seconds=120)
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    provider = LoggerProvider()
    exporter = OTLPLogExporter(endpoint=endpoint + "/v1/logs")
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter, max_queue_size=10**9))
    log.addHandler(LoggingHandler(logger_provider=provider))
    finish = lambda: provider.force_flush(120_000)

def deep(n):
    if n:
        deep(n - 1)
    else:
        {}["missing"]

def plain(i):
    log.info("order %s filled at %s", i, "12.5", extra={"venue": "binance", "latency_ms": 12})

def exception(i):
    try:
        deep(8)
    except KeyError:
        log.exception("order %s failed", i, extra={"venue": "binance"})

one = plain if kind == "plain" else exception
one(0)
began = time.process_time()
for i in range(count):
    one(i)
finish()
print((time.process_time() - began) * 1e6 / count)
"""
WAYS = ("NullHandler", "QueueHandler", "spanlog", "OpenTelemetry SDK")


class _Sink(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def _serve(port: "multiprocessing.Queue[int]") -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Sink)
    port.put(server.server_port)
    server.serve_forever()


@contextlib.contextmanager
def sink() -> Iterator[str]:
    """An OTLP/HTTP endpoint that takes everything, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    port = context.Queue()
    process = context.Process(target=_serve, args=(port,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{port.get()}"
    finally:
        process.kill()
        process.join()


def measure(way: str, endpoint: str, kind: str, count: int) -> float:
    """CPU microseconds a record, of a whole process."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, way, endpoint, kind, str(count)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def main() -> None:
    """Print the table."""
    print(f"\nHandler: CPU µs a record above NullHandler, whole process, median of {ROUNDS} rounds")
    print(f"{'':20} {'plain':>10} {'x cheaper':>10} {'exception':>10} {'x cheaper':>10}")
    with sink() as endpoint:
        found = {
            (way, kind): statistics.median(samples)
            for kind, count in (("plain", RECORDS), ("exception", EXCEPTIONS))
            for way, samples in _rounds(endpoint, kind, count).items()
        }
    for way in WAYS:
        cells = []
        for kind in ("plain", "exception"):
            floor = found["NullHandler", kind]
            above = found[way, kind] - floor
            peer = found["OpenTelemetry SDK", kind] - floor
            cells += [f"{above:10.2f}", f"{peer / above:10.1f}" if above > 0 else " " * 10]
        print(f"{way:20} {' '.join(cells)}")
    print(f"(NullHandler itself: {found['NullHandler', 'plain']:.2f} and {found['NullHandler', 'exception']:.2f} µs)")


def _rounds(endpoint: str, kind: str, count: int) -> dict[str, list[float]]:
    samples: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(ROUNDS):
        for way in WAYS:
            samples[way].append(measure(way, endpoint, kind, count))
    return samples


if __name__ == "__main__":
    main()
