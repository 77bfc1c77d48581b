"""Begins the standard Collector's build while the tests before those that want it run: it takes minutes, once."""

import os
import runpy
import signal
import subprocess
import sys

import pytest
from standard_collector_process import BUILD_SCRIPT

_builds: list[subprocess.Popen[bytes]] = []


def pytest_collection_finish(session: pytest.Session) -> None:
    if session.config.option.collectonly or not any("standard_collector" in item.nodeid for item in session.items):
        return
    script = runpy.run_path(str(BUILD_SCRIPT))
    try:
        if script["binary_path"]().exists():
            return
    except script["GoMissingError"]:
        return
    # What it says, the test that waits for it says again if it failed.
    command = ["nice", "-n", "19", sys.executable, str(BUILD_SCRIPT)]
    quiet = subprocess.DEVNULL
    _builds.append(subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True))


def pytest_sessionfinish() -> None:
    for build in _builds:
        if build.poll() is None:
            os.killpg(build.pid, signal.SIGTERM)
        build.wait()
