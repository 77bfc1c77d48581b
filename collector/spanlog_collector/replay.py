"""Messages out of quarantine into the store, when somebody asks for it (``spanlog replay``)."""

import logging
import threading
from typing import Final

from spanlog_collector.exceptions import MalformedRequestError, RequestTooLargeError
from spanlog_collector.journal.frame import Frame, digest_of, frame_header, received_unix_nano, scan
from spanlog_collector.journal.quarantine import Quarantine, SetAside
from spanlog_collector.journal.segment import UNFINISHED_SUFFIX
from spanlog_collector.metrics import CollectorMetrics
from spanlog_collector.otlp.check import CheckedRequest, check_request
from spanlog_collector.storage.connection import Store
from spanlog_collector.storage.exceptions import SegmentRefusedError, StoreError

logger: Final = logging.getLogger(__name__)

_POLL_INTERVAL_SECONDS: Final = 0.5
_RETRY_SECONDS: Final = 5.0


class Replay:
    """One thread that looks for messages that were asked for, checks them anew and loads each by itself.

    Not by way of the journal, which would know them as requests that it has taken already. The name of a message is
    the insert's deduplication token: killed between insert and removal, it is loaded again and stored once.
    """

    def __init__(self, quarantine: Quarantine, store: Store, metrics: CollectorMetrics) -> None:
        self._quarantine = quarantine
        self._store = store
        self._metrics = metrics
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="spanlog-replay", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the message at hand; those that were asked for wait for the next start."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        pause = _POLL_INTERVAL_SECONDS
        while not self._stopping.wait(pause):
            pause = _POLL_INTERVAL_SECONDS
            for entry in self._quarantine.entries():
                if self._stopping.is_set():
                    return
                if not entry.is_waiting_for_replay:
                    continue
                try:
                    self._replay(entry)
                except (StoreError, OSError) as error:
                    logger.warning("%s cannot be sent again now: %s", entry.name, error)
                    pause = _RETRY_SECONDS
                    break

    def _replay(self, entry: SetAside) -> None:
        try:
            request, received = _check(entry)
            loading = entry.path.with_suffix(".loading" + UNFINISHED_SUFFIX)
            loading.write_bytes(frame_header(request.body, digest_of(request.body), received) + request.body)
            try:
                self._store.load_segment(entry.signal, loading, entry.name)
            finally:
                loading.unlink(missing_ok=True)
        except (MalformedRequestError, RequestTooLargeError, SegmentRefusedError) as error:
            self._quarantine.keep(entry, str(error))
            self._metrics.replayed.labels(entry.signal.name, "refused").inc()
            logger.warning("%s is refused again: %s", entry.name, error)
        else:
            self._quarantine.remove(entry)
            self._metrics.replayed.labels(entry.signal.name, "stored").inc()


def records_of(entry: SetAside) -> int | None:
    """Return how many records or spans a message holds; ``None`` where that cannot be told."""
    try:
        return _check(entry)[0].records
    except (MalformedRequestError, RequestTooLargeError, OSError):
        return None


def _check(entry: SetAside) -> tuple[CheckedRequest, int]:
    """Return the request as this version of the collector would take it, and when it came.

    Raises:
        MalformedRequestError: it is damaged, or no request.
        RequestTooLargeError: it holds more than this version takes of one.
        OSError: it cannot be read.
    """
    data = entry.path.read_bytes()
    frame, *others = scan(data) if data else (None,)
    if not isinstance(frame, Frame) or others:
        raise MalformedRequestError("the checksum does not match: damaged on disk, or cut short")
    return check_request(entry.signal, data[frame.body : frame.end]), received_unix_nano(data, frame)
