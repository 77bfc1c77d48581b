"""How the embedded engine keeps the memory that it has freed.

Its allocator (jemalloc, built in) gives freed pages back after seconds and has an arena for each processor. A store
that inserts several times a second then asks the kernel for the same pages again and again: 8,600 page faults for an
insert of 30,000 records. One arena that keeps its pages half a minute had 400. What that saves in CPU was a fifth of
the insert in one run and nothing to be seen in others; the stack's peak under load was 640 MiB instead of 698.
"""

import os
from typing import Final

ENVIRONMENT_NAME: Final = "JE_MALLOC_CONF"
_SETTINGS: Final = "percpu_arena:disabled,narenas:1,dirty_decay_ms:30000"


def configure_engine_memory() -> None:
    """Set what the allocator reads when the engine is loaded into this process; what a person has set stays.

    Without effect once the engine is loaded.
    """
    os.environ.setdefault(ENVIRONMENT_NAME, _SETTINGS)
