"""How the process keeps the memory that it has freed."""

import ctypes
import gc
import sys
from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
"""Names of mallopt(3), from malloc.h."""

_KEPT_BYTES: Final = 8 * 1024 * 1024
_LARGE_BYTES: Final = 1024 * 1024
_ARENAS: Final = 2


def keep_freed_memory() -> None:
    """Have the C library keep up to 8 MiB that were freed, instead of giving them back at each occasion.

    A request of some hundred kilobytes is received, parsed and freed in a millisecond. By default its pages go back to
    the kernel and come anew with the next request; those page faults cost more than the parse. Does nothing where the
    C library is not glibc.

    What is larger than 1 MiB comes from the kernel and goes back at once: a flood of large requests leaves holes
    of their size in everything else, and for them a page fault is nothing. Two arenas instead of eight for each
    processor: each keeps what its threads had at their peak, and the interpreter's lock lets one run at a time anyway.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
        mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_ARENA_MAX, _ARENAS)


def leave_what_is_there_alone() -> None:
    """Take everything that exists now out of the garbage collector's sight; to be called once, when all is started.

    Modules, classes and routes stay until the end. Looking through them takes tens of milliseconds, and requests by the
    thousand occasion it many times a second.
    """
    gc.collect()
    gc.freeze()
