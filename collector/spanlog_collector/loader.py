"""Closed segments into the store, in order, until it takes them."""

import dataclasses
import logging
import queue
import threading
import time
from typing import Final

from spanlog_collector.journal.frame import Frame, scan
from spanlog_collector.journal.quarantine import Quarantine
from spanlog_collector.journal.segment import Segment
from spanlog_collector.journal.writer import Journal
from spanlog_collector.metrics import CollectorMetrics
from spanlog_collector.otlp.description import Signal
from spanlog_collector.rewrite import rewrite_segment
from spanlog_collector.storage.connection import Store
from spanlog_collector.storage.exceptions import SegmentRefusedError, StoreError

logger: Final = logging.getLogger(__name__)

_FIRST_RETRY_SECONDS: Final = 0.25
_LAST_RETRY_SECONDS: Final = 5.0


class Loader:
    """One thread that loads the segments of one signal.

    A store that cannot answer is asked again, with growing pauses, for as long as it takes. A segment that the engine
    cannot read is loaded message by message, and the messages at fault go into quarantine.
    """

    def __init__(self, signal: Signal, store: Store, quarantine: Quarantine, metrics: CollectorMetrics) -> None:
        self._signal = signal
        self._store = store
        self._quarantine = quarantine
        self._metrics = metrics
        self._journal: Journal | None = None
        self._queue: queue.SimpleQueue[Segment | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._pending: Segment | None = None
        self.failure: str | None = None
        """Why the segment at hand is not stored yet, or ``None`` while all is well."""
        self._thread = threading.Thread(target=self._run, name=f"spanlog-loader-{signal.name}", daemon=True)

    @property
    def backlog(self) -> int:
        """Segments that wait or are being loaded."""
        return self._queue.qsize() + (self._pending is not None)

    def start(self, journal: Journal) -> None:
        """Begin to load, and to take what is loaded out of ``journal``."""
        self._journal = journal
        self._thread.start()

    def put(self, segment: Segment) -> None:
        """Queue a closed segment."""
        self._queue.put(segment)

    def stop(self, timeout_seconds: float) -> bool:
        """Load what is queued, for at most ``timeout_seconds``; ``False`` if some stays in the journal."""
        self._queue.put(None)
        self._thread.join(timeout_seconds)
        self._stopping.set()
        self._thread.join(timeout_seconds)
        return not self.backlog

    def _run(self) -> None:
        while (segment := self._queue.get()) is not None:
            self._pending = segment
            if not self._load_until_done(segment):
                return
            self._pending = None

    def _load_until_done(self, segment: Segment) -> bool:
        pause = _FIRST_RETRY_SECONDS
        while not self._stopping.is_set():
            try:
                self._load(segment)
                assert self._journal is not None  # noqa: S101 - start() comes before run
                self._journal.discard(segment)
            except (StoreError, OSError) as error:
                self._metrics.load_failures.labels(self._signal.name).inc()
                self.failure = str(error)
                logger.warning("%s is not stored yet, trying again: %s", segment.token, error)
                self._stopping.wait(pause)
                pause = min(pause * 2, _LAST_RETRY_SECONDS)
            else:
                self.failure = None
                return True
        return False

    def _load(self, segment: Segment) -> None:
        began = time.monotonic()
        try:
            self._store.load_segment(segment.signal, segment.path, segment.token)
        except SegmentRefusedError as error:
            logger.warning("%s is refused as it is, writing it anew: %s", segment.token, error)
            self._load_rewritten(segment)
        self._metrics.load_seconds.labels(self._signal.name).observe(time.monotonic() - began)
        self._metrics.segments_loaded.labels(self._signal.name).inc()
        if segment.oldest_received_unix_nano:
            self._metrics.visible_after_seconds.labels(self._signal.name).observe(
                max(0.0, time.time() - segment.oldest_received_unix_nano / 1e9)
            )

    def _load_rewritten(self, segment: Segment) -> None:
        # The same token: of a segment that was refused nothing is stored, and of the two forms only one ever will be.
        rewritten = dataclasses.replace(segment, path=segment.path.with_suffix(".rewritten"))
        try:
            rewritten.path.write_bytes(rewrite_segment(segment.signal, segment.path.read_bytes()))
            self._store.load_segment(segment.signal, rewritten.path, rewritten.token)
        except SegmentRefusedError as error:
            logger.warning("%s cannot be read as a whole, loading its messages one by one: %s", segment.token, error)
            self._load_singly(rewritten)
        finally:
            rewritten.path.unlink(missing_ok=True)

    def _load_singly(self, segment: Segment) -> None:
        data = segment.path.read_bytes()
        for frame in scan(data):
            if not isinstance(frame, Frame):
                continue
            single = segment.path.with_suffix(f".{frame.start}.single")
            try:
                single.write_bytes(data[frame.start : frame.end])
                self._store.load_segment(segment.signal, single, f"{segment.token}-{frame.start}")
            except SegmentRefusedError as error:
                path = self._quarantine.add(
                    segment.signal,
                    f"{segment.token}-{frame.start}",
                    data[frame.start : frame.end],
                    str(error),
                )
                self._metrics.quarantined.labels(self._signal.name).inc()
                logger.warning("a message the engine cannot read is set aside in %s: %s", path, error)
            finally:
                single.unlink(missing_ok=True)
