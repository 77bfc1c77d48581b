"""How the process keeps the memory that it has freed."""

import ctypes
import gc
import sys
from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
"""Names of mallopt(3), from malloc.h."""

_KEPT_BYTES: Final = 32 * 1024 * 1024
_LARGE_BYTES: Final = 16 * 1024 * 1024


def keep_freed_memory() -> None:
    """Have the C library keep up to 32 MiB that were freed, instead of giving them back at each occasion.

    A request of some hundred kilobytes is received, parsed and freed in a millisecond. By default its pages go back to
    the kernel and come anew with the next request; those page faults cost more than the parse. Does nothing where the
    C library is not glibc.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
        mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)


def leave_what_is_there_alone() -> None:
    """Take everything that exists now out of the garbage collector's sight; to be called once, when all is started.

    Modules, classes and routes stay until the end. Looking through them takes tens of milliseconds, and requests by the
    thousand occasion it many times a second.
    """
    gc.collect()
    gc.freeze()
