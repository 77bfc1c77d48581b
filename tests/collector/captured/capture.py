"""Keep what an OpenTelemetry SDK really sends: ``capture.py NAME PROTOCOL COMMAND…``.

Runs ``COMMAND… PROTOCOL ENDPOINT`` against a listener that answers every export with success, and writes each request
to ``requests/NAME.SIGNAL.body`` (the bytes as sent; over gRPC the message, which gRPC has decompressed) with its path
and the headers that matter in ``requests/NAME.SIGNAL.json``.
"""

import http.server
import json
import subprocess
import sys
import threading
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc

REQUESTS = Path(__file__).parent / "requests"
KEPT_HEADERS = ("content-type", "content-encoding", "user-agent")
GRPC_SERVICES = {
    "logs": "opentelemetry.proto.collector.logs.v1.LogsService",
    "traces": "opentelemetry.proto.collector.trace.v1.TraceService",
}


def keep(name: str, signal: str, headers: dict[str, str], body: bytes) -> None:
    REQUESTS.mkdir(exist_ok=True)
    path = REQUESTS / f"{name}.{signal}.body"
    path.write_bytes(body)
    kept = {key: value for key, value in sorted(headers.items()) if key in KEPT_HEADERS}
    path.with_suffix(".json").write_text(json.dumps(kept, indent=2) + "\n")
    print(f"{path.name}: {len(body)} bytes, {kept}")


def listen_http(name: str) -> tuple[str, Any]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            headers = {key.lower(): value for key, value in self.headers.items()}
            keep(name, self.path.removeprefix("/v1/"), headers, self._body())
            is_json = headers["content-type"].startswith("application/json")
            answer = b"{}" if is_json else b""
            self.send_response(200)
            self.send_header("Content-Type", headers["content-type"])
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _body(self) -> bytes:
            if "content-length" in self.headers:
                return self.rfile.read(int(self.headers["content-length"]))
            chunks = []
            while size := int(self.rfile.readline(), 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}", server.shutdown


def listen_grpc(name: str) -> tuple[str, Any]:
    def handler(signal: str) -> Any:
        def export(body: bytes, context: Any) -> bytes:
            keep(name, signal, dict(context.invocation_metadata()), body)
            return b""

        return grpc.unary_unary_rpc_method_handler(export)

    server = grpc.server(futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers(
        [
            grpc.method_handlers_generic_handler(service, {"Export": handler(signal)})
            for signal, service in GRPC_SERVICES.items()
        ]
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return f"http://127.0.0.1:{port}", lambda: server.stop(1).wait()


def main() -> int:
    name, protocol, *command = sys.argv[1:]
    endpoint, stop = (listen_grpc if protocol == "grpc" else listen_http)(name)
    try:
        return subprocess.run([*command, protocol, endpoint], check=False, timeout=120).returncode
    finally:
        stop()


if __name__ == "__main__":
    sys.exit(main())
