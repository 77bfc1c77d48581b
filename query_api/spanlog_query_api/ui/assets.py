"""The page's files, read once: each with its address, media type and compressed form."""

import gzip
import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

ASSETS_PATH: Final = "/ui/assets"

_GZIP_LEVEL: Final = 9
_VERSION_CHARACTERS: Final = 16
# What Python knows of types depends on the machine it runs on.
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. ``name`` is its path below ``static``."""

    name: str
    media_type: str
    content: bytes
    compressed: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """All files, under one version made of their contents.

    The version stands in every address before the path, so scripts name each other relatively, an answer may be
    kept for ever, and a page never mixes files of two versions.
    """

    version: str
    by_name: Mapping[str, Asset]

    def url(self, name: str) -> str:
        """Return the address of the file ``name``.

        Raises:
            KeyError: there is no such file.
        """
        return f"{ASSETS_PATH}/{self.version}/{self.by_name[name].name}"

    def named(self, suffix: str) -> list[str]:
        """Return the names that end in ``suffix``, sorted."""
        return sorted(name for name in self.by_name if name.endswith(suffix))


@cache
def load_assets() -> Assets:
    """Return the files in the package; read and compressed at the first call only."""
    found = {asset.name: asset for asset in _read(files(__package__).joinpath("static"), "")}
    digest = hashlib.sha256()
    for name in sorted(found):
        digest.update(f"{name}\0{len(found[name].content)}\0".encode())
        digest.update(found[name].content)
    return Assets(digest.hexdigest()[:_VERSION_CHARACTERS], MappingProxyType(found))


def _read(folder: Traversable, prefix: str) -> Iterator[Asset]:
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _read(entry, f"{name}/")
        else:
            content = entry.read_bytes()
            # Without the time, the same file is the same bytes.
            yield Asset(name, _media_type(name), content, gzip.compress(content, _GZIP_LEVEL, mtime=0))


def _media_type(name: str) -> str:
    suffix = name[name.rfind(".") :]
    return _MEDIA_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
