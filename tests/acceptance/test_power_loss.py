"""The power goes in the middle of the load: what was not synced is lost, and nothing that was acknowledged."""

import random

import file_trace
import pytest
from power_loss_run import RecordedRun


@pytest.mark.timeout(240)
def test_power_loss_at_any_moment_loses_and_repeats_nothing(tmp_path):
    run = RecordedRun(tmp_path, file_trace.build(tmp_path), seconds=2.5, records_per_second=2000)
    parts = run.renames_of_parts()
    assert len(parts) >= 4, "the load was too short to be loaded"
    # Between a token and its part, and between a part and whatever else may be late: to the letter of what was synced.
    # Then at random, with a random part of the rest.
    middle = parts[len(parts) // 2]
    begin = max(index for index in parts if index <= middle and run.operations[index].kind == "r")
    moments = [(begin, None), (begin + 3, None)]
    moments += [(random.randrange(len(run.operations)), random.Random()) for _ in range(2)]
    for after, chance in moments:
        verdict = run.lose_power(after, chance)
        assert (verdict.lost, verdict.twice) == ([], {}), (after, verdict.log)
