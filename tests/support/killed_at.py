"""``spanlog up``, killed at exactly one step: a launcher that needs nothing of the product but that it uses ``os``.

``python killed_at.py STEP up --data-dir …``, STEP being ``when operation pattern count``, such as
``before fsync /journal/logs- 3``: at the third fsync of a file whose path matches the pattern, before it happens.
"""

import functools
import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

OPERATIONS = ("close", "fsync", "link", "mkdir", "open", "rename", "replace", "unlink", "write")


def path_of(argument: Any) -> str:
    """The path that an operation is about: its first argument, a path or a descriptor."""
    if isinstance(argument, int):
        try:
            return os.readlink(f"/proc/self/fd/{argument}")  # noqa: PTH115 - the functions of os are what is wrapped
        except OSError:
            return ""
    return os.fsdecode(argument)


def arm(step: str) -> None:
    """Wrap the operation of ``step``."""
    when, operation, pattern, count = step.split(" ")
    assert operation in OPERATIONS, step
    assert when in ("before", "after"), step
    remaining = int(count)
    lock = threading.Lock()
    matches = re.compile(pattern).search
    names = ("rename", "replace") if operation == "rename" else (operation,)

    def is_it(argument: Any) -> bool:
        nonlocal remaining
        if not matches(path_of(argument)):
            return False
        with lock:
            remaining -= 1
            return remaining == 0

    def wrapped(real: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(real)
        def struck(first: Any, *rest: Any, **named: Any) -> Any:
            # A rename is known by where it leads.
            is_now = is_it(rest[0] if operation == "rename" else first)
            if is_now and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = real(first, *rest, **named)
            if is_now:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return struck

    for name in names:
        setattr(os, name, wrapped(getattr(os, name)))


if __name__ == "__main__":
    arm(sys.argv[1])
    sys.argv[1:] = sys.argv[2:]
    from spanlog_cli.main import main

    main()
