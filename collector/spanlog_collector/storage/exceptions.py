"""What a store can answer instead of rows.

StoreError
├── InvalidDsnError           the DSN names no store that spanlog knows
├── StoreBusyError            another process owns the embedded store
├── StoreNewerError           the store was migrated by a newer spanlog
├── StoreUnavailableError     not now: unreachable, out of memory, disk full; try again later
├── QueryTooLargeError        the question was stopped at a bound; ask for less
├── SegmentRefusedError       the engine cannot read a segment; it will not later either
└── StatementError            the engine refused a statement of ours
"""


class StoreError(Exception):
    """Every error of the store; its text is one line for a person, ``code`` the engine's number or ``None``."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.has_left_nothing = False
        """Of a failed load: whether it is known that nothing of it is stored."""


class InvalidDsnError(StoreError):
    """The DSN names no store that spanlog knows."""


class StoreBusyError(StoreError):
    """Another process owns the embedded store."""


class StoreNewerError(StoreError):
    """The store was migrated by a newer spanlog than this one."""


class StoreUnavailableError(StoreError):
    """The store cannot answer now, and may later."""


class QueryTooLargeError(StoreError):
    """The query was stopped at its limit of time, rows or memory."""


class SegmentRefusedError(StoreError):
    """The engine cannot read what a segment holds."""


class StatementError(StoreError):
    """The engine refused a statement."""
