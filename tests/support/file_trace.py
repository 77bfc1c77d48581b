"""Builds the library that records, or strikes at, what a process does to its files (``file_trace.c``)."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("file_trace.c")


def build(folder: Path) -> Path:
    """Compile it into ``folder``; skips the test where that cannot be done."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("the recorder of file operations needs Linux and a C compiler (cc)")
    library = folder / "file_trace.so"
    flags = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror"]
    subprocess.run([compiler, *flags, "-o", str(library), str(SOURCE), "-ldl", "-pthread"], check=True)
    return library
