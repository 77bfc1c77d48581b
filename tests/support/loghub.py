"""The labelled public log sets, where they lie beside the checkout, and how well a grouping of their lines agrees.

Measures as in the LogPAI benchmark (Jiang et al., "A Large-Scale Evaluation for Log Parsing Techniques", ISSTA 2024):
a group that was found is right when it holds exactly the lines of one true event. Grouping accuracy (GA) is the share
of lines in right groups. The F1 of group accuracy (FGA) is the harmonic mean of the share of found groups that are
right and the share of true events whose group is: each event counts the same, however few its lines are.
"""

import csv
import os
from collections import defaultdict
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import NamedTuple

NAMES = ("Apache", "HPC", "Hadoop", "OpenSSH", "Spark", "Windows", "Proxifier", "Android")
FOLDER = Path(os.environ.get("LOGHUB_DIR") or Path(__file__).parents[3] / "shared" / "loghub")


class LabelledLines(NamedTuple):
    """One set."""

    lines: list[str]
    events: list[str]


class Agreement(NamedTuple):
    """How well a grouping agrees with the labels, each from 0 to 1."""

    ga: float
    fga: float


def is_there() -> bool:
    return all((FOLDER / f"{name}.csv").is_file() for name in NAMES)


def read_set(name: str) -> LabelledLines:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8", errors="replace") as file:
        rows = list(csv.DictReader(file))
    return LabelledLines([row["Content"] for row in rows], [row["EventId"] for row in rows])


def agreement(events: Sequence[Hashable], groups: Sequence[Hashable]) -> Agreement:
    """Compare what each line is labelled with the group it was put in."""
    true, found = _line_sets(events), _line_sets(groups)
    right = true & found
    if not right:
        return Agreement(0.0, 0.0)
    precision, recall = len(right) / len(found), len(right) / len(true)
    return Agreement(sum(map(len, right)) / len(events), 2 * precision * recall / (precision + recall))


def _line_sets(labels: Sequence[Hashable]) -> set[tuple[int, ...]]:
    lines = defaultdict(list)
    for number, label in enumerate(labels):
        lines[label].append(number)
    return {tuple(numbers) for numbers in lines.values()}
