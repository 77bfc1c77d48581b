"""The run of ``spanlog send``: sources in, lines, records, batches, acknowledgements."""

import os
import time
from collections.abc import Iterator
from datetime import tzinfo
from typing import Final, NamedTuple

from opentelemetry.proto.common.v1.common_pb2 import KeyValue

from spanlog_cli.otlp_client import OtlpClient
from spanlog_cli.recognise.clock import Clock
from spanlog_cli.recognise.records import LineRecord, RecordAssembler
from spanlog_cli.recognise.severity import Severity
from spanlog_cli.send.attribute_values import key_value
from spanlog_cli.send.batches import BatchBuilder, Position
from spanlog_cli.send.lines import LineSplitter, SourceLine
from spanlog_cli.send.sources import LogSource, UnreadableError, chunks
from spanlog_cli.send.tally import Progress, Tally

CUT_ATTRIBUTE: Final = "spanlog.cut_characters"
_FLUSH_INTERVAL_SECONDS: Final = 1.0


class Reading(NamedTuple):
    """How lines are read."""

    zone: tzinfo | None
    """For time stamps without one; None for this machine's."""
    default_severity: Severity
    from_line: int
    """The first source is read from its start, but records that start before this line are not sent."""


class Shipment:
    """Sends sources in their order.

    Attributes:
        tally: the counts, always up to date.
        resume: where the first record stands that has not been acknowledged.
        unreadable: a line for each source that could not be read to its end.
    """

    def __init__(
        self, sources: list[LogSource], builder: BatchBuilder, client: OtlpClient, reading: Reading, progress: Progress
    ) -> None:
        self.tally = Tally()
        self.resume = Position(0, reading.from_line)
        self.unreadable: list[str] = []
        self._sources = sources
        self._builder = builder
        self._client = client
        self._reading = reading
        self._progress = progress
        self._last_flush = time.monotonic()
        self._assembler: RecordAssembler | None = None
        self._source_index = 0
        self._source_attributes: list[KeyValue] = []

    def run(self) -> None:
        """Send everything.

        Raises:
            DeliveryError: the collector is not there, or refuses.
        """
        for index, source in enumerate(self._sources):
            self._source_index = index
            self._source_attributes = _attributes_of(source)
            self._ship(source)
        self._flush()

    def run_out(self) -> None:
        """After an interruption: try once to send what has been read already.

        Raises:
            DeliveryError: the collector is not there, or refuses.
        """
        self._add(self._assembler.finish() if self._assembler else iter(()))
        self._flush(is_last_try=True)

    def _ship(self, source: LogSource) -> None:
        clock = Clock(self._reading.zone, source.latest)
        self._assembler = assembler = RecordAssembler(clock, self._reading.default_severity, time.time_ns)
        splitter = LineSplitter()
        line_number = 0
        try:
            for chunk in chunks(source):
                if chunk is None:
                    # Nobody is writing: what is there is complete as far as anyone can know.
                    self._add(assembler.finish())
                    self._flush()
                    continue
                for line in splitter.feed(chunk):
                    line_number = line.number
                    self._add(_records_of(assembler, line))
                if source.is_stream and time.monotonic() - self._last_flush >= _FLUSH_INTERVAL_SECONDS:
                    self._flush()
        except UnreadableError as error:
            self.unreadable.append(f"cannot read {source.name} beyond line {line_number}: {error}")
        for line in splitter.finish():
            self._add(_records_of(assembler, line))
        self._add(assembler.finish())

    def _add(self, records: Iterator[LineRecord]) -> None:
        for record in records:
            if self._source_index == 0 and record.first_line < self._reading.from_line:
                continue
            self.tally.count(record)
            self._builder.add(record, self._source_index, self._source_attributes)
            if self._builder.is_full:
                self._flush()

    def _flush(self, *, is_last_try: bool = False) -> None:
        self._last_flush = time.monotonic()
        if self._builder.is_empty:
            return
        batch = self._builder.take()
        self.resume = batch.first
        acknowledgement = self._client.send(batch.content, is_last_try=is_last_try)
        self.tally.acknowledged_records += batch.record_count - acknowledgement.rejected_records
        self.tally.rejected_records += acknowledgement.rejected_records
        self.tally.rejected_reason = acknowledgement.reason or self.tally.rejected_reason
        self._progress.update(f"sent {self.tally.acknowledged_records:,} records")


def _records_of(assembler: RecordAssembler, line: SourceLine) -> Iterator[LineRecord]:
    attributes = {CUT_ATTRIBUTE: line.cut_characters} if line.cut_characters else None
    return assembler.add(line.number, line.text, attributes)


def _attributes_of(source: LogSource) -> list[KeyValue]:
    if source.path is None:
        return []
    return [
        key_value("log.file.name", os.path.basename(source.path)),  # noqa: PTH119 - a name, not a path to open
        key_value("log.file.path", source.path),
    ]
