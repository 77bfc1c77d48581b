"""How many of what, in words."""

from typing import Any


def counted(count: Any, noun: str) -> str:
    """``1 span``, ``2 spans``, ``1,200 spans``; what is no number counts as none."""
    number = count if isinstance(count, int) else 0
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
