"""A program that logs in one of the ways, and prints what was measured as JSON.

``python logging_program.py WAY ENDPOINT MEASURE COUNT``; run by ``handler_cost``, once in a process of its own for
each number.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from logging_ways import ROOM, WAYS, Finish

THREADS = 4
logger = logging.getLogger("bench")


def plain(number: int) -> None:
    """Log as programs do most of the time: two arguments, two extras."""
    logger.info("order %s filled at %s", number, "12.5", extra={"venue": "binance", "latency_ms": 12})


def f1() -> None:
    f2()


def f2() -> None:
    f3()


def f3() -> None:
    f4()


def f4() -> None:
    f5()


def f5() -> None:
    f6()


def f6() -> None:
    f7()


def f7() -> None:
    f8()


def f8() -> None:
    {}["missing"]


def exception(number: int) -> None:
    """Log an exception whose traceback has nine frames: this function and eight more."""
    try:
        f1()
    except KeyError:
        logger.exception("order %s failed", number, extra={"venue": "binance"})


def disabled(number: int) -> None:
    """Log what nobody wants to hear."""
    logger.debug("order %s filled at %s", number, "12.5", extra={"venue": "binance", "latency_ms": 12})


def cpu_microseconds(log: Callable[[int], None], finish: Finish, count: int) -> float:
    """CPU of the whole process for each record, until all of them are sent."""
    log(0)
    finish()
    start = time.process_time()
    for number in range(count):
        log(number)
    finish()
    return (time.process_time() - start) * 1e6 / count


def waits_microseconds(finish: Finish, count: int) -> list[float]:
    """How long each of the calls took, in several threads that log as fast as they can; sorted."""
    plain(0)
    finish()
    waits: list[list[int]] = [[] for _ in range(THREADS)]
    gate = threading.Barrier(THREADS)

    def work(mine: list[int]) -> None:
        gate.wait()
        for number in range(count // THREADS):
            start = time.perf_counter_ns()
            plain(number)
            mine.append(time.perf_counter_ns() - start)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in waits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(wait / 1e3 for mine in waits for wait in mine)


def memory_mib(log: Callable[[int], None], count: int) -> float:
    """What so many waiting records take."""
    log(0)
    gc.collect()
    before = _resident_bytes()
    for number in range(count):
        log(number)
    gc.collect()
    return (_resident_bytes() - before) / 2**20


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Measure one thing."""
    way, endpoint, measure, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    logger.propagate = False
    logger.setLevel(logging.INFO)
    finish = WAYS[way][1](logger, endpoint, count if measure.startswith("memory") else ROOM)
    found: object
    if measure == "waits":
        waits = waits_microseconds(finish, count)
        found = [waits[len(waits) // 2], waits[len(waits) * 99 // 100]]
    elif measure.startswith("memory"):
        found = memory_mib(plain if measure == "memory plain" else exception, count)
    else:
        found = cpu_microseconds({"plain": plain, "exception": exception, "disabled": disabled}[measure], finish, count)
    print(json.dumps(found), flush=True)
    # What is queued is not to be sent.
    os._exit(0)


if __name__ == "__main__":
    main()
