"""Levels of the logging module as severities of OpenTelemetry ("Logs Data Model": SeverityNumber 1 to 24)."""

from __future__ import annotations

_STANDARD_NAMES = {10: "DEBUG", 20: "INFO", 30: "WARN", 40: "ERROR", 50: "FATAL"}
_LOWEST, _HIGHEST = 1, 24


def severity_number(level: int) -> int:
    """Give the severity of a level: 10→5, 20→9, 30→13, 40→17, 50→21, and evenly between and beyond."""
    return max(_LOWEST, min(_HIGHEST, 5 + (level - 10) * 4 // 10))


def severity_text(level: int, level_name: str) -> str:
    """Give OpenTelemetry's name of a standard level, and the registered name of any other."""
    return _STANDARD_NAMES.get(level, level_name)
