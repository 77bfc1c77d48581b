"""What is installed?"""

import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Final

from spanlog_cli.doctor.check import Check, ok, problem

_OLDEST_PYTHON: Final = (3, 11)
# One module each that only this extra brings.
_EXTRAS: Final = {"cli": ("rich",), "server": ("fastapi", "chdb", "clickhouse_connect", "uvicorn"), "grpc": ("grpc",)}


def check_installation() -> Iterator[Check]:
    """Look at Python, spanlog and its extras."""
    python = f"Python {platform.python_version()}"
    if sys.version_info < _OLDEST_PYTHON:
        yield problem("installation", f"{python} is too old", "use Python 3.11 or later")
        return
    try:
        spanlog = f"spanlog {version('spanlog')}"
    except PackageNotFoundError:
        yield problem("installation", f"spanlog is imported but not installed ({python})", "pip install spanlog")
        return
    there = [name for name, modules in _EXTRAS.items() if all(map(_is_installed, modules))]
    missing = [name for name in _EXTRAS if name not in there]
    extras = f"extras: {', '.join(there) or 'none'}"
    if missing:
        extras += f" (not installed: {', '.join(missing)})"
    yield ok("installation", f"{spanlog}, {python}, {extras}")


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:
        return False
