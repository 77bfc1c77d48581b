"""Bodies on disk: whole or not at all, one owner each, bounded, and never to another collector."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from spanlog import HandlerConfig
from spanlog._body import Body
from spanlog._spool import Spool


@pytest.fixture
def make_spool(tmp_path):
    """Makes spools on one directory, as several handlers or processes have them."""
    made = []

    def make(**settings):
        spool = Spool(HandlerConfig(spool_dir=str(tmp_path / "spool"), **settings))
        made.append(spool)
        return spool

    yield make
    for spool in made:
        spool.release()


@pytest.fixture
def files(tmp_path):
    """Gives the names of the bodies on disk."""

    def give(pattern="*.otlp"):
        return sorted(path.name for path in (tmp_path / "spool").rglob(pattern))

    return give


def put(spool, content, record_count=1):
    entry, lost = spool.put(Body(content, record_count))
    assert lost == []
    return entry


def contents(spool):
    """What lies there, oldest first, taken away."""
    found = []
    while (entry := spool.oldest()) is not None:
        found.append(spool.content(entry))
        spool.remove(entry)
    return found


def test_bodies_come_back_byte_for_byte_the_oldest_first(make_spool):
    spool = make_spool()
    bodies = [os.urandom(size) for size in (0, 1, 100, 100_000)]
    for body in bodies:
        put(spool, body)
    assert len(spool) == 4
    assert contents(spool) == bodies


def test_nothing_is_made_before_something_is_spooled(make_spool, tmp_path):
    spool = make_spool()
    assert spool.oldest() is None
    assert spool.take_over() == 0
    spool.release()
    assert not (tmp_path / "spool").exists()


def test_nothing_is_left_when_all_is_sent(make_spool, tmp_path):
    spool = make_spool()
    put(spool, b"a")
    assert contents(spool) == [b"a"]
    spool.release()
    assert list((tmp_path / "spool").iterdir()) == []


def test_only_the_user_can_read_it(make_spool, tmp_path):
    old = os.umask(0)
    try:
        put(make_spool(), b"secret")
    finally:
        os.umask(old)
    everything = [tmp_path / "spool", *(tmp_path / "spool").rglob("*")]
    assert len(everything) == 5
    for path in everything:
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


def test_what_is_left_is_taken_over_once(make_spool):
    first = make_spool()
    put(first, b"a")
    put(first, b"b")
    second, third = make_spool(), make_spool()
    assert second.take_over() == 0, "its owner lives"
    first.release()
    assert second.take_over() == 2
    assert third.take_over() == 0, "another has it"
    entry = second.oldest()
    assert not second.is_own(entry)
    assert contents(second) == [b"a", b"b"]


def test_the_owner_finds_its_own_again(make_spool):
    spool = make_spool()
    put(spool, b"a")
    spool.release()
    assert spool.oldest() is None
    assert spool.take_over() == 1
    assert spool.is_own(spool.oldest())


def test_new_and_taken_over_bodies_go_by_age(make_spool):
    first, second = make_spool(), make_spool()
    put(first, b"1")
    put(second, b"2")
    put(first, b"3")
    first.release()
    second.take_over()
    assert contents(second) == [b"1", b"2", b"3"]


def test_a_process_that_was_killed_leaves_its_bodies_to_the_next(make_spool, tmp_path):
    program = f"""
import os, signal
from spanlog import HandlerConfig
from spanlog._body import Body
from spanlog._spool import Spool
Spool(HandlerConfig(spool_dir={str(tmp_path / "spool")!r})).put(Body(b"left behind", 3))
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", program], timeout=60)
    spool = make_spool()
    assert spool.take_over() == 1
    assert spool.oldest().record_count == 3
    assert contents(spool) == [b"left behind"]


@pytest.mark.parametrize(
    "other",
    [
        {"logs_url": "http://127.0.0.1:4319/v1/logs"},
        {"logs_url": "http://127.0.0.1:4318/other"},
        {"headers": {"authorization": "Bearer other"}},
        {"headers": {"x-tenant": "other"}},
    ],
)
def test_what_was_meant_for_one_collector_and_key_goes_to_no_other(make_spool, other):
    spool = make_spool()
    put(spool, b"a")
    spool.release()
    assert make_spool(**other).take_over() == 0
    assert make_spool().take_over() == 1


def test_the_key_is_nowhere_on_disk(make_spool, tmp_path):
    put(make_spool(headers={"authorization": "Bearer s3cret"}), b"a")
    everything = " ".join(str(path) for path in (tmp_path / "spool").rglob("*"))
    assert "s3cret" not in everything
    assert "127.0.0.1_4318" in everything, "a person is to see where it was meant to go"


def test_a_full_spool_loses_the_oldest_and_says_so(make_spool):
    spool = make_spool(max_spool_bytes=1_000)
    for letter in b"abcd":
        put(spool, bytes([letter]) * 250, record_count=letter)
    entry, lost = spool.put(Body(b"e" * 400, 5))
    assert entry is not None
    assert lost == [(ord("a"), True, "spool_full"), (ord("b"), True, "spool_full")]
    assert [content[:1] for content in contents(spool)] == [b"c", b"d", b"e"]


def test_what_can_never_fit_costs_nothing_else(make_spool):
    spool = make_spool(max_spool_bytes=1_000)
    put(spool, b"a" * 900)
    assert spool.put(Body(b"b" * 1_001, 7)) == (None, [(7, True, "spool_full")])
    assert contents(spool) == [b"a" * 900]


def test_bodies_of_a_living_process_are_never_removed_by_another(make_spool):
    first, second = make_spool(max_spool_bytes=1_000), make_spool(max_spool_bytes=1_000)
    put(first, b"a" * 900)
    assert second.put(Body(b"b" * 200, 1)) == (None, [(1, True, "spool_full")])
    assert contents(first) == [b"a" * 900]


def test_bodies_of_a_dead_process_make_room_and_are_told_apart(make_spool):
    first, second = make_spool(max_spool_bytes=1_000), make_spool(max_spool_bytes=1_000)
    put(first, b"a" * 900, record_count=9)
    first.release()
    entry, lost = second.put(Body(b"b" * 200, 1))
    assert entry is not None
    assert lost == [(9, False, "spool_full")]


def test_bodies_for_a_collector_nobody_comes_for_make_room_too(make_spool, files):
    old = make_spool(max_spool_bytes=1_000, logs_url="http://old:4318/v1/logs")
    put(old, b"a" * 500, record_count=2)
    put(old, b"b" * 400, record_count=3)
    old.release()
    new = make_spool(max_spool_bytes=1_000)
    entry, lost = new.put(Body(b"c" * 200, 1))
    assert entry is not None
    assert lost == [(2, False, "spool_full")]
    assert len(files()) == 2


def test_the_bound_holds_for_all_processes_together(make_spool, files, tmp_path):
    spools = [make_spool(max_spool_bytes=3_000) for _ in range(4)]
    for number in range(40):
        spools[number % 4].put(Body(bytes([number]) * 200, 1))
        for spool in spools:
            spool._survey_time = 0.0  # five seconds later
    assert sum(path.stat().st_size for path in (tmp_path / "spool").rglob("*.otlp")) <= 3_000
    assert files()


@pytest.mark.parametrize("damage", ["cut", "longer", "changed", "gone", "a pipe", "a link", "a folder"])
def test_what_is_not_what_was_written_is_set_aside_and_not_sent(make_spool, tmp_path, damage):
    spool = make_spool()
    entry = put(spool, b"a" * 100)
    put(spool, b"good")
    path = Path(entry.path)
    match damage:
        case "cut":
            path.write_bytes(b"a" * 99)
        case "longer":
            path.write_bytes(b"a" * 101)
        case "changed":
            path.write_bytes(b"a" * 99 + b"b")
        case _:
            path.unlink()
    match damage:
        case "a pipe":
            os.mkfifo(path)
        case "a link":
            (tmp_path / "elsewhere").write_bytes(b"a" * 100)
            path.symlink_to(tmp_path / "elsewhere")
        case "a folder":
            path.mkdir()
    assert spool.oldest() == entry
    assert spool.content(entry) is None
    assert contents(spool) == [b"good"]
    aside = list((tmp_path / "spool" / "set-aside").iterdir())
    assert len(aside) == (0 if damage == "gone" else 1)


@pytest.mark.parametrize("name", ["notes.txt", "1-2-3.otlp", "x-000001-1-00000000.otlp", "1-2-many-00.otlp", "core"])
def test_what_is_no_body_is_set_aside_and_nobody_falls_over_it(make_spool, tmp_path, name):
    spool = make_spool()
    entry = put(spool, b"a")
    (Path(entry.area) / name).write_bytes(b"?")
    spool.release()
    other = make_spool()
    assert other.take_over() == 1
    assert contents(other) == [b"a"]
    assert [path.read_bytes() for path in (tmp_path / "spool" / "set-aside").iterdir()] == [b"?"]


def test_a_write_that_was_cut_short_is_not_taken_for_a_body(make_spool, files):
    spool = make_spool()
    entry = put(spool, b"a")
    (Path(entry.area) / f".{entry.name}").write_bytes(b"half a bo")
    spool.release()
    other = make_spool()
    assert other.take_over() == 1
    assert contents(other) == [b"a"]
    assert files() == []


def test_an_empty_area_of_a_dead_process_is_cleared_away(make_spool, tmp_path):
    spool = make_spool()
    entry = put(spool, b"a")
    spool.release()
    Path(entry.path).unlink()
    other = make_spool()
    assert other.take_over() == 0
    other.release()
    assert list((tmp_path / "spool").iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_cannot_be_written_loses_the_body_and_says_so(make_spool, tmp_path):
    (tmp_path / "spool").mkdir(mode=0o500)
    assert make_spool().put(Body(b"a", 2)) == (None, [(2, True, "spool_unwritable")])


def test_a_file_in_the_place_of_the_directory_loses_the_body_and_says_so(make_spool, tmp_path):
    (tmp_path / "spool").write_text("a file")
    assert make_spool().put(Body(b"a", 2)) == (None, [(2, True, "spool_unwritable")])
    assert make_spool().take_over() == 0


def test_a_full_disk_loses_the_body_and_leaves_nothing_half_written(make_spool, files):
    spool = make_spool()
    put(spool, b"before")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))  # a write beyond fails half way, as on a full disk
    try:
        assert spool.put(Body(b"b" * 2_000, 2)) == (None, [(2, True, "spool_unwritable")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old)
    put(spool, b"after")
    assert len(files()) == 2
    assert files(".*.otlp") == []
    assert contents(spool) == [b"before", b"after"]


def test_a_spool_that_is_removed_under_a_running_program_is_made_anew(make_spool, tmp_path):
    import shutil

    spool = make_spool()
    put(spool, b"a")
    shutil.rmtree(tmp_path / "spool")
    put(spool, b"b")
    assert contents(spool) == [None, b"b"]


def test_a_body_that_is_too_large_is_replaced_by_its_parts_in_its_place(make_spool):
    spool = make_spool()
    entry = put(spool, b"ab", record_count=2)
    put(spool, b"c")
    assert spool.replace(entry, (Body(b"a", 1), Body(b"b", 1)))
    assert contents(spool) == [b"a", b"b", b"c"]


def test_a_forked_child_does_not_keep_its_parents_area(make_spool):
    spool = make_spool()
    put(spool, b"a")
    ready, go = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        spool.reset_after_fork()
        os.write(ready[1], b"x")
        os.read(go[0], 1)
        os._exit(0 if spool.oldest() is None else 1)
    os.read(ready[0], 1)
    spool.release()
    assert make_spool().take_over() == 1, "the child lives and must not hold the lock"
    os.write(go[1], b"x")
    assert os.waitpid(pid, 0)[1] == 0
    for end in (*ready, *go):
        os.close(end)


def test_processes_that_share_a_spool_lose_and_double_nothing(tmp_path):
    # Each writes, gives up, takes over what it finds, and prints what it took away; all at the same time.
    program = f"""
import os, sys
from spanlog import HandlerConfig
from spanlog._body import Body
from spanlog._spool import Spool
spool = Spool(HandlerConfig(spool_dir={str(tmp_path / "spool")!r}))
for number in range(60):
    spool.put(Body(f"{{sys.argv[1]}}-{{number}}".encode(), 1), is_hurried=True)
    if number % 5 == 4:
        spool.release()
        spool.take_over()
        entry = spool.oldest()
        if entry is not None:
            print(spool.content(entry).decode())
            spool.remove(entry)
spool.release()
"""
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(number)], stdout=subprocess.PIPE, text=True)
        for number in range(4)
    ]
    taken = [line for process in running for line in process.communicate(timeout=60)[0].split()]
    assert [process.returncode for process in running] == [0] * 4
    last = Spool(HandlerConfig(spool_dir=str(tmp_path / "spool")))
    last.take_over()
    left = [content.decode() for content in contents(last)]
    last.release()
    assert sorted([*taken, *left]) == sorted(f"{who}-{number}" for who in range(4) for number in range(60))
    assert list((tmp_path / "spool").iterdir()) == []
