"""A server on loopback that takes every POST and says yes. Prints its port, then nothing."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Sink(BaseHTTPRequestHandler):
    """Answers each client as it likes to be answered."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Read a body, of known length or in chunks."""
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline(), 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        else:
            self.rfile.read(int(self.headers["content-length"]))
        # sentry-sdk reads JSON, OTLP clients a protobuf message: nothing is both.
        is_sentry = "/envelope" in self.path
        self._answer(b"{}" if is_sentry else b"", "application/json" if is_sentry else "application/x-protobuf")

    def do_GET(self) -> None:
        """Answer logfire's look at its token."""
        self._answer(b'{"project_name": "bench", "project_url": "http://127.0.0.1"}', "application/json")

    def _answer(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A server that minds nothing."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a program that has been measured ends without a farewell."""


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Sink)
    print(server.server_port, flush=True)
    server.serve_forever()
