"""The real Jaeger with its memory storage, as ``make jaeger`` builds it."""

import json
import os
import subprocess
import time
from pathlib import Path

import build_jaeger
import pytest
import urllib3

CONFIG = """
service:
  extensions: [jaeger_storage, jaeger_query]
  pipelines: {traces: {receivers: [otlp], exporters: [jaeger_storage_exporter]}}
  telemetry: {metrics: {level: none}, logs: {level: info}}
extensions:
  jaeger_query:
    storage: {traces: memory}
    http: {endpoint: "127.0.0.1:0"}
    grpc: {endpoint: "127.0.0.1:0"}
  jaeger_storage: {backends: {memory: {memory: {max_traces: 1000}}}}
receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}}
exporters: {jaeger_storage_exporter: {trace_storage: memory}}
"""


def jaeger_binary() -> Path:
    """Give the binary; a test that wants it is skipped where it was not built: minutes of CPU are too many here."""
    try:
        binary = build_jaeger.binary_path()
    except build_jaeger.GoMissingError:
        pytest.skip("Go is not installed; Jaeger is built with it")
    if not binary.exists():
        pytest.skip("Jaeger is not built; make jaeger builds it")
    return binary


class RealJaeger:
    """One process of it, on ports of its own; ``api`` is where its query service answers."""

    def __init__(self, binary: Path, log: Path) -> None:
        self._log = log
        with log.open("w") as output:
            self._process = subprocess.Popen(
                [binary, f"--config=yaml:{CONFIG}"],
                env=os.environ | {"OTEL_TRACES_SAMPLER": "always_off"},
                stdout=output,
                stderr=output,
            )
        self._http = urllib3.PoolManager(retries=False)
        self.api = f"http://{self._logged('Query server started', 'http_addr')}"
        self.otlp = f"http://{self._logged('Starting HTTP server', 'endpoint')}"

    def send(self, requests: list[bytes]) -> None:
        """Post one ExportTraceServiceRequest after the other."""
        headers = {"Content-Type": "application/x-protobuf"}
        for request in requests:
            answer = self._http.request("POST", f"{self.otlp}/v1/traces", body=request, headers=headers)
            assert answer.status == 200, answer.data

    def get(self, path: str) -> tuple[int, bytes]:
        answer = self._http.request("GET", self.api + path)
        return answer.status, answer.data

    def transform(self, file: bytes) -> tuple[int, bytes]:
        answer = self._http.request("POST", f"{self.api}/api/transform", body=file)
        return answer.status, answer.data

    def stop(self) -> None:
        self._http.clear()
        self._process.kill()
        self._process.wait()

    def _logged(self, message: str, field: str) -> str:
        """Find where it listens in what it logs, of which each line ends in its fields."""
        deadline = time.monotonic() + 60
        while True:
            for line in self._log.read_text().splitlines():
                # Two of its servers say the same words, with fields of their own.
                if f"\t{message}\t" in line and f'"{field}": ' in line and line.endswith("}"):
                    return json.loads(line.rpartition("\t")[2])[field]
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"Jaeger did not start: {self._log.read_text()[-3000:]}")
            time.sleep(0.02)
