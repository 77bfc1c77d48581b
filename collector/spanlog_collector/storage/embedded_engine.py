"""What the embedded engine may take of the machine: it lives in our process, beside other programs.

Its own defaults are those of a server that has the machine for itself: 90 % of the memory, caches of gigabytes.
"""

import ctypes
import logging
import sys
from pathlib import Path
from typing import Final

from clickhouse_connect.driver import options

logger: Final = logging.getLogger(__name__)

_MEBIBYTE: Final = 1024 * 1024

EMBEDDED_LIMITS: Final = {
    "max_server_memory_usage": 1024 * _MEBIBYTE,
    "mark_cache_size": 64 * _MEBIBYTE,
    "index_mark_cache_size": 32 * _MEBIBYTE,
    "primary_index_cache_size": 64 * _MEBIBYTE,
    "query_condition_cache_size": 16 * _MEBIBYTE,
    "text_index_tokens_cache_size": 32 * _MEBIBYTE,
    "text_index_header_cache_size": 32 * _MEBIBYTE,
    "text_index_postings_cache_size": 32 * _MEBIBYTE,
    # Two merges at a time, and no new one while those that run take much: they can wait, records cannot.
    "background_merges_mutations_concurrency_ratio": 1,
    "merges_mutations_memory_usage_soft_limit": 128 * _MEBIBYTE,
    # Threads that were wanted for a moment; each keeps its stack and what its allocator holds for it.
    "max_thread_pool_free_size": 8,
    "max_parts_cleaning_thread_pool_size": 4,
    "max_active_parts_loading_thread_pool_size": 8,
    "max_outdated_parts_loading_thread_pool_size": 4,
}
"""Server settings of the engine; sizes of caches and memory in bytes."""

_LIBRARY: Final = "_chdb"
_MADV_DONTNEED: Final = 4


def leave_pandas_out() -> None:
    """Keep the client from loading pandas, which comes with the engine: 50 MiB to ask whether rows are a data frame.

    ``None`` is how the client remembers that there is no pandas. A program that uses pandas itself keeps it.
    """
    if "pandas" not in sys.modules:
        vars(options).setdefault("pd", None)


def release_library_pages() -> int:
    """Let go of what the start touched of the engine's library, half a gigabyte on disk; return the bytes let go.

    Loading it leaves 180 MiB of its pages mapped, and what is used afterwards is a third of that. They are unchanged
    pages of a file: what is needed again is mapped again, from the page cache. Linux only; elsewhere nothing happens.
    """
    if not sys.platform.startswith("linux"):
        return 0
    try:
        mappings = _library_mappings(Path("/proc/self/smaps").read_text(encoding="utf-8", errors="replace"))
        madvise = ctypes.CDLL(None, use_errno=True).madvise
        madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        return sum(
            resident
            for start, length, resident in mappings
            if madvise(start, length, _MADV_DONTNEED) == 0
        )  # fmt: skip
    except (OSError, ValueError, AttributeError) as error:
        logger.info("the pages of the engine's library stay mapped: %s", error)
        return 0


def _library_mappings(smaps: str) -> list[tuple[int, int, int]]:
    """Return start, length and resident bytes of those parts of the library that hold nothing but the file's pages.

    A part that can be written, or that was (relocations), has pages that exist nowhere else.
    """
    found: list[tuple[int, int, int]] = []
    is_candidate = False
    start = end = resident = 0
    for line in smaps.splitlines():
        name, *values = line.split()
        if not name.endswith(":"):
            permissions, path = values[0], values[4] if len(values) > 4 else ""  # noqa: PLR2004 - address … inode path
            is_candidate = Path(path).name.startswith(_LIBRARY) and "w" not in permissions
            start, end = (int(text, 16) for text in name.split("-"))
        elif name == "Rss:":
            resident = int(values[0]) * 1024
        elif name == "Anonymous:" and is_candidate and values[0] == "0":
            found.append((start, end - start, resident))
    return found
