"""Closed segments into the store, in order, until it takes them."""

import logging
import queue
import threading
import time
from typing import Final

from spanlog_collector.journal.drain import Drain
from spanlog_collector.journal.quarantine import Quarantine
from spanlog_collector.journal.segment import UNFINISHED_SUFFIX, Segment
from spanlog_collector.journal.splitting import split_segment
from spanlog_collector.journal.writer import Journal
from spanlog_collector.metrics import CollectorMetrics
from spanlog_collector.otlp.description import Signal
from spanlog_collector.rewrite import rewrite_segment
from spanlog_collector.storage.connection import Store
from spanlog_collector.storage.exceptions import SegmentRefusedError, StoreError, StoreUnavailableError

logger: Final = logging.getLogger(__name__)

_FIRST_RETRY_SECONDS: Final = 0.25
_LAST_RETRY_SECONDS: Final = 2.0
"""Of the ten seconds after which all is to be as before, a pause must not take half."""
_TELL_FAILURE_SECONDS: Final = 10.0
"""Between two lines in the log about the same failure."""
_TRIES_OF_SEVERAL: Final = 2
"""After so many, a segment that fails for another reason than the store's is split as if it were unreadable."""
_TRIES_OF_ONE_MESSAGE: Final = 5
"""After so many (4 seconds), such a message is set aside."""


class Loader:
    """One thread that loads the segments of one signal.

    A store that cannot answer is asked again, with growing pauses, for as long as it takes. A segment that the engine
    cannot read is split, and split again, until the messages at fault are alone: they go into quarantine.
    """

    def __init__(
        self,
        signal: Signal,
        quarantine: Quarantine,
        metrics: CollectorMetrics,
        drain: Drain | None = None,
    ) -> None:
        """Report the store's pace to ``drain``."""
        self._signal = signal
        self._quarantine = quarantine
        self._metrics = metrics
        self._drain = drain or Drain()
        self._journal: Journal
        self._store: Store
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

    def start(self, journal: Journal, store: Store) -> None:
        """Begin to load into ``store``, and to take what is loaded out of ``journal``."""
        self._journal, self._store = journal, store
        self._thread.start()

    def put(self, segment: Segment) -> None:
        """Queue a closed segment."""
        self._queue.put(segment)

    def stop(self, timeout_seconds: float) -> bool:
        """Load what is queued, for at most ``timeout_seconds``; ``False`` if some stays in the journal."""
        if self._thread.ident is None:
            return not self.backlog
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
            self._journal.store_is_ready()

    def _load_until_done(self, segment: Segment) -> bool:
        pause = _FIRST_RETRY_SECONDS
        failures = 0
        refusal: StoreError | None = None
        is_loaded = False
        told, told_at = "", 0.0
        while not self._stopping.is_set():
            try:
                if not is_loaded:
                    self._load(segment, refusal)
                    is_loaded = True
                self._journal.discard(segment)
            except Exception as error:
                # Whatever it was: a loader that ends would have every later record wait for the next start.
                self._metrics.load_failures.labels(self._signal.name).inc()
                self.failure = str(error) or type(error).__name__
                self._drain.failed()
                is_expected = isinstance(error, StoreError | OSError)
                if self.failure != told or time.monotonic() - told_at >= _TELL_FAILURE_SECONDS:
                    told, told_at = self.failure, time.monotonic()
                    logger.warning(
                        "%s is not stored yet, trying again: %s", segment.token, told, exc_info=not is_expected
                    )
                failures += 1
                if isinstance(error, StoreError) and self._is_at_fault(segment, error, failures):
                    refusal = error
                self._stopping.wait(pause)
                pause = min(pause * 2, _LAST_RETRY_SECONDS)
            else:
                self.failure = None
                return True
        return False

    def _is_at_fault(self, segment: Segment, error: StoreError, failures: int) -> bool:
        """Tell whether it is for ``segment`` itself that it is not loaded, though the engine says something else."""
        tries = _TRIES_OF_ONE_MESSAGE if len(segment.digests) == 1 else _TRIES_OF_SEVERAL
        # What was stored of it would be stored again under the tokens of its pieces.
        return error.has_left_nothing and failures >= tries and self._store.can_load(segment.signal)

    def _load(self, segment: Segment, refusal: StoreError | None) -> None:
        began = time.monotonic()
        try:
            if refusal is not None:
                self._load_apart(segment, refusal)
            else:
                self._store.load_segment(segment.signal, segment.path, segment.token)
        except SegmentRefusedError as error:
            self._load_refused(segment, error)
        seconds = time.monotonic() - began
        self._drain.loaded(self._signal, segment.size_bytes, seconds)
        self._metrics.load_seconds.labels(self._signal.name).observe(seconds)
        self._metrics.segments_loaded.labels(self._signal.name).inc()
        if segment.oldest_received_unix_nano:
            self._metrics.visible_after_seconds.labels(self._signal.name).observe(
                max(0.0, time.time() - segment.oldest_received_unix_nano / 1e9)
            )

    def _load_refused(self, segment: Segment, error: StoreError) -> None:
        data = segment.path.read_bytes()
        canonical = rewrite_segment(segment.signal, data)
        if canonical == data:
            self._load_apart(segment, error)
            return
        logger.warning("%s is refused as it is, writing it anew: %s", segment.token, error)
        # The same token: of a segment that was refused nothing is stored, and of the two forms only one ever will be.
        rewritten = segment.path.with_name(f"{segment.token}.rewritten{UNFINISHED_SUFFIX}")
        try:
            rewritten.write_bytes(canonical)
            self._store.load_segment(segment.signal, rewritten, segment.token)
        except SegmentRefusedError as second:
            self._load_apart(segment, second)
        finally:
            rewritten.unlink(missing_ok=True)

    def _load_apart(self, segment: Segment, error: StoreError) -> None:
        """Load the pieces of ``segment``; a single message is set aside.

        Raises:
            OSError: the disk refused; ``segment`` is still there.
            StoreUnavailableError: the collector stops; what is not loaded is in the journal, in pieces.
        """
        if len(segment.digests) == 1:
            path = self._quarantine.add(segment.signal, segment.token, segment.path.read_bytes(), str(error))
            logger.warning("a message the engine cannot read is set aside in %s: %s", path, error)
            return
        logger.warning("%s cannot be read as a whole, loading it in pieces: %s", segment.token, error)
        pieces = split_segment(segment, self._store.can_read)
        # From here on the pieces stand for its requests and its bytes.
        segment.digests, segment.size_bytes = [], 0
        for piece in pieces:
            if not self._load_until_done(piece):
                raise StoreUnavailableError("the collector is stopping")
