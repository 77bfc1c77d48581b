"""How the process keeps the memory that it has freed, and when it gives it back."""

import asyncio
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

_MUCH_BYTES: Final = 16 * 1024 * 1024
_CHANGE_BYTES: Final = 1024 * 1024
_LOOK_SECONDS: Final = 1.0


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


class _Heap(ctypes.Structure):
    """``struct mallinfo2`` of malloc.h."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keepcost",
        )
    ]


class FreedMemory:
    """What the C library has been given back and keeps. Does nothing where it is not glibc of 2.33 or later."""

    def __init__(self) -> None:
        library = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
        self._mallinfo = getattr(library, "mallinfo2", None)
        self._trim = getattr(library, "malloc_trim", None)
        if self._mallinfo is not None:
            self._mallinfo.restype = _Heap
        self._left_bytes = 0

    def give_back(self) -> bool:
        """Give the kernel what is kept, where that is more than 16 MiB; ``False`` where nothing was done.

        Requests of megabytes leave holes between what stays, and those pages are not given back by themselves: 30 to
        60 MiB after a flood. Giving them back takes a few milliseconds.
        """
        if self._mallinfo is None or self._trim is None:
            return False
        freed = int(self._mallinfo().fordblks)
        # Pages given back still count as free, until they are used again.
        if freed < _MUCH_BYTES or abs(freed - self._left_bytes) < _CHANGE_BYTES:
            return False
        self._trim(ctypes.c_size_t(0))
        self._left_bytes = int(self._mallinfo().fordblks)
        return True

    async def give_back_for_ever(self) -> None:
        """Look once a second, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self.give_back()
