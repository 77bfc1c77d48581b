"""The real stack as a process of its own, and programs that log to it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import urllib3

SPANLOG = [sys.executable, "-m", "spanlog_cli"]
ANY = "127.0.0.1:0"

READ_STORE = """
import json, sys
from spanlog_collector.storage import QueryLimits, open_store
store = open_store(sys.argv[1])
print(json.dumps(store.query(sys.argv[2], limits=QueryLimits(max_result_rows=10_000_000)), default=str))
store.close()
"""


def clean_environment(**extra: str) -> dict[str, str]:
    """This process's environment without settings of spanlog or OpenTelemetry, and without a spool."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPANLOG_", "OTEL_"))}
    return kept | {"SPANLOG_SPOOL_DIR": ""} | extra


class RunningStack:
    """``spanlog up`` on ports of its own."""

    def __init__(
        self,
        data_directory: Path,
        *arguments: str,
        launcher: list[str] | None = None,
        inside: Sequence[str] = (),
        is_struck: bool = False,
        **environment: str,
    ) -> None:
        """Start it; ``inside`` is what a command begins with that must see a disk of its own.

        One that is struck (``killed_at.py``) may be dead before it has said where it listens: its addresses are empty.
        """
        self.data_directory = data_directory
        self.log = data_directory.with_suffix(".log").open("a")
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [
                *inside, *(launcher or SPANLOG), "up", "--data-dir", str(data_directory),
                "--api", ANY, "--otlp-http", ANY, "--otlp-grpc", ANY, *arguments,
            ],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=clean_environment(**environment),
        )  # fmt: skip
        addresses: dict[str, str] = {}
        while len(addresses) < 3:
            line = self.process.stdout.readline()
            if not line and is_struck:
                break
            assert line, f"spanlog up ended with {self.process.wait()}: {Path(self.log.name).read_text()}"
            if found := re.match(r"  (query API|OTLP/HTTP|OTLP/gRPC) +(http://\S+)", line):
                addresses[found[1]] = found[2]
        self.api, self.otlp_http, self.otlp_grpc = (
            addresses.get(name, "") for name in ("query API", "OTLP/HTTP", "OTLP/gRPC")
        )
        self._http = urllib3.PoolManager()

    def get(self, path: str, **parameters: Any) -> Any:
        answer = self._http.request("GET", self.api + path, fields={k: str(v) for k, v in parameters.items()})
        assert answer.status == 200, answer.data
        return answer.json()

    def request(self, method: str, path: str, body: Any = None) -> urllib3.BaseHTTPResponse:
        return self._http.request(method, self.api + path, json=body)

    def wait_for(self, path: str, condition: Callable[[Any], bool], **parameters: Any) -> Any:
        deadline = time.monotonic() + 30
        while not condition(answer := self.get(path, **parameters)):
            assert time.monotonic() < deadline, answer
            time.sleep(0.05)
        return answer

    def spanlog(self, *arguments: str, text: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one command of the command line against this stack."""
        return subprocess.run(
            [*SPANLOG, *arguments],
            input=text,
            capture_output=True,
            text=True,
            timeout=100,
            env=clean_environment(
                SPANLOG_URL=self.api, SPANLOG_ENDPOINT=self.otlp_http, NO_COLOR="1", COLUMNS="100", **environment
            ),
        )

    def run_program(self, source: str, **environment: str) -> None:
        """Run a Python program that logs to this stack by default; it must end well."""
        done = subprocess.run(
            [sys.executable, "-c", source],
            capture_output=True,
            text=True,
            timeout=100,
            env=clean_environment(SPANLOG_ENDPOINT=self.otlp_http, **environment),
        )
        assert done.returncode == 0, done.stderr

    def kill(self) -> None:
        self.process.kill()
        self._end()

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(60)
        return self._end()

    def _end(self) -> int:
        self.process.wait()
        self.process.stdout.close()
        self.log.close()
        self._http.clear()
        return self.process.returncode

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Read the embedded store, which has no owner any more."""
        assert self.process.poll() is not None
        dsn = f"chdb://{self.data_directory}/store"
        done = subprocess.run([sys.executable, "-c", READ_STORE, dsn, sql], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)
