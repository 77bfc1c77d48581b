"""What a process holds in memory, as the kernel counts it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

_KIB_PER_MIB = 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB at one moment. ``resident`` is ``anonymous`` (its own data) plus ``file`` (libraries and files it mapped)."""

    resident: float
    anonymous: float

    @property
    def file(self) -> float:
        """Pages of libraries and files: the kernel takes them back when it needs room."""
        return self.resident - self.anonymous

    @classmethod
    def of(cls, process_id: int) -> Self:
        """Read ``smaps_rollup``, which is exact where ``statm`` may be some MiB behind."""
        fields = {}
        for line in Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines()[1:]:
            name, value, *_ = line.split()
            fields[name] = int(value) / _KIB_PER_MIB
        return cls(fields["Rss:"], fields["Anonymous:"])
