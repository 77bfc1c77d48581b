"""What can go wrong with keys.

KeysError
├── KeyFileError              the file of keys cannot be read or written
├── KeyRequestError           a key cannot be made or revoked so
└── RefusedError              somebody may not do what they ask for
    ├── UnauthenticatedError  no key, or none that is known: 401, UNAUTHENTICATED
    ├── ForbiddenError        a key that is not for this: 403, PERMISSION_DENIED
    └── TooManyRequestsError  not now: 429, UNAVAILABLE with RetryInfo
"""


class KeysError(Exception):
    """Every error that is raised here on purpose; its text is one line for a person, and holds no key."""


class KeyFileError(KeysError):
    """The file of keys cannot be read or written, or is damaged; the text says what to do."""


class KeyRequestError(KeysError):
    """A key cannot be made or revoked so; the text says why."""


class RefusedError(KeysError):
    """Somebody may not do what they ask for."""


class UnauthenticatedError(RefusedError):
    """There is no key, or none that is known."""


class ForbiddenError(RefusedError):
    """The key is known, and not for this."""


class TooManyRequestsError(RefusedError):
    """More requests than the limit allows; come back later."""

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
