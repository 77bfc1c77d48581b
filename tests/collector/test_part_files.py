"""A part is whole when its files are as long as the engine says, in one file or in many."""

import os
import shutil
from pathlib import Path

import pytest

from spanlog_collector.storage import migrate
from spanlog_collector.storage.part_files import is_whole

PARTS = "SELECT path FROM system.parts WHERE active AND database = {database:String} AND table = 'otel_logs'"


@pytest.fixture
def part_of(empty_store, tmp_path):
    """A copy of the files of a part that the engine wrote, in one file or in many."""
    migrate(empty_store)

    def make(*, is_packed: bool) -> Path:
        if not is_packed:
            empty_store.execute("ALTER TABLE otel_logs MODIFY SETTING min_bytes_for_full_part_storage = 0")
        empty_store.insert("otel_logs", ["Body"], [["a message"]])
        (row,) = empty_store.query(PARTS, {"database": empty_store.location.database})
        return Path(shutil.copytree(row["path"], tmp_path / "part"))

    return make


@pytest.mark.parametrize("is_packed", [True, False])
def test_part_as_the_engine_wrote_it_is_whole(part_of, is_packed):
    part = part_of(is_packed=is_packed)
    assert (part / "data.packed").exists() is is_packed
    assert is_whole(part)


def test_part_in_one_file_that_is_cut_anywhere_is_not_whole(part_of):
    part = part_of(is_packed=True)
    archive = part / "data.packed"
    data = archive.read_bytes()
    for length in (0, 1, 5, 12, 40, 200, len(data) // 2, len(data) - 1):
        archive.write_bytes(data[:length])
        assert not is_whole(part), length
    archive.write_bytes(data)
    assert is_whole(part)


def test_archive_of_a_form_that_is_not_known_is_left_to_the_engine(part_of):
    part = part_of(is_packed=True)
    data = (part / "data.packed").read_bytes()
    (part / "data.packed").write_bytes(b"\x07" + data[1:-1])
    assert is_whole(part)


def test_part_in_many_files_of_which_any_is_cut_is_not_whole(part_of):
    part = part_of(is_packed=False)
    for file in sorted(part.iterdir()):
        data = file.read_bytes()
        if not data:
            continue
        # What the account does not name is only known to be not empty.
        os.truncate(file, len(data) - 1 if file.name in {"data.bin", "checksums.txt"} else 0)
        assert not is_whole(part), file.name
        file.write_bytes(data)
    assert is_whole(part)
