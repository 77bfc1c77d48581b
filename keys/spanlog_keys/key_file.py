"""The file of keys in the data directory: read by a running stack, written by ``spanlog keys``.

A file and no table: a stack whose store is down goes on taking records, and must know from whom. It is replaced whole,
so that a reader never sees half of it; a revoked key stays in it, without use, as the record of who did what.
"""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from spanlog_keys.exceptions import KeyFileError, KeyRequestError
from spanlog_keys.key import Key, KeyRequest
from spanlog_keys.secret_text import digest, new_secret

FILE_NAME: Final = "keys.json"

_FORMAT: Final = 1
_OTHERS: Final = 0o077


class KeyFile:
    """``keys.json`` in a data directory; need not be there."""

    def __init__(self, data_directory: Path) -> None:
        self.path: Final = data_directory.expanduser().absolute() / FILE_NAME

    def read(self) -> list[Key]:
        """Return all keys, in the order in which they were made; none where there is no file.

        Raises:
            KeyFileError: it cannot be read, or is damaged.
        """
        try:
            text = self.path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise KeyFileError(f"{self.path} cannot be read ({error.strerror})") from error
        try:
            document = json.loads(text)
            if document["version"] != _FORMAT:
                raise KeyFileError(f"{self.path} was written by a newer spanlog; upgrade this one")
            return [Key.from_json(value) for value in document["keys"]]
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise KeyFileError(
                f"{self.path} is damaged ({type(error).__name__}); bring it back from a backup, or remove it and make "
                "keys anew"
            ) from error

    def identity(self) -> tuple[int, int, int] | None:
        """Return what is another one whenever the file has changed; ``None`` where there is no file.

        Raises:
            OSError: it cannot be looked at.
        """
        try:
            status = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def is_open_to_others(self) -> bool:
        """Tell whether others on this machine may read or change it."""
        try:
            return bool(self.path.stat().st_mode & _OTHERS)
        except OSError:
            return False

    def create(self, request: KeyRequest, by: str) -> tuple[Key, str]:
        """Make a key and return it with the secret, which is not kept anywhere.

        Raises:
            KeyRequestError: there is, or was, one of this name: who did what under it would be in doubt.
            KeyFileError: the file cannot be read or written.
        """
        secret = new_secret()
        made = Key(
            name=request.name,
            sha256=digest(secret),
            scopes=request.scopes,
            agents=request.agents,
            created_unix_nano=time.time_ns(),
            created_by=by,
            expires_at=request.expires_at,
            read_limit=request.read_limit,
            ingest_limit=request.ingest_limit,
        )

        def adding(keys: Sequence[Key]) -> list[Key]:
            if any(key.name == request.name for key in keys):
                raise KeyRequestError(f"there is or was a key named {request.name}; choose another name")
            return [*keys, made]

        self._change(adding)
        return made, secret

    def revoke(self, name: str, by: str) -> Key:
        """Revoke a key and return it. Revoking twice is no mistake: who did it first stays.

        Raises:
            KeyRequestError: there is none of this name.
            KeyFileError: the file cannot be read or written.
        """

        def revoking(keys: Sequence[Key]) -> list[Key]:
            if not any(key.name == name for key in keys):
                raise KeyRequestError(f"there is no key named {name!r}; spanlog keys list shows those there are")
            now = time.time_ns()
            return [
                replace(key, revoked_unix_nano=now, revoked_by=by)
                if key.name == name and key.revoked_unix_nano is None
                else key
                for key in keys
            ]

        return next(key for key in self._change(revoking) if key.name == name)

    def _change(self, change: Callable[[Sequence[Key]], list[Key]]) -> list[Key]:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock():
                keys = change(self.read())
                self._write(keys)
        except OSError as error:
            raise KeyFileError(f"{self.path} cannot be written ({error.strerror})") from error
        return keys

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Let one writer at a time in; the lock goes with the process, however that ends."""
        descriptor = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _write(self, keys: Sequence[Key]) -> None:
        document = {"version": _FORMAT, "keys": [key.to_json() for key in keys]}
        unfinished = self.path.with_suffix(".unfinished")
        with suppress(FileNotFoundError):
            # One that a crash left may have another mode.
            unfinished.unlink()
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(json.dumps(document, indent=1).encode() + b"\n")
                file.flush()
                os.fsync(descriptor)
            unfinished.replace(self.path)
        except OSError:
            with suppress(OSError):
                unfinished.unlink()
            raise
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
