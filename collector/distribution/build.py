# ruff: noqa: INP001, S603, T201 - a script beside what it builds: it runs go, and says so.
"""Builds the standard Collector for otel-collector.yaml, once for each manifest, and prints where it is.

``make otelcol`` runs it. Only the path goes to standard output. The binary is kept outside the checkout, in a folder
named by everything that it is made of, so it is built again only when something of that changes. Needs Go; nothing of
Python beyond its library.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BUILDER = "go.opentelemetry.io/collector/cmd/builder@v0.161.0"

HERE = Path(__file__).resolve().parent
# go.mod and go.sum pin every module by version and hash; the builder is told to take them as they are.
SOURCES = ("manifest.yaml", "go.mod", "go.sum")


class GoMissingError(Exception):
    """There is no Go here to build with."""


class BuildFailedError(Exception):
    """Go could not build it."""


def binary_path() -> Path:
    """Give where the binary is, or will be once ``build()`` has run.

    Raises:
        GoMissingError: Go is not installed; its version is part of the name.
    """
    version = subprocess.run([_go(), "env", "GOVERSION", "GOOS", "GOARCH"], capture_output=True, check=True).stdout
    digest = hashlib.sha256(BUILDER.encode() + version)
    for name in SOURCES:
        digest.update((HERE / name).read_bytes())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "spanlog" / "otelcol" / digest.hexdigest()[:16] / "otelcol"


def build() -> Path:
    """Build the binary if it is not there yet, and give its path. Another process that builds it is waited for.

    Raises:
        GoMissingError: Go is not installed.
        BuildFailedError: Go could not fetch or compile something; the message is what it said.
    """
    binary = binary_path()
    if binary.exists():
        return binary
    binary.parent.mkdir(parents=True, exist_ok=True)
    with (binary.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            _build(binary)
    return binary


def _build(binary: Path) -> None:
    print("Building the standard Collector; minutes of compiling, once …", file=sys.stderr)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=binary.parent) as folder:
        for name in SOURCES:
            shutil.copy(HERE / name, folder)
        done = subprocess.run(
            [_go(), "run", BUILDER, "--config", "manifest.yaml", "--skip-get-modules"],
            check=False,
            cwd=folder,
            # A change of go.mod would be a change of what is built.
            env=os.environ
            | {"GOFLAGS": f"{os.environ.get('GOFLAGS', '')} -mod=readonly -buildvcs=false", "GOWORK": "off"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise BuildFailedError(done.stdout)
        # Put in place whole: others look whether it is there.
        (Path(folder) / "otelcol").replace(binary)
    print(f"… built in {time.monotonic() - began:.0f} s", file=sys.stderr)


def _go() -> str:
    found = shutil.which("go")
    if found is None:
        raise GoMissingError("Go is not installed; the standard Collector is built with it")
    return found


def main() -> int:
    """Build it and print its path."""
    try:
        print(build())
    except (GoMissingError, BuildFailedError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
