"""What is on a disk after the power went, out of a recording of what a process did to its files (``file_trace.c``).

Durable is what was synced: a file's content up to its last fsync, a folder's names up to the folder's last fsync, and
what was written to a file that the file system writes through. Of what came later anything may be there: of each folder
the first changes, in their order; of each file any of the later writes, the last of them perhaps in part. File systems
promise more than this (most bring all earlier names to the disk with any fsync); what survives this survives them.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
from dataclasses import dataclass, field
from pathlib import Path

_HEAD = struct.Struct("<cHHQQ")


@dataclass(slots=True)
class Operation:
    """One record of the recording; ``end`` is where it ends in the file."""

    kind: str
    path: str
    other: str
    offset: int
    data: bytes
    end: int


def read_recording(path: Path) -> list[Operation]:
    """Read the recording of a process that has ended."""
    data = path.read_bytes()
    operations = []
    position = 0
    while position + _HEAD.size <= len(data):
        kind, path_length, other_length, offset, size = _HEAD.unpack_from(data, position)
        position += _HEAD.size
        end = position + path_length + other_length + size
        if end > len(data):
            break  # cut short by the kill that ended the process
        name = data[position : position + path_length].decode()
        other = data[position + path_length : position + path_length + other_length].decode()
        operations.append(Operation(kind.decode(), name, other, offset, data[end - size : end], end))
        position = end
    return operations


@dataclass(slots=True, eq=False)
class _File:
    base: Path | None = None
    # (offset, data), or (size, None) for a truncation.
    changes: list[tuple[int, bytes | None]] = field(default_factory=list)
    durable: int = 0


@dataclass(slots=True, eq=False)
class _Link:
    """A symbolic link of the base; none is made later."""

    target: str


@dataclass(slots=True, eq=False)
class _Folder:
    names: dict[str, _Node] = field(default_factory=dict)
    # Each an atomic change of some names.
    changes: list[dict[str, _Node | None]] = field(default_factory=list)
    durable: int = 0
    base_names: dict[str, _Node] = field(default_factory=dict)

    def change(self, names: dict[str, _Node | None]) -> None:
        self.changes.append(names)
        _apply(self.names, names)


_Node = _File | _Folder | _Link


def _apply(names: dict[str, _Node], change: dict[str, _Node | None]) -> None:
    for name, node in change.items():
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


class Disk:
    """The folder ``root``, which held what ``base`` holds, all of it durable, before the recording began."""

    def __init__(self, root: Path, base: Path) -> None:
        self._root = str(root)
        self._nodes: list[_File | _Folder] = []
        self._top = self._read(base)

    def _read(self, path: Path) -> _Folder:
        folder = _Folder()
        for entry in path.iterdir():
            if entry.is_symlink():
                folder.base_names[entry.name] = _Link(str(entry.readlink()))
            else:
                folder.base_names[entry.name] = self._read(entry) if entry.is_dir() else self._new_file(entry)
        folder.names = dict(folder.base_names)
        self._nodes.append(folder)
        return folder

    def _new_file(self, base: Path | None = None) -> _File:
        file = _File(base)
        self._nodes.append(file)
        return file

    def _find(self, path: str) -> _Node | None:
        node: _Node | None = self._top
        at = self._root
        for name in path.removeprefix(self._root).split("/"):
            if not name:
                continue
            node = node.names.get(name) if isinstance(node, _Folder) else None
            at = f"{at}/{name}"
            if isinstance(node, _Link):
                at = os.path.normpath(Path(at).parent / node.target)
                node = self._find(at)
        return node

    def _parent(self, path: str) -> tuple[_Folder, str]:
        parent, _, name = path.rstrip("/").rpartition("/")
        folder = self._find(parent)
        assert isinstance(folder, _Folder), path
        return folder, name

    def do(self, operation: Operation) -> None:  # noqa: PLR0912 - one branch for each kind
        """Do one more."""
        match operation.kind:
            case "c":
                folder, name = self._parent(operation.path)
                folder.change({name: self._new_file()})
            case "d":
                folder, name = self._parent(operation.path)
                self._nodes.append(made := _Folder())
                folder.change({name: made})
            case "u":
                folder, name = self._parent(operation.path)
                folder.change({name: None})
            case "r" | "l":
                (old_folder, old), (new_folder, new) = self._parent(operation.path), self._parent(operation.other)
                node = old_folder.names[old]
                if operation.kind == "l":
                    new_folder.change({new: node})
                elif old_folder is new_folder:
                    new_folder.change({old: None, new: node})
                else:
                    new_folder.change({new: node})
                    old_folder.change({old: None})
            case "w" | "W" | "t":
                file = self._find(operation.path)
                if isinstance(file, _File):
                    file.changes.append((operation.offset, None if operation.kind == "t" else operation.data))
                    if operation.kind == "W":
                        file.durable = len(file.changes)
            case "s":
                node_synced = self._find(operation.path)
                if isinstance(node_synced, _File | _Folder):
                    node_synced.durable = len(node_synced.changes)
            case "S":
                for node_synced in self._nodes:
                    node_synced.durable = len(node_synced.changes)
            case other:
                raise ValueError(other)

    def lose_power(self, target: Path, chance: random.Random | None) -> None:
        """Write to ``target`` what is found afterwards: what was synced, and what ``chance`` adds to it."""
        self._write_folder(self._top, target, chance)

    def _write_folder(self, folder: _Folder, target: Path, chance: random.Random | None) -> None:
        target.mkdir()
        names = dict(folder.base_names)
        kept = folder.durable + (chance.randint(0, len(folder.changes) - folder.durable) if chance else 0)
        for change in folder.changes[:kept]:
            _apply(names, change)
        for name, node in names.items():
            if isinstance(node, _Link):
                (target / name).symlink_to(node.target)
            elif isinstance(node, _Folder):
                self._write_folder(node, target / name, chance)
            else:
                _write_file(node, target / name, chance)


def _write_file(file: _File, target: Path, chance: random.Random | None) -> None:
    if not file.changes and file.base is not None:
        shutil.copyfile(file.base, target)
        return
    content = bytearray(file.base.read_bytes() if file.base is not None else b"")
    changes = file.changes[: file.durable]
    if chance is not None:
        later = [change for change in file.changes[file.durable :] if chance.random() < 0.5]
        if later and later[-1][1]:
            offset, data = later[-1]
            later[-1] = (offset, data[: chance.randint(0, len(data))])
        changes = [*changes, *later]
    for offset, data in changes:
        if data is None:
            content[offset:] = bytes(max(0, offset - len(content)))
        else:
            content.extend(bytes(max(0, offset - len(content))))
            content[offset : offset + len(data)] = data
    target.write_bytes(content)
