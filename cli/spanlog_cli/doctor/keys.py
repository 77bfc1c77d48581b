"""Which keys has the stack of this machine, and can others read them?"""

import time
from collections import Counter
from pathlib import Path

from spanlog_cli.doctor.check import Check, ok, problem, warning
from spanlog_keys import KeyFile, KeyFileError


def check_keys(data_directory: Path) -> Check:
    """Look at the file; nothing is made or changed."""
    file = KeyFile(data_directory)
    try:
        keys = file.read()
    except KeyFileError as error:
        told, _, mend = str(error).partition("; ")
        return problem("keys", told, mend or "only who owns the data directory can read it")
    if not keys:
        return ok("keys", "no named key: without SPANLOG_API_KEY, whoever is on this machine may read and write")
    if file.is_open_to_others():
        return warning("keys", f"{file.path} is open to others on this machine", f"chmod 600 {file.path}")
    now = time.time()
    counts = Counter(key.state(now) for key in keys)
    told = ", ".join(f"{counts[state]} {state}" for state in ("active", "expired", "revoked") if counts[state])
    if not counts["active"]:
        return warning("keys", f"{told}: only SPANLOG_API_KEY opens the stack, if it was started with one", "make one")
    return ok("keys", f"named keys: {told}")
