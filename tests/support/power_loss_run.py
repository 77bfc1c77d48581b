"""One recorded run of the stack under load, and what is stored when the power went at a moment of it."""

import json
import pickle
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import urllib3
from durable_load import HEADERS, SERVICE, Load
from power_loss import Disk, Operation, read_recording
from segments import log_request
from stack_process import RunningStack, clean_environment

SUPPORT = Path(__file__).parent


class Acknowledged(NamedTuple):
    """A request, and how long the recording was when its answer had come."""

    bodies: list[str]
    request: bytes
    position: int


class Verdict(NamedTuple):
    """After a loss of power: what was acknowledged before, and is not there; what is there more than once."""

    acknowledged: int
    lost: list[str]
    twice: dict[str, int]
    log: str


class _NotingLoad(Load):
    def __init__(self, recording: Path, records_per_second: float) -> None:
        super().__init__(records_per_second)
        self.recording = recording
        self.noted: list[Acknowledged] = []

    def wrote(self, bodies: list[str], request: bytes) -> None:
        self.noted.append(Acknowledged(bodies, request, self.recording.stat().st_size))


class RecordedRun:
    """``seconds`` of load on a stack with ``library`` (file_trace.so) loaded, ended by kill -9."""

    def __init__(self, folder: Path, library: Path, *, seconds: float, records_per_second: float) -> None:
        self.folder = folder.resolve()
        self._data = self.folder / "data"
        self._base = self.folder / "base"
        recording = self.folder / "recording"
        stack = RunningStack(self._data)
        first = log_request(SERVICE, "first").SerializeToString()
        assert urllib3.request("POST", stack.otlp_http + "/v1/logs", body=first, headers=HEADERS).status == 200
        assert stack.stop() == 0
        shutil.copytree(self._data, self._base, symlinks=True)
        environment = {
            "LD_PRELOAD": str(library),
            "SPANLOG_TRACE_ROOT": str(self._data),
            "SPANLOG_TRACE_LOG": str(recording),
        }
        stack = RunningStack(self._data, **environment)
        load = _NotingLoad(recording, records_per_second)
        load.start(stack)
        time.sleep(seconds)
        stack.kill()
        load.stop()
        self.acknowledged = load.noted
        self.operations = read_recording(recording)

    def renames_of_parts(self) -> list[int]:
        """The operations that put a part of the logs in place, and what syncs it."""
        begins = [
            index
            for index, operation in enumerate(self.operations)
            if operation.kind == "r" and "/tmp_insert_2" in operation.path
        ]
        return [index for begin in begins for index in range(begin, min(begin + 4, len(self.operations)))]

    def lose_power(self, after: int, chance: random.Random | None) -> Verdict:
        """Let the power go when ``after`` operations were done; start again, and let every sender repeat itself."""
        disk = Disk(self._data, self._base)
        done: list[Operation] = self.operations[:after]
        for operation in done:
            disk.do(operation)
        target = self.folder / "after"
        disk.lose_power(target, chance)
        position = done[-1].end if done else 0
        before = [noted for noted in self.acknowledged if noted.position <= position]
        requests = self.folder / "requests"
        # Not only the unanswered ones: an answer may have been lost on its way.
        repeated = [noted.request for noted in before if chance is None or chance.random() < 0.5]
        requests.write_bytes(pickle.dumps(repeated))
        ended = subprocess.run(
            [sys.executable, SUPPORT / "after_power_loss.py", target, requests],
            capture_output=True,
            text=True,
            timeout=100,
            env=clean_environment(PYTHONPATH=str(SUPPORT)),
        )
        assert ended.returncode == 0, ended.stderr
        stored = {row["Body"]: int(row["n"]) for row in json.loads(ended.stdout)["rows"]}
        shutil.rmtree(target)
        bodies = [body for noted in before for body in noted.bodies]
        return Verdict(
            len(bodies),
            [body for body in ["first", *bodies] if body not in stored],
            {body: n for body, n in stored.items() if n != 1},
            ended.stderr,
        )
