"""SQL as it lies beside this module: one file, one purpose."""

from functools import cache
from importlib.resources import files
from typing import Final

_ROOT: Final = files(__package__)


@cache
def statement(name: str) -> str:
    """Return the text of ``name``, a path below this package such as ``insert/logs.sql``."""
    return _ROOT.joinpath(name).read_text(encoding="utf-8")


def split_statements(text: str) -> list[str]:
    """Return the statements of a file that holds several, each ended by a semicolon at the end of a line."""
    return [part.strip() for part in text.split(";\n") if part.strip()]


def quote(value: str) -> str:
    """Return ``value`` as a string literal of the engine, for the places where it binds no parameter."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
