"""What can go wrong in the collector, and what to do about it.

CollectorError
├── ConfigurationError          a setting that cannot be used (exit code 2)
│   ├── DataDirectoryError
│   └── AddressError
├── MalformedRequestError       the sender's fault: 400, INVALID_ARGUMENT
├── RequestTooLargeError        the sender's fault: 413, RESOURCE_EXHAUSTED
├── UnsupportedEncodingError    the sender's fault: 415, UNIMPLEMENTED
└── OverloadedError             not now: 503 and Retry-After, UNAVAILABLE
    └── JournalUnavailableError

The store's own are in ``spanlog_collector.storage.exceptions``.
"""


class CollectorError(Exception):
    """Every error the collector raises on purpose; its text is one line for a person."""


class ConfigurationError(CollectorError):
    """A setting cannot be used; the text says which, and what to do."""


class DataDirectoryError(ConfigurationError):
    """The data directory cannot be written, or another spanlog owns it."""


class AddressError(ConfigurationError):
    """An address to listen on is not HOST:PORT, is taken, or is not this machine's."""


class MalformedRequestError(CollectorError):
    """The request is not what its content type says."""


class RequestTooLargeError(CollectorError):
    """The request is larger than the collector takes, as sent or decompressed, or holds more records or messages."""


class UnsupportedEncodingError(CollectorError):
    """The request's content type or content encoding is not one the collector reads."""


class OverloadedError(CollectorError):
    """The collector cannot take the request now; try again later."""

    def __init__(self, message: str, retry_after_seconds: int = 1) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class JournalUnavailableError(OverloadedError):
    """The journal cannot take the request now: full, closing, or the disk refused; try again later."""
