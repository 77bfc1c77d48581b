"""What stands for the engine where it would be started a hundred times, or has to refuse what it does not refuse.

It keeps the one promise that matters to the journal and the loader: a token is stored once.
"""

import json
from pathlib import Path

from spanlog_collector.journal.frame import Frame, scan
from spanlog_collector.storage.exceptions import SegmentRefusedError, StoreError

POISON = b"poison"


class TokenStore:
    """Stores each token once, in a file, and refuses a segment with poison in it: by ``error``."""

    def __init__(self, path: Path, error: StoreError | None = None) -> None:
        self.path = path
        self.error = error or SegmentRefusedError("poison")
        self.loads = 0

    def load_segment(self, _signal, path: Path, token: str) -> None:
        self.loads += 1
        data = path.read_bytes()
        bodies = [data[piece.body : piece.end] for piece in scan(data) if isinstance(piece, Frame)]
        if any(POISON in body for body in bodies):
            raise self.error
        if token not in self.stored():
            with self.path.open("a") as file:
                file.write(json.dumps([token, [body.hex() for body in bodies]]) + "\n")

    def can_read(self, _signal, _path: Path) -> bool | None:
        return None

    def can_load(self, _signal) -> bool:
        return True

    def stored(self) -> dict[str, list[str]]:
        """The bodies in hex, by token."""
        if not self.path.exists():
            return {}
        return dict(json.loads(line) for line in self.path.read_text().splitlines())

    def bodies(self) -> list[bytes]:
        return [bytes.fromhex(body) for bodies in self.stored().values() for body in bodies]
