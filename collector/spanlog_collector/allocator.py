"""The C library's allocator, told that this process will want its memory again.

By itself it gives the freed buffers of a request back to the kernel at once and asks for them anew, page by page, with
the next request: half of what checking a large one costs (1,000 records of 300 bytes: 1.2 µs each so, 0.6 µs without).
"""

import ctypes
from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
"""Numbers of glibc's ``malloc.h``."""

_KEPT_BYTES: Final = 16 * 1024 * 1024
_OWN_MAPPING_BYTES: Final = 8 * 1024 * 1024
"""What is larger is mapped by itself, and given back."""


def keep_freed_memory() -> None:
    """Let the process keep up to 16 MiB that it has freed, for each of the allocator's arenas; once, at its start."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        # Not glibc: another allocator, with habits of its own.
        return
    mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
    mallopt(_MMAP_THRESHOLD, _OWN_MAPPING_BYTES)
