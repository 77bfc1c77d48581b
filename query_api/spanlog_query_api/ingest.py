"""The way in: posted records take the same journal as OTLP, which belongs to whoever starts the API."""

from typing import Protocol


class IngestUnavailableError(Exception):
    """The records cannot be taken now; nothing was stored, and the same request may succeed later."""

    def __init__(self, message: str, retry_after_seconds: int = 1) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Ingest(Protocol):
    """Takes the bytes of one ``ExportLogsServiceRequest`` and returns when its records are durable."""

    async def __call__(self, request: bytes) -> None:
        """Store ``request``.

        Raises:
            IngestUnavailableError: not now; answered with 503 and Retry-After.
        """
