"""Killed at every file operation of recovery, split, quarantine and advance: each message ends in one place, once."""

import json
import subprocess
import sys
from pathlib import Path

SUPPORT = Path(__file__).parents[1] / "support"


def test_kill_at_every_file_operation_of_a_recovery_leaves_each_message_in_one_place(memory_path):
    done = subprocess.run(
        [sys.executable, SUPPORT / "crash_at_every_step.py", memory_path], capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stderr
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    for outcome in outcomes:
        step = outcome["step"]
        assert outcome["missing"] == [], step
        assert outcome["stored"] == 30, step
        reasons = [reason.split()[0] for _, reason in outcome["set_aside"]]
        assert sorted(reasons) == ["poison", "the", "the"], step
        assert outcome["left"] == [], step
    assert sum(outcome["was_killed"] for outcome in outcomes) > 30
    # Each kind of operation was struck until there was no other.
    assert sum(not outcome["was_killed"] for outcome in outcomes) == 3
