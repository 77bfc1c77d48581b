"""Are the files of a part as long as the engine says they are?

chDB 26.9 does not look at every write that fails while it writes a part: a disk that fills up, a quota or a limit
leaves a file short, and the insert succeeds all the same. What the engine keeps in ``checksums.txt`` tells.
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
