"""Whether anybody reads what is printed. Who waits for records would notice only when the next one comes."""

import os
import select
import stat
import sys
import threading
from typing import Final

EXIT_BROKEN_PIPE: Final = 1


def end_without_reader() -> None:
    """End this process, from now on, when the other end of its output is closed: ``spanlog tail | head``.

    Does nothing where the output is no pipe. For commands that have nothing to put in order at their end.
    """
    try:
        output = sys.stdout.fileno()
        is_pipe = stat.S_ISFIFO(os.fstat(output).st_mode)
    except (OSError, ValueError):
        return
    if is_pipe and hasattr(select, "poll"):
        threading.Thread(target=_wait, args=(output,), name="spanlog-output-reader", daemon=True).start()


def _wait(output: int) -> None:
    errors_only = 0
    poll = select.poll()
    poll.register(output, errors_only)
    poll.poll()
    # What is still to be printed has nobody to read it.
    os._exit(EXIT_BROKEN_PIPE)
