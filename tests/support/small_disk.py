"""A small disk of its own, really full when it is full: a tmpfs in a mount namespace, which needs no root.

The namespace lives as long as one process that does nothing in it; the disk goes with it, and with the disk everything
on it, so nothing can be left behind. Where the machine allows no such namespaces, ``SmallDisk.why_not()`` says so.
"""

import contextlib
import os
import subprocess
from functools import cache
from pathlib import Path

MEBIBYTE = 1024 * 1024


@cache
def why_not() -> str | None:
    """Why there can be no small disk here; ``None`` where there can."""
    try:
        done = subprocess.run(
            ["unshare", "--user", "--mount", "--map-root-user", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        return "there is no unshare(1) to make a small disk with"
    return f"this machine lets nobody mount a small disk: {done.stderr.strip()}" if done.returncode else None


class SmallDisk:
    """A disk of ``size_mib``, and room for so many ``files``; at ``mount_point`` for what is run ``inside`` only."""

    def __init__(self, mount_point: Path, size_mib: int, *, files: int = 0) -> None:
        mount_point.mkdir(parents=True, exist_ok=True)
        self.mount_point = mount_point
        options = f"size={size_mib}m" + (f",nr_inodes={files}" if files else "")
        script = f'mount -t tmpfs -o {options} tmpfs "$1" && echo mounted && exec cat'
        self._keeper = subprocess.Popen(
            ["unshare", "--user", "--mount", "--map-root-user", "sh", "-c", script, "sh", str(mount_point)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._keeper.stdout.readline() == "mounted\n"
        # Another process's view of its disks; so the test fills the disk without entering.
        self.outside = Path(f"/proc/{self._keeper.pid}/root{mount_point}")

    @property
    def inside(self) -> list[str]:
        """What to put before a command so that it sees the disk."""
        return ["nsenter", "--user", "--mount", "--preserve-credentials", "--target", str(self._keeper.pid), "--"]

    @property
    def free_bytes(self) -> int:
        found = os.statvfs(self.outside)
        return found.f_bavail * found.f_frsize

    def fill(self, name: str = "filler") -> None:
        """Leave no byte free."""
        with (self.outside / name).open("ab", buffering=0) as file:
            for size in (MEBIBYTE, 4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(bytes(size))
        assert self.free_bytes == 0

    def fill_but(self, left_bytes: int, name: str = "filler") -> None:
        """Leave ``left_bytes`` free."""
        descriptor = os.open(self.outside / name, os.O_RDWR | os.O_CREAT)
        try:
            os.posix_fallocate(descriptor, 0, self.free_bytes - left_bytes)
        finally:
            os.close(descriptor)

    def use_up_files(self) -> list[Path]:
        """Make files until there can be no more, and return them."""
        made: list[Path] = []
        with contextlib.suppress(OSError):
            while True:
                (path := self.outside / f"file-{len(made)}").touch()
                made.append(path)
        return made

    def free(self, name: str = "filler") -> None:
        """Take the filler away."""
        (self.outside / name).unlink(missing_ok=True)

    def make_read_only(self, *, is_read_only: bool) -> None:
        """Remount it; with a file open for writing the kernel says no."""
        how = "ro" if is_read_only else "rw"
        subprocess.run([*self.inside, "mount", "-o", f"remount,{how}", str(self.mount_point)], check=True)

    def close(self) -> None:
        """Let the disk go; everybody inside must be gone."""
        self._keeper.stdin.close()
        self._keeper.wait()
        self._keeper.stdout.close()
