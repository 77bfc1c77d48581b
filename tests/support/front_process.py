"""The ClickHouse front as a process of its own: an engine is all a process may have."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import urllib3


class FrontProcess:
    """``clickhouse_front.py`` over a store of its own in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).parent / "clickhouse_front.py", folder / "store", "0"],
            stdout=subprocess.PIPE,
            text=True,
            # The engine keeps a copy of schemas where its process was started.
            cwd=folder,
        )
        self.port = int(self.process.stdout.readline())
        self.dsn = f"clickhouse://127.0.0.1:{self.port}/otel"
        self.endpoint = f"http://127.0.0.1:{self.port}?compress=none"
        """For clickhouse-go, whose own compression the front does not know."""
        self._http = urllib3.PoolManager()

    def rows(self, sql: str) -> list[dict[str, Any]]:
        answer = self._http.request(
            "POST", f"http://127.0.0.1:{self.port}/?database=otel", body=f"{sql} FORMAT JSONEachRow".encode()
        )
        assert answer.status == 200, answer.data
        return [json.loads(line) for line in answer.data.splitlines()]

    def engine_cpu_seconds(self) -> float:
        """User and system time so far, without the front's own: a server has no Python in between."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        total = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return total - float(self._http.request("GET", f"http://127.0.0.1:{self.port}/own-cpu").data)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self._http.clear()
