"""What never changes for one call site, encoded once: severity and the place in the code."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from spanlog import _encode
from spanlog._severity import severity_number, severity_text
from spanlog._values import any_value

if TYPE_CHECKING:
    import logging

# Generated code can have any number of call sites; a program's own is far below.
_MAX_SITES = 4_096


class CallSite(NamedTuple):
    """The encoded constants of one call site."""

    severity: bytes
    attributes: bytes
    """All attributes below, joined: what a record takes unless it overrides one."""
    attribute_by_name: dict[str, bytes]


_sites: dict[tuple[object, ...], CallSite] = {}


def call_site(record: logging.LogRecord) -> CallSite:
    """Give the constants for a record's level and place, from a bounded cache."""
    key = (record.lineno, record.levelno, record.pathname, record.funcName, record.levelname)
    site = _sites.get(key)
    if site is None:
        if len(_sites) >= _MAX_SITES:
            _sites.clear()
        site = _sites[key] = _encoded(record)
    return site


def _encoded(record: logging.LogRecord) -> CallSite:
    place = {
        "code.file.path": record.pathname,
        "code.function.name": record.funcName,
        "code.line.number": record.lineno,
    }
    attribute_by_name = {
        name: _encode.attribute(name, any_value(value)) for name, value in place.items() if value is not None
    }
    severity = _encode.severity(severity_number(record.levelno), severity_text(record.levelno, str(record.levelname)))
    return CallSite(severity, b"".join(attribute_by_name.values()), attribute_by_name)
