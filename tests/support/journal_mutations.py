"""Damage to the folder of a journal, of every kind that disks, people and other programs do; each by its seed."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

HUGE_LENGTHS = (b"\xff\xff\xff\xff\x7f", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\xff" * 12, b"\x80" * 5)


def _segment(journal: Path, chance: random.Random) -> Path:
    return chance.choice(sorted(journal.glob("*.segment")))


def _spot(data: bytes, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def flip_bits(journal: Path, chance: random.Random) -> None:
    path = _segment(journal, chance)
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 1, 1, 5, 50))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def truncate(journal: Path, chance: random.Random) -> None:
    path = _segment(journal, chance)
    os.truncate(path, chance.randrange(path.stat().st_size + 1))


def insert_garbage(journal: Path, chance: random.Random) -> None:
    path = _segment(journal, chance)
    data = path.read_bytes()
    spot = _spot(data, chance)
    path.write_bytes(data[:spot] + chance.randbytes(chance.choice((1, 10, 1000))) + data[spot:])


def zero_block(journal: Path, chance: random.Random) -> None:
    path = _segment(journal, chance)
    data = bytearray(path.read_bytes())
    spot, length = _spot(data, chance), chance.choice((1, 16, 512))
    data[spot : spot + length] = bytes(len(data[spot : spot + length]))
    path.write_bytes(data)


def zeros_at_the_end(journal: Path, chance: random.Random) -> None:
    path = _segment(journal, chance)
    path.write_bytes(path.read_bytes() + bytes(chance.choice((1, 512, 4096))))


def duplicate_range(journal: Path, chance: random.Random) -> None:
    path = _segment(journal, chance)
    data = path.read_bytes()
    start, end = sorted((_spot(data, chance), _spot(data, chance)))
    spot = _spot(data, chance)
    path.write_bytes(data[:spot] + data[start:end] + data[spot:])


def remove_range(journal: Path, chance: random.Random) -> None:
    path = _segment(journal, chance)
    data = path.read_bytes()
    start, end = sorted((_spot(data, chance), _spot(data, chance)))
    path.write_bytes(data[:start] + data[end:])


def swap_ranges(journal: Path, chance: random.Random) -> None:
    path = _segment(journal, chance)
    data = path.read_bytes()
    a, b, c = sorted(_spot(data, chance) for _ in range(3))
    path.write_bytes(data[:a] + data[b:c] + data[a:b] + data[c:])


def huge_length(journal: Path, chance: random.Random) -> None:
    path = _segment(journal, chance)
    data = path.read_bytes()
    spot = _spot(data, chance)
    path.write_bytes(data[:spot] + chance.choice(HUGE_LENGTHS) + data[spot:])


def empty_file(journal: Path, chance: random.Random) -> None:
    (journal / f"logs-{chance.randrange(99):020}-{'e' * 16}.segment").touch()


def garbage_file(journal: Path, chance: random.Random) -> None:
    name = f"{chance.choice(('logs', 'traces'))}-{chance.randrange(99):020}-{'f' * 16}.segment"
    (journal / name).write_bytes(chance.randbytes(chance.randrange(3000)))


def copied_file(journal: Path, chance: random.Random) -> None:
    shutil.copy(_segment(journal, chance), journal / f"logs-{chance.randrange(99):020}-{'c' * 16}.segment")


def lost_file(journal: Path, chance: random.Random) -> None:
    _segment(journal, chance).unlink()


def foreign_files(journal: Path, chance: random.Random) -> None:
    for name in ("core", ".DS_Store", "logs-7.segment", "logs-x.segment.swp", "old.segment", "x.unfinished"):
        (journal / name).write_bytes(chance.randbytes(100))


def folder_named_like_a_segment(journal: Path, chance: random.Random) -> None:
    folder = journal / f"logs-{chance.randrange(99):020}-{'d' * 16}.segment"
    folder.mkdir()
    (folder / "x").write_bytes(b"x")
    (journal / "y.unfinished").touch()


def dangling_link(journal: Path, chance: random.Random) -> None:
    (journal / f"logs-{chance.randrange(99):020}-{'a' * 16}.segment").symlink_to("nowhere")


def future_sequence(journal: Path, chance: random.Random) -> None:
    _segment(journal, chance).rename(journal / f"logs-{chance.choice(('9' * 20, f'{10**19:020}'))}-{'9' * 16}.segment")


def other_rights(journal: Path, chance: random.Random) -> None:
    _segment(journal, chance).chmod(chance.choice((0o400, 0o444, 0o777)))


def damaged_digests(journal: Path, chance: random.Random) -> None:
    seen = journal / "seen"
    seen.mkdir(exist_ok=True)
    names = ("5", f"{7:020}", "9" * 20, "x", f"{3:020}x", f"{10**19:020}")
    for name in chance.sample(names, 3):
        (seen / f"{name}.digests").write_bytes(chance.randbytes(chance.randrange(100)))
    (seen / f"{1:020}.digests").mkdir()


def unfinished_split(journal: Path, chance: random.Random) -> None:
    path = _segment(journal, chance)
    data = path.read_bytes()
    for number in range(chance.randrange(1, 4)):
        path.with_name(f"{path.stem}.{number}.segment").write_bytes(data[: chance.randrange(len(data))])


MUTATIONS: tuple[Callable[[Path, random.Random], None], ...] = (
    flip_bits, truncate, insert_garbage, zero_block, zeros_at_the_end, duplicate_range, remove_range, swap_ranges,
    huge_length, empty_file, garbage_file, copied_file, lost_file, foreign_files, folder_named_like_a_segment,
    dangling_link, future_sequence, other_rights, damaged_digests, unfinished_split,
)  # fmt: skip


def mutate(journal: Path, seed: int) -> list[str]:
    """Do one to three mutations to the journal in ``journal``; gives their names."""
    chance = random.Random(seed)
    # The first in turn, so that each is done often.
    chosen = [MUTATIONS[seed % len(MUTATIONS)], *chance.choices(MUTATIONS, k=chance.choice((0, 0, 1, 2)))]
    done = []
    for mutation in chosen:
        if list(journal.glob("*.segment")):
            try:
                mutation(journal, chance)
            except (FileExistsError, IsADirectoryError, FileNotFoundError, ValueError):
                # It met what another one did.
                continue
            done.append(mutation.__name__)
    return done
