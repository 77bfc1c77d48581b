"""What the query API is told when it is made."""

from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Final

MAX_BODY_BYTES: Final = 16 * 1024 * 1024

VISIBLE_WAIT_SECONDS: Final = 3.0
"""How long a resolve waits for a record that was posted a moment ago; records are loaded within a second."""


def _installed_version() -> str:
    return version("spanlog")


@dataclass(frozen=True, slots=True)
class ApiConfig:
    """One query API.

    ApiConfig()                          # open to whoever reaches it: loopback only
    ApiConfig(api_key="…")               # all that is somebody's asks for it

    Raises:
        ValueError: the key is empty or not printable ASCII: it would look like a key and protect nothing, or
            could not be sent in a header.
    """

    # Not in the repr: configurations get logged.
    api_key: str | None = field(default=None, repr=False)
    version: str = field(default_factory=_installed_version)
    max_body_bytes: int = MAX_BODY_BYTES
    visible_wait_seconds: float = VISIBLE_WAIT_SECONDS

    def __post_init__(self) -> None:
        key = self.api_key
        if key is not None and not (key and key.isascii() and key.isprintable() and key == key.strip()):
            raise ValueError("the API key must be printable ASCII without spaces around it; unset it for no key")
