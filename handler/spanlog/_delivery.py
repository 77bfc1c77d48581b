"""What one handler needs to bring records to its collector, or to disk, and to account for them.

The threads that send share it: the worker, the one that closes, and one that hangs in a request and was given up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spanlog._body import Body, body_of
from spanlog._finish import Finisher
from spanlog._loss import LossReport
from spanlog._notice import Notices
from spanlog._redact import Redactor
from spanlog._resource import encoded_resource
from spanlog._sender import Sender
from spanlog._spool import Spool
from spanlog._transport import transport_factory

if TYPE_CHECKING:
    from collections.abc import Callable

    from spanlog._finish import FinisherClass
    from spanlog._queue import Batch, RecordQueue
    from spanlog._spool import Lost
    from spanlog.config import HandlerConfig

# Of the time that closing may take, the part that is kept for writing to disk what could not be sent.
_RESERVED_SHARE = 0.25
_MAX_RESERVED_SECONDS = 0.5


class Delivery:
    """Makes senders, and puts on disk what they do not bring away.

    Args:
        config: the handler's settings.
        queue: what holds the records and their accounts.
        finisher: makes a request of records.

    Raises:
        ConfigurationError: the transport needs something that is not installed.
    """

    def __init__(self, config: HandlerConfig, queue: RecordQueue, finisher: FinisherClass = Finisher) -> None:
        self.config = config
        redactor = Redactor(config.redact_keys, config.redact_patterns) if config.redact else None
        self._finisher = finisher(redactor, config.max_value_bytes)
        self.queue = queue
        self.spool = Spool(config) if config.spool_dir else None
        self.new_transport = transport_factory(config)
        self._resource: bytes | None = None
        self.reset_after_fork()

    def reset_after_fork(self) -> None:
        """Start again with nothing: what is on disk, and what was told, is the parent's."""
        if self.spool is not None:
            self.spool.reset_after_fork()
        self.notices = Notices(self.config.logs_url, self.config.spool_dir)
        self.losses = LossReport(self.config.source)
        self._resource = None

    def sender(self, close_deadline: Callable[[], float | None], pause: Callable[[float], None]) -> Sender:
        """Make a sender for the calling thread.

        Args:
            close_deadline: gives the monotonic time at which everything must be over, or None while open.
            pause: waits until a monotonic time; may return early, and does when closing begins.
        """
        return Sender(self, close_deadline, pause)

    def bodies(self, batch: Batch) -> list[Body]:
        """Give what is left of a batch as requests; made once, so that every try has the same bytes."""
        if batch.bodies is None:
            batch.bodies = [body_of(batch.records, self.resource(), self.config.compression, self._finisher)]
        return batch.bodies

    def resource(self) -> bytes:
        """Give the encoded resource of this process."""
        if self._resource is None:
            self._resource = encoded_resource(self.config)
        return self._resource

    def reserved_seconds(self) -> float:
        """Give the time before a deadline that is kept for the disk."""
        if self.spool is None:
            return 0.0
        return min(_MAX_RESERVED_SECONDS, self.config.shutdown_seconds * _RESERVED_SHARE)

    def put_by(self, batch: Batch, reason: str, *, is_hurried: bool) -> None:
        """Put on disk what is left of a batch; without a spool, drop it for that reason."""
        if self.spool is None:
            self.queue.settle(batch, batch.unsettled, reason)
            return
        for body in self.bodies(batch):
            entry, lost = self.spool.put(body, is_hurried=is_hurried)
            own_loss = lost.pop().reason if entry is None else ""
            for one in lost:
                self.account_lost(one)
            count = body.record_count
            if entry is None:
                self.queue.settle(batch, count, own_loss, records=count)
            elif not self.queue.settle(batch, records=count, spooled=count):
                # Another thread took the batch over meanwhile, and has written it itself.
                self.spool.remove(entry)
                return

    def end(self, reason: str) -> None:
        """Put on disk, from the thread that closes, what is in flight and everything that waits, and tell of it.

        Without a spool it is dropped for that reason.
        """
        if self.spool is None:
            self.queue.give_up(reason)
            self.observe()
            return
        for batch in self.queue.seize():
            self._put_by_safely(batch, reason)
        while (rest := self.queue.take(self.config.max_batch_records, self.config.max_batch_bytes)) is not None:
            self._put_by_safely(rest, reason)
        self.put_by_losses()
        self.notices.left_on_disk(self.queue.stats()["spooled"])
        self.release()

    def release(self) -> None:
        """Give up what is on disk, for this handler at its next need or for others."""
        if self.spool is not None:
            self.spool.release()

    def put_by_losses(self) -> None:
        """Put on disk the report of what was lost, if nobody could be told."""
        self.observe()
        if self.spool is None or not self.losses.is_pending:
            return
        entry, _ = self.spool.put(self.losses.body(self.resource(), self.config.compression), is_hurried=True)
        if entry is not None:
            self.losses.told()

    def account_lost(self, lost: Lost) -> None:
        """Account for records that were on disk and are no more."""
        if lost.is_own:
            self.queue.settle_spooled(lost.record_count, lost.reason)
        else:
            self.queue.count_recovered(lost.record_count, lost.reason)

    def observe(self, problem: str = "") -> None:
        """Look at what was lost so far, and tell of it when it is time."""
        stats = self.queue.stats()
        recovered = stats["recovered"]["dropped"]
        dropped = stats["dropped"]
        self.losses.observe({name: dropped.get(name, 0) + recovered.get(name, 0) for name in {*dropped, *recovered}})
        self.notices.dropped(dropped, problem)

    def _put_by_safely(self, batch: Batch, reason: str) -> None:
        try:
            self.put_by(batch, reason, is_hurried=True)
        except Exception:  # noqa: BLE001 - closing goes on whatever one batch holds
            self.queue.settle(batch, batch.unsettled, "error")
