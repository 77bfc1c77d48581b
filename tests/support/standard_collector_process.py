"""The standard OpenTelemetry Collector, built as ``make otelcol`` builds it, with otel-collector.yaml as it is.

Its ports are free ones; where they are is read from what it logs, and for syslog from its sockets (so: Linux only).
"""

import json
import os
import re
import runpy
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "otel-collector.yaml"
BUILD_SCRIPT = ROOT / "collector/distribution/build.py"
ANY = "127.0.0.1:0"
# An address of its own on the loopback network tells syslog's port from the others.
SYSLOG_TCP_HOST = "127.0.0.2"

BOTH_WAYS = "".join(
    f"\nservice::pipelines::{signal}::exporters: [otlp_http/spanlog, clickhouse]" for signal in ("logs", "traces")
)
"""Configuration on top of the file: one Collector that goes both ways, so that the same records can be compared."""


def standard_collector_binary() -> Path:
    """Give the binary, built if need be; a test that wants it is skipped where there is no Go."""
    script = runpy.run_path(str(BUILD_SCRIPT))
    try:
        return script["build"]()
    except script["GoMissingError"] as error:
        pytest.skip(str(error))


class StandardCollector:
    """One process of it. Started again on the same folder it finds its queue and its places in files."""

    def __init__(self, binary: Path, folder: Path, *more_config: str, **settings: str) -> None:
        self.folder = folder
        self._log = folder / "otelcol.log"
        self._settings = {
            "OTLP_GRPC": ANY, "OTLP_HTTP": ANY, "SYSLOG_UDP": ANY, "SYSLOG_TCP": f"{SYSLOG_TCP_HOST}:0", "HEALTH": ANY,
            "METRICS_PORT": "0", "STORAGE": str(folder / "storage"), "JSON_FILES": str(folder / "*.json"),
            "TEXT_FILES": str(folder / "*.txt"),
        } | settings  # fmt: skip
        configs = [str(CONFIG), *[f"yaml:{text}" for text in more_config]]
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [binary, *[part for config in configs for part in ("--config", config)]],
                env=collector_environment(**self._settings),
                stdout=log,
                stderr=log,
            )
        self._wait_until_ready()
        self.otlp_grpc = f"http://{self._logged('Starting GRPC server')['endpoint']}"
        self.otlp_http = f"http://{self._logged('Starting HTTP server')['endpoint']}"
        self.syslog_udp = self._socket("udp", "127.0.0.1")
        self.syslog_tcp = self._socket("tcp", SYSLOG_TCP_HOST)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(30)

    def log(self) -> str:
        return self._log.read_text()

    def cpu_seconds(self) -> float:
        """User and system time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while "Everything is ready" not in self.log():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"the standard Collector did not start: {self.log()[-3000:]}")
            time.sleep(0.02)

    def _logged(self, message: str) -> dict[str, Any]:
        (line,) = [line for line in self.log().splitlines() if f"\t{message}\t" in line]
        return json.loads(line.rpartition("\t")[2])

    def _socket(self, protocol: str, host: str) -> tuple[str, int]:
        """Find the process's one socket of a protocol that is bound to an address and connected to nobody."""
        mine = set()
        for descriptor in Path(f"/proc/{self.process.pid}/fd").iterdir():
            try:
                mine.add(str(descriptor.readlink()))
            except FileNotFoundError:
                continue
        prefix = "".join(f"{int(part):02X}" for part in reversed(host.split(".")))
        found = [
            int(match[1], 16)
            for line in Path(f"/proc/net/{protocol}").read_text().splitlines()[1:]
            if (match := re.match(rf"\s*\d+: {prefix}:(\w{{4}}) 00000000:0000 ", line))
            and f"socket:[{line.split()[9]}]" in mine
        ]
        assert len(found) == 1, found
        return host, found[0]


def collector_environment(**settings: str) -> dict[str, str]:
    """Give this process's environment with these settings alone; ``STORAGE`` is ``SPANLOG_OTELCOL_STORAGE``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPANLOG_", "OTEL_"))}
    return kept | {f"SPANLOG_OTELCOL_{name}": value for name, value in settings.items()}
