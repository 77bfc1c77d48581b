"""How long records are kept: after so many days, whole parts are dropped by the engine itself."""

import logging
import re
import shutil
from typing import Final

from spanlog_collector.storage.connection import Store
from spanlog_collector.storage.statements import split_statements, statement
from spanlog_collector.storage.tables import COUNTS, ERRORS, LOGS, TRACE_TIMES, TRACES

logger: Final = logging.getLogger(__name__)

_NEEDED_BYTES: Final = 16 * 1024 * 1024
"""The engine writes the definition of a table anew; without room it would leave an empty one, and never open it."""

DEFAULT_RETENTION_DAYS: Final = 30
MAX_RETENTION_DAYS: Final = 10_000
"""The engine counts seconds in 32 bits, which end in 2106; a sum beyond would lie in the past."""

_EXPIRY: Final = "toDateTime({time}) + toIntervalDay({days})"
_EXPIRY_AND_A_DAY: Final = "greatest(toDateTime({time}) + toIntervalDay({days}), IngestedAt + toIntervalDay(1))"
"""What came in just now was acknowledged, and stays for a day however old it is: people ship old files to look at."""

_TIMES_AND_EXPIRIES: Final = {
    LOGS: ("Timestamp", _EXPIRY_AND_A_DAY.replace("IngestedAt", "toDateTime(IngestedAt)")),
    TRACES: ("Timestamp", _EXPIRY_AND_A_DAY.replace("IngestedAt", "toDateTime(IngestedAt)")),
    TRACE_TIMES: ("Start", _EXPIRY),
    # What was counted of records goes with them, so that every period that can be asked about is counted exactly.
    # The error groups stay: when a group was first seen is to be known for longer.
    COUNTS: ("Step", _EXPIRY_AND_A_DAY),
    ERRORS: ("Timestamp", _EXPIRY_AND_A_DAY),
}
_DAYS: Final = re.compile(r" TTL .+?\+ toIntervalDay\((\d+)\)")


def apply_retention(store: Store, days: int) -> list[str]:
    """Let ``store`` keep records for ``days`` (0: for ever), and return the tables for which that is new.

    On a disk that is nearly full nothing is changed: the next start does it.

    Parts are dropped in the background some time after their last record is that old, and came a day ago or earlier.

    Raises:
        ValueError: ``days`` is negative, or more than 10,000.
        StoreError: the engine refused.
    """
    if not 0 <= days <= MAX_RETENTION_DAYS:
        raise ValueError(f"records can be kept for 0 (for ever) to {MAX_RETENTION_DAYS} days, not {days}")
    if store.location.path is not None and shutil.disk_usage(store.location.path).free < _NEEDED_BYTES:
        logger.warning("the disk is nearly full: retention is left as it is until the next start")
        return []
    rows = store.query(statement("select_engines.sql"), {"database": store.location.database})
    engines = {row["name"]: row["engine_full"] for row in rows}
    changed = []
    for table, (time, expiry) in _TIMES_AND_EXPIRIES.items():
        found = _DAYS.search(engines[table])
        if (int(found[1]) if found else 0) == days:
            continue
        text = statement("modify_ttl.sql" if days else "remove_ttl.sql").replace("{table}", table)
        text = text.replace("{expiry}", expiry.format(time=time, days=days))
        for each in split_statements(text):
            store.execute(each)
        changed.append(table)
    return changed
