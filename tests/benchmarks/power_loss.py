"""The power goes at many moments of one run under load: what was lost, what was stored twice."""

import argparse
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import file_trace
from power_loss_run import RecordedRun


def main() -> None:
    """Print how many moments of each kind were tried, and the verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--records-per-second", type=float, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="spanlog-bench-") as name:
        folder = Path(name)
        run = RecordedRun(
            folder,
            file_trace.build(folder),
            seconds=options.seconds,
            records_per_second=options.records_per_second,
        )
        print(f"\nPower loss at {options.moments} moments of a run of {len(run.operations):,} file operations")
        # A third each: at the steps of an insert, to the letter of what was synced; anywhere, to the letter; anywhere,
        # with a random part of what was not synced.
        everywhere = range(len(run.operations) + 1)
        third = options.moments // 3
        steps = random.sample(run.renames_of_parts(), min(third, len(run.renames_of_parts())))
        kinds = {
            "at a step of an insert, only what was synced": [(after, None) for after in steps],
            "anywhere, only what was synced": [(random.choice(everywhere), None) for _ in range(third)],
            "anywhere, and a random part of the rest": [
                (random.choice(everywhere), random.Random()) for _ in range(third)
            ],
        }
        is_bad = False
        for kind, moments in kinds.items():
            verdicts = [run.lose_power(after, chance) for after, chance in moments]
            lost = sum(len(verdict.lost) for verdict in verdicts)
            twice = sum(len(verdict.twice) for verdict in verdicts)
            acknowledged = sum(verdict.acknowledged for verdict in verdicts)
            print(f"{len(moments):4} {kind}: {acknowledged:,} acknowledged, {lost} lost, {twice} twice", flush=True)
            is_bad = is_bad or bool(lost or twice)
    if is_bad:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
