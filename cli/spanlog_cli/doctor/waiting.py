"""What is not stored: how much waits, for how long, and what was set aside."""

import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from spanlog_cli.api_client import ApiClient
from spanlog_cli.doctor.check import Check, ok, problem, warning
from spanlog_cli.exceptions import ApiUnreachableError

_OK: Final = 200
_MEBIBYTE: Final = 1024 * 1024
_SAMPLE: Final = re.compile(r"^spanlog_collector_(\w+) (\S+)$", re.MULTILINE)
_LONG_LAG_SECONDS: Final = 10.0
"""A store that keeps up is less than a second behind."""
_MUCH_OF_THE_JOURNAL: Final = 0.5


class Waiting(NamedTuple):
    """What is in the journal and in quarantine."""

    journal_bytes: float
    journal_limit_bytes: float
    """0 where it is not known."""
    lag_seconds: float
    """Age of the oldest request that is not stored yet."""
    quarantined: float
    quarantine_oldest_seconds: float


def waiting_by_api(client: ApiClient) -> Waiting | None:
    """Ask ``/metrics`` of a running stack; ``None`` where it does not answer, or has no collector."""
    try:
        answer = client.ask("/metrics")
    except ApiUnreachableError:
        return None
    if answer.status != _OK:
        return None
    return _from_samples({name: float(value) for name, value in _SAMPLE.findall(answer.text)})


def waiting_in_folder(data_directory: Path) -> Waiting:
    """Look at the files that a stack left which does not run now; nothing is made or changed."""
    data_directory = data_directory.expanduser().absolute()
    segments = _files(data_directory / "journal", (".segment",))
    quarantined = _files(data_directory / "quarantine", (".message", ".replay"))
    now = time.time()
    return Waiting(
        journal_bytes=sum(size for size, _ in segments),
        journal_limit_bytes=0,
        lag_seconds=max((now - modified for _, modified in segments), default=0.0),
        quarantined=len(quarantined),
        quarantine_oldest_seconds=max((now - modified for _, modified in quarantined), default=0.0),
    )


def check_waiting(waiting: Waiting, place: str, *, is_running: bool) -> Iterator[Check]:
    """Judge it; ``place`` says where the quarantine is."""
    yield _journal(waiting, is_running=is_running)
    if is_running:
        yield _lag(waiting)
    yield _quarantine(waiting, place)


def _journal(waiting: Waiting, *, is_running: bool) -> Check:
    size = _size(waiting.journal_bytes)
    if not is_running:
        if not waiting.journal_bytes:
            return ok("journal", "nothing waits to be stored")
        told = f"{size} wait to be stored, the oldest for {_age(waiting.lag_seconds)}"
        return warning("journal", told, "the running spanlog, or the next, stores them")
    limit = waiting.journal_limit_bytes
    share = waiting.journal_bytes / limit if limit else 0.0
    told = f"{size} of at most {_size(limit)} wait for the store ({share:.0%})"
    if share >= 1:
        return problem("journal", told, "senders are told to come back later: see why the store does not take more")
    if share >= _MUCH_OF_THE_JOURNAL:
        return warning("journal", told, "see why the store does not take more; when it is full, senders are refused")
    return ok("journal", told)


def _lag(waiting: Waiting) -> Check:
    if not waiting.lag_seconds:
        return ok("lag", "everything that was acknowledged is stored")
    told = f"the oldest request that is not stored yet came {_age(waiting.lag_seconds)} ago"
    if waiting.lag_seconds < _LONG_LAG_SECONDS:
        return ok("lag", told)
    return warning("lag", told, 'look at the parts "store" and "journal" above, and at the output of "spanlog up"')


def _quarantine(waiting: Waiting, place: str) -> Check:
    if not waiting.quarantined:
        return ok("quarantine", "no message is set aside")
    messages = f"{waiting.quarantined:.0f} message{'' if waiting.quarantined == 1 else 's'}"
    return warning(
        "quarantine",
        f"{messages} set aside in {place}, the oldest {_age(waiting.quarantine_oldest_seconds)} ago",
        '"spanlog replay" lists them with the reason, and sends them again after an upgrade',
    )


def _from_samples(samples: Mapping[str, float]) -> Waiting | None:
    try:
        return Waiting(
            samples["journal_bytes"],
            samples["journal_limit_bytes"],
            samples["lag_seconds"],
            samples["quarantine_messages"],
            samples["quarantine_oldest_seconds"],
        )
    except KeyError:
        return None


def _files(folder: Path, suffixes: tuple[str, ...]) -> list[tuple[int, float]]:
    """Return size and time of change of the files in ``folder`` that end so."""
    try:
        found = [path.stat() for path in folder.iterdir() if path.suffix in suffixes and path.is_file()]
    except OSError:
        return []
    return [(status.st_size, status.st_mtime) for status in found]


def _size(size_bytes: float) -> str:
    return f"{size_bytes / _MEBIBYTE:,.1f} MiB"


def _age(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.1f} s"
