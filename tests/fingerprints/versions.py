"""Versions of one program: what a release changes around a bug.

A line of a source that begins with ``#@`` or ``//@`` is an instruction:

``@shift``            lines of comment that move what follows, another number of them in each version
``@from 4`` … ``@end``    lines that only version 4 and later have: a refactored neighbour, a new caller
``@until 4`` … ``@end``   lines that version 4 no longer has
``@rename old new``   from version 3 on, this name is another one, everywhere in the file
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RENAMED_FROM: Final = 3
_INSTRUCTION: Final = re.compile(r"\s*(#|//)@(\w+)(?: (.*))?$")


@dataclass(frozen=True)
class Version:
    """One release, where it was installed, and what it ran on."""

    number: int
    shift: int
    root: str
    """Where the traces say that it lies; it really ran in a temporary folder."""
    python: str
    python_home: str
    """Where the traces say that the interpreter's library lies."""

    @property
    def seed(self) -> int:
        """What the ids, hosts and users of this run come from."""
        return self.number * 17 + 1


VERSIONS: Final = (
    Version(1, 0, "/srv/app/releases/20260311101500", "3.11", "/usr/lib/python3.11"),
    Version(2, 5, "/home/alice/src/shop", "3.12", "/home/alice/.pyenv/versions/3.12.1/lib/python3.12"),
    Version(3, 11, "/opt/bots/current", "3.13", "/opt/python/3.13/lib/python3.13"),
    Version(4, 2, "/usr/src/app", "3.11", "/usr/local/lib/python3.11"),
)


def version_of(source: str, version: Version) -> str:
    """Return the text of a source as ``version`` has it."""
    lines: list[str] = []
    renames: list[tuple[str, str]] = []
    is_left_out = False
    for line in source.splitlines():
        instruction = _INSTRUCTION.match(line)
        if instruction is None:
            if not is_left_out:
                lines.append(line)
            continue
        mark, name, argument = instruction[1], instruction[2], instruction[3]
        if name == "shift":
            lines.extend(f"{mark} what has changed, {number}" for number in range(version.shift))
        elif name == "rename":
            old, new = argument.split()
            renames.append((old, new))
        elif name in {"from", "until"}:
            is_left_out = (version.number >= int(argument)) != (name == "from")
        else:
            is_left_out = False
    text = "\n".join(lines) + "\n"
    if version.number >= RENAMED_FROM:
        for old, new in renames:
            text = re.sub(rf"\b{old}\b", new, text)
    return text


def write_version(programs: Path, target: Path, version: Version) -> None:
    """Write all files below ``programs`` to ``target`` as ``version`` has them."""
    for file in sorted(programs.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            written = target / file.relative_to(programs)
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(version_of(file.read_text(), version))
