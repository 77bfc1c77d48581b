"""What spanlog says of itself: one line where ``logging.lastResort`` writes, once a minute at most."""

from __future__ import annotations

import logging
import time

from spanlog._endpoint import base_of

_INTERVAL_SECONDS = 60.0
_ADVICE = {
    "unreachable": '; start one with "spanlog up" or set SPANLOG_ENDPOINT',
    "http_401": "; set SPANLOG_API_KEY",
    "http_403": "; set SPANLOG_API_KEY",
    "http_404": "; is this an OTLP/HTTP endpoint? set SPANLOG_ENDPOINT",
}


class Notices:
    """The notices of one handler.

    They go to the stream of ``logging.lastResort`` (standard error, unless a program says otherwise; nowhere, if
    it took that away) and not through logging itself, because a logger could come back to the handler.

    Args:
        url: where records are sent.
        spool_dir: where they wait if they cannot be; empty for nowhere.
    """

    def __init__(self, url: str, spool_dir: str = "") -> None:
        self._where = base_of(url)
        self._spool_dir = spool_dir
        self._next_time = 0.0
        self._told_records = 0
        self._problem = ""

    def delivery_failed(self, problem: str, reason: str, waiting_records: int) -> None:
        """Tell that a request failed and is tried again."""
        self._problem = problem
        if self._is_due():
            self._say(
                f"{_records(waiting_records)} could not be sent yet to {self._where} ({problem})"
                f"{_ADVICE.get(reason, '')}"
            )

    def dropped(self, dropped: dict[str, int], problem: str = "") -> None:
        """Tell how many records were lost since the last time, if any. Takes the totals by reason."""
        self._problem = problem or self._problem
        total = sum(dropped.values())
        if total > self._told_records and self._is_due():
            main_reason = max(dropped, key=dropped.__getitem__)
            # What the collector said explains what it refused, not what was lost before it came to that.
            is_answer = main_reason == "unreachable" or main_reason.startswith("http_")
            why = self._problem if is_answer and self._problem else ", ".join(sorted(dropped))
            self._say(
                f"{_records(total - self._told_records)} could not be sent to {self._where} "
                f"({why}){_ADVICE.get(main_reason, '')}"
            )
            self._told_records = total

    def left_on_disk(self, spooled_records: int) -> None:
        """Tell, at the end of a program, how many records are left for the next one to send."""
        if spooled_records and self._is_due():
            self._say(
                f"{_records(spooled_records)} could not be sent to {self._where} ({self._problem or 'no time left'}); "
                f"kept in {self._spool_dir} until a program can"
            )

    def _is_due(self) -> bool:
        return time.monotonic() >= self._next_time

    def _say(self, text: str) -> None:
        self._next_time = time.monotonic() + _INTERVAL_SECONDS
        try:
            stream = getattr(logging.lastResort, "stream", None)
            if stream is not None:
                stream.write(f"spanlog: {text}\n")
                stream.flush()
        except Exception:  # noqa: BLE001, S110 - no standard error, or a closed one: nobody is there to be told
            pass


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count} records"
