"""What is left to do for records after the call, done for a whole batch in the background.

Stacks become text, secrets are replaced, and every record gets its times, its id, and what its call site always
says. The order matters: redaction sees all that a program said at the call, and nothing that costs it time in vain.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from spanlog import _encode
from spanlog._attribute import AttributeName
from spanlog._cut import MAX_VALUE_BYTES, TRUNCATED_ATTRIBUTE, cut_middle
from spanlog._exception import MAX_KNOWN_STACKS, STACK_HEADER, Frames, Stack
from spanlog._uid import BLOCK, LAST_DIGITS, UIDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spanlog._record import PendingException, QueuedRecord

UID_ATTRIBUTE = "log.record.uid"

_UID_CHARACTERS = 36
_UID_START = _encode.attribute(UID_ATTRIBUTE, _encode.string_value("0" * _UID_CHARACTERS))[:-_UID_CHARACTERS]
_UID_BYTES = len(_UID_START) + _UID_CHARACTERS
_TIMES, _TIME_TAG, _OBSERVED_TAG = _encode.TIMES, _encode.TIME_TAG, _encode.OBSERVED_TAG
_TIMES_BYTES = len(_encode.times(0, 0))
_TIME_LIMIT = 2**64
# A record that is older was not logged just now: it comes from another process, a file, a queue of the program's.
_LONGEST_WAIT_NANO = 60 * 10**9

# What is made on the way stays in the processor's cache, and in memory that is used again: new memory from the system
# costs more than all that is done with it.
_RECORDS_AT_ONCE = 128
_SMALL_LIMIT = 2_048
_RECORD_HEADERS = tuple([_encode.RECORD_TAG + _encode.varint(length) for length in range(_SMALL_LIMIT)])


# What a record's call site always says, one object for all of its records: the logger's name, fields of a LogRecord,
# and whether the program gives records of this kind an id of its own. Plain tuples, here and in the queue: the
# garbage collector leaves alone what holds nothing that it would have to look into.
RecordHead = tuple[str, bytes, bool]


class BatchRedactor(Protocol):
    """What replaces secrets; see _redact."""

    def redact_batch(self, records: list[bytes]) -> list[bytes]:
        """Give parts of records as they were, but for the secrets in them."""

    def redact(self, text: str) -> str:
        """Give a text likewise."""

    def redact_repeated(self, fields: bytes) -> bytes:
        """Give a part that comes again and again, likewise."""


class BatchFinisher(Protocol):
    """What makes a request of a batch; a handler's way is ``Finisher``."""

    def request(self, resource: bytes, records: Sequence[QueuedRecord]) -> bytes:
        """Give the ExportLogsServiceRequest."""


FinisherClass = Callable[[BatchRedactor | None, int], BatchFinisher]
"""Makes one, of a redactor or None and of how large a value may be."""


class Finisher:
    """Finishes the records of one handler.

    Args:
        redactor: replaces secrets; None if the program wants none of that.
        max_value_bytes: how large a stack may be.
    """

    def __init__(self, redactor: BatchRedactor | None = None, max_value_bytes: int = MAX_VALUE_BYTES) -> None:
        self._redactor = redactor
        self._max_value_bytes = max_value_bytes
        self._stack_attribute = AttributeName("exception.stacktrace", max_value_bytes)
        self._frames_content: dict[Frames, bytes] = {}

    def request(self, resource: bytes, records: Sequence[QueuedRecord]) -> bytes:
        """Give the ExportLogsServiceRequest for a batch.

        Args:
            resource: as ``_encode.resource`` gave it.
            records: as ``RecordEncoder.encode`` gave them.
        """
        return _encode.request_of_pieces(resource, self.finish(records))

    def finish(self, records: Sequence[QueuedRecord]) -> dict[str, _encode.Pieces]:
        """Give whole records by scope, as ``_encode.request_of_pieces`` takes them."""
        by_scope: dict[str, _encode.Pieces] = {}
        now = time.time_ns()
        count = UIDS.take_counts(len(records))
        for start in range(0, len(records), _RECORDS_AT_ONCE):
            self._finish_some(records[start : start + _RECORDS_AT_ONCE], by_scope, now, count + start)
        return by_scope

    def _finish_some(
        self,
        records: Sequence[QueuedRecord],
        by_scope: dict[str, _encode.Pieces],
        now: int,
        count: int,
    ) -> None:
        """Add so many records that what is made on the way takes little memory."""
        parts_by_scope: dict[str, list[bytes]] = {}
        parts: list[bytes] = []
        last_head: RecordHead | None = None
        constants, constants_bytes, has_uid = b"", 0, False
        last_milliseconds = -1
        uid_start = b""
        heads, times, fields, pending = zip(*records, strict=True)
        said = self._with_exceptions(list(fields), pending) if any(pending) else self._redacted(list(fields))
        for head, created, encoded in zip(heads, times, said, strict=True):
            if head is not last_head:
                last_head = head
                scope, constants, has_uid = head
                if self._redactor is not None:
                    constants = self._redactor.redact_repeated(constants)
                constants_bytes = _TIMES_BYTES + (0 if has_uid else _UID_BYTES) + len(constants)
                parts = parts_by_scope.setdefault(scope, [])
            try:
                # By way of microseconds, which is what a float of this size can tell.
                time_unix_nano = int(created * 1e6 + 0.5) * 1_000
            except (TypeError, ValueError, OverflowError):
                time_unix_nano = 0
            if _LONGEST_WAIT_NANO > now - time_unix_nano >= 0:
                # Observed when it was logged: it only waited for the others of its batch.
                observed = time_unix_nano
            else:
                observed = now
                time_unix_nano = time_unix_nano if 0 < time_unix_nano < _TIME_LIMIT else now
            milliseconds = time_unix_nano // 1_000_000
            last_digits = count % BLOCK
            if milliseconds != last_milliseconds or not last_digits:
                last_milliseconds = milliseconds
                uid_start = _UID_START + UIDS.beginning(milliseconds, count)
            length = constants_bytes + len(encoded)
            parts += (
                _RECORD_HEADERS[length] if length < _SMALL_LIMIT else _encode.RECORD_TAG + _encode.varint(length),
                _TIMES(_TIME_TAG, time_unix_nano, _OBSERVED_TAG, observed),
                b"" if has_uid else uid_start + LAST_DIGITS[last_digits],
                constants,
                encoded,
            )
            count += 1
        for scope, parts in parts_by_scope.items():
            by_scope.setdefault(scope, _encode.Pieces()).add(b"".join(parts))

    def _with_exceptions(self, said: list[bytes], pending: Sequence[PendingException | None]) -> list[bytes]:
        """Add to records what is pending; give all of them without secrets."""
        # Looked at is what is new: type and message of each exception, as they stand in the stack. The lines of the
        # frames were looked at when they were made. It is put behind the record as a second body, because that is
        # short: what matters is whether something is found.
        suspects = [
            encoded if exception is None else encoded + _encode.body("".join([link[1] for link in exception[1].links]))
            for encoded, exception in zip(said, pending, strict=True)
        ]
        redacted = list(self._redacted(suspects))
        for index, exception in enumerate(pending):
            if exception is not None:
                whole = said[index] + self._encoded_exception(exception)
                redacted[index] = whole if redacted[index] is suspects[index] else self._redacted([whole])[0]
        return redacted

    def _redacted(self, records: list[bytes]) -> list[bytes]:
        return records if self._redactor is None else self._redactor.redact_batch(records)

    def _encoded_exception(self, exception: PendingException) -> bytes:
        attributes, stack, cut = exception
        content = b"".join(self._stack_parts(stack))
        if len(content) > self._max_value_bytes:
            content = _encode.utf8(cut_middle(content.decode(), self._max_value_bytes))
            cut = (*cut, "exception.stacktrace")
        return attributes + self._stack_attribute.content(content) + encoded_cut(cut)

    def _stack_parts(self, stack: Stack) -> Iterator[bytes]:
        for frames, summary, joint in reversed(stack.links):
            if joint:
                yield joint.encode()
            if frames is not None:
                yield self._frames_content.get(frames) or self._new_frames_content(frames)
            yield _encode.utf8(summary)

    def _new_frames_content(self, frames: Frames) -> bytes:
        try:
            text = frames.text()
        except Exception as error:  # noqa: BLE001 - reading source lines goes through a program's loaders
            text = f"  <frames could not be formatted: {type(error).__name__}>\n"
        if self._redactor is not None:
            text = self._redactor.redact(text)
        if len(self._frames_content) >= MAX_KNOWN_STACKS:
            self._frames_content.clear()
        content = self._frames_content[frames] = _encode.utf8(STACK_HEADER + text)
        return content


def encoded_cut(names: Sequence[str]) -> bytes:
    """Encode what of a record was cut; empty if nothing was."""
    if not names:
        return b""
    return _encode.attribute(TRUNCATED_ATTRIBUTE, _encode.array_value([_encode.string_value(name) for name in names]))
