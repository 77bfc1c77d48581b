"""Builds Jaeger, all of it in one process, from its Go module, once for each version; prints where it is.

``make jaeger`` runs it. As with the standard Collector (collector/distribution/build.py) the binary is kept outside the
checkout in a folder named by what it is made of. Needs Go; nothing of Python beyond its library.
"""

import fcntl
import hashlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path

MODULE = "github.com/jaegertracing/jaeger"
# Jaeger 2.13 under the other name of that release, the last that has one: versions of 2.x are tagged in a way that Go
# does not take. It is built in the module's own folder: its go.mod and go.sum pin all that it needs, its sum pins them.
VERSION = "v1.76.0"
SUM = "h1:sWCOOF1dr+NL0PLil7mFo3BqqQL8k4WiM7aguFbc14g="
PACKAGE = "./cmd/jaeger"

_collector = runpy.run_path(str(Path(__file__).parents[2] / "collector/distribution/build.py"))
GoMissingError: type[Exception] = _collector["GoMissingError"]
BuildFailedError: type[Exception] = _collector["BuildFailedError"]


def binary_path() -> Path:
    """Give where the binary is, or will be once ``build()`` has run. Raises GoMissingError."""
    go = _collector["_go"]()
    toolchain = subprocess.run([go, "env", "GOVERSION", "GOOS", "GOARCH"], capture_output=True, check=True).stdout
    digest = hashlib.sha256(f"{MODULE} {VERSION} {SUM} {PACKAGE}".encode() + toolchain).hexdigest()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "spanlog" / "jaeger" / digest[:16] / "jaeger"


def build() -> Path:
    """Build the binary if it is not there yet, and give its path. Raises GoMissingError and BuildFailedError."""
    binary = binary_path()
    binary.parent.mkdir(parents=True, exist_ok=True)
    with (binary.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            print("Building Jaeger; minutes of compiling, once …", file=sys.stderr)
            _build(binary)
    return binary


def _build(binary: Path) -> None:
    with tempfile.TemporaryDirectory(dir=binary.parent) as folder:
        module = json.loads(_go("mod", "download", "-json", f"{MODULE}@{VERSION}", folder=folder))
        if module["Sum"] != SUM:
            raise BuildFailedError(f"{MODULE}@{VERSION} is {module['Sum']}, not {SUM}")
        built = Path(folder) / "jaeger"
        _go("build", "-trimpath", "-ldflags=-s -w", "-o", str(built), PACKAGE, folder=module["Dir"])
        # Put in place whole: others look whether it is there.
        built.replace(binary)


def _go(*arguments: str, folder: str) -> str:
    done = subprocess.run(
        [_collector["_go"](), *arguments],
        check=False,
        cwd=folder,
        env=os.environ | {"GOFLAGS": f"{os.environ.get('GOFLAGS', '')} -buildvcs=false", "GOWORK": "off"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BuildFailedError(done.stdout + done.stderr)
    return done.stdout


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
