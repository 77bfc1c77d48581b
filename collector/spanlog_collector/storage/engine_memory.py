"""How the embedded engine keeps the memory that it has freed.

Its allocator (jemalloc, built in) gives freed pages back after seconds and has an arena for each processor. A store
that inserts several times a second then asks the kernel for the same pages again and again: 10,000 page faults for an
insert of 24,000 records, a sixth of its CPU. One arena that keeps its pages for a second, in pages of 2 MiB where the
kernel has them, has 500 to 1,000. It holds 8 MiB more when it is quiet, and 20 at its peak, than with pages of 4 KiB
kept for 0.2 s (ADR 0008). Kept longer, what a merge had and what a load had add up; small pages kept for a second, or
large ones for 0.2 s, save less than half, or nothing.
"""

import os
from typing import Final

ENVIRONMENT_NAME: Final = "JE_MALLOC_CONF"
_SETTINGS: Final = "percpu_arena:disabled,narenas:1,dirty_decay_ms:1000,muzzy_decay_ms:0,thp:always"


def configure_engine_memory() -> None:
    """Set what the allocator reads when the engine is loaded into this process; what a person has set stays.

    Without effect once the engine is loaded.
    """
    os.environ.setdefault(ENVIRONMENT_NAME, _SETTINGS)
