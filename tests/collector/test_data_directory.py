"""One process owns a data directory, and the next one is told who."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from spanlog_collector.data_directory import DataDirectory
from spanlog_collector.exceptions import DataDirectoryError

OWNER = """
import sys
from pathlib import Path
from spanlog_collector.data_directory import DataDirectory
DataDirectory(Path(sys.argv[1])).acquire()
print("owned", flush=True)
sys.stdin.read()
"""


def test_directory_of_a_running_process_is_refused_until_it_is_killed(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout.readline() == "owned\n"
        with pytest.raises(
            DataDirectoryError, match=rf"in use by a running spanlog \(process {owner.pid}\).*--data-dir"
        ):
            DataDirectory(tmp_path).acquire()
        owner.kill()
    mine = DataDirectory(tmp_path)
    mine.acquire()
    assert mine.lock_file.read_text() == f"{os.getpid()}\n"
    mine.release()


def test_directory_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataDirectoryError, match=r"cannot be written \(Not a directory\); choose another"):
        DataDirectory(tmp_path / "file" / "below").acquire()


def test_home_is_expanded():
    assert DataDirectory(Path("~/x")).path == Path.home() / "x"
