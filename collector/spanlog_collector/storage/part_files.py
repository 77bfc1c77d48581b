"""Are the files of a part as long as the engine says they are?

chDB 26.9 does not look at every write that fails while it writes a part: a disk that fills up, a quota or a limit
leaves a file short, and the insert succeeds all the same. What the engine keeps in ``checksums.txt`` tells; of a small
part, whose files are one file (migration 0011), that file's own list of contents.
"""

import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import lz4.block

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_ARCHIVE: Final = "data.packed"
_ARCHIVE_VERSION: Final = 0
# The version and the number of files; of each file a name behind its length, and where it begins and its size.
_ARCHIVE_HEAD: Final = struct.Struct("<BQ")
_ARCHIVE_ENTRY: Final = struct.Struct("<QQ")
_LONGEST_LIST_BYTES: Final = 1024 * 1024

_CHECKSUMS: Final = "checksums.txt"
_HEADER: Final = b"checksums format version: 4\n"
# 16 bytes of hash, the method, the compressed size with these 9 bytes, the size.
_FRAME: Final = struct.Struct("<16xBII")
_HASH_BYTES: Final = 16


def is_whole(part: Path) -> bool:
    """Tell whether every file in the folder ``part`` has the length that it should have.

    ``True`` also where the engine's own account is in a form that this program does not know.

    Raises:
        OSError: a file cannot be looked at.
    """
    archive = part / _ARCHIVE
    if archive.exists():
        return _is_archive_whole(archive)
    account = (part / _CHECKSUMS).read_bytes()
    if account and not account.startswith(_HEADER):
        return True
    sizes = {path.name: path.stat().st_size for path in part.iterdir()}
    try:
        expected = dict(_expected(account[len(_HEADER) :]))
    except NotImplementedError:
        return True
    except (ValueError, IndexError, struct.error, zstd.ZstdError, lz4.block.LZ4BlockError):
        # The account itself was cut short.
        return False
    # Of the few that it does not name none is empty.
    others = (size for name, size in sizes.items() if name not in expected)
    return all(sizes.get(name) == size for name, size in expected.items()) and all(others)


def _is_archive_whole(path: Path) -> bool:
    """Tell whether the archive is as long as the list at its beginning says."""
    with path.open("rb") as file:
        data = file.read(_LONGEST_LIST_BYTES)
        size_bytes = file.seek(0, 2)
    if data and data[0] != _ARCHIVE_VERSION:
        return True
    try:
        return _archive_end(data) == size_bytes
    except (IndexError, struct.error):
        # The list itself was cut short.
        return False


def _archive_end(data: bytes) -> int:
    """Return where the last file in an archive ends."""
    _, count = _ARCHIVE_HEAD.unpack_from(data)
    position = end = _ARCHIVE_HEAD.size
    for _ in range(count):
        length, position = _varint(data, position)
        begin, size = _ARCHIVE_ENTRY.unpack_from(data, position + length)
        position += length + _ARCHIVE_ENTRY.size
        end = max(end, begin + size)
    return max(end, position)


def _expected(frame: bytes) -> Iterator[tuple[str, int]]:
    """Yield name and size of each file that the account holds."""
    method, compressed_bytes, size_bytes = _FRAME.unpack_from(frame)
    content = frame[_FRAME.size : _HASH_BYTES + compressed_bytes]
    match method:
        case 0x90:  # ZSTD
            data = zstd.decompress(content)
        case 0x82:  # LZ4
            data = lz4.block.decompress(content, uncompressed_size=size_bytes)
        case _:
            raise NotImplementedError
    count, position = _varint(data, 0)
    for _ in range(count):
        length, position = _varint(data, position)
        name = data[position : position + length].decode()
        size, position = _varint(data, position + length)
        position += _HASH_BYTES
        is_compressed = data[position]
        position += 1
        if is_compressed:
            position = _varint(data, position)[1] + _HASH_BYTES
        yield name, size


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, position
        shift += 7
