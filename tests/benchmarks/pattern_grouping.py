"""How well lines are grouped, and how fast: on the labelled public log sets, beside drain3 where it is installed."""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import loghub

from spanlog_patterns import Shaper, mine_shapes

try:
    from drain3 import TemplateMiner
    from drain3.masking import MaskingInstruction
    from drain3.template_miner_config import TemplateMinerConfig
except ImportError:
    TemplateMiner = None

# What drain3's own examples mask: numbers, IPv4 addresses, hexadecimal.
DRAIN_MASKS = (
    (r"((?<=[^A-Za-z0-9])|^)(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})((?=[^A-Za-z0-9])|$)", "IP"),
    (r"((?<=[^A-Za-z0-9])|^)(0x[a-f0-9A-F]+)((?=[^A-Za-z0-9])|$)", "HEX"),
    (r"((?<=[^A-Za-z0-9])|^)([\-\+]?\d+)((?=[^A-Za-z0-9])|$)", "NUM"),
)
FAST_COPIES = 20

Grouping = Callable[[Sequence[str]], list[object]]


def main() -> None:
    """Print the table."""
    print("\nPatterns: agreement with the labels of eight log sets of 2,000 lines (GA, FGA), lines a CPU second")
    if not loghub.is_there():
        print(f"the sets are not in {loghub.FOLDER}; LOGHUB_DIR says where else")
        return
    ways: dict[str, Grouping] = {"spanlog": grouped_by_spanlog}
    if TemplateMiner is not None:
        ways |= {"drain3": grouped_by_drain, "drain3, masks": grouped_by_masked_drain}
    print(f"{'':12}" + "".join(f"{name:>26}" for name in ways))
    means: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ways}
    for set_name in loghub.NAMES:
        lines, events = loghub.read_set(set_name)
        cells = []
        for name, way in ways.items():
            began = time.process_time()
            groups = way(lines)
            took = time.process_time() - began
            ga, fga = loghub.agreement(events, groups)
            means[name].append((ga, fga, len(lines) / took))
            cells.append(cell(*means[name][-1]))
        print(f"{set_name:12}" + "".join(cells), flush=True)
    print(f"{'mean':12}" + "".join(cell(*map(statistics.mean, zip(*of, strict=True))) for of in means.values()))
    lines = [line for name in loghub.NAMES for line in loghub.read_set(name).lines] * FAST_COPIES
    began = time.process_time()
    grouped_by_spanlog(lines)
    print(f"all in one log, {len(lines):,} lines: {len(lines) / (time.process_time() - began):,.0f} lines a CPU second")


def cell(ga: float, fga: float, rate: float) -> str:
    """One way's figures for one set."""
    return f"{ga:10.3f} {fga:6.3f} {rate:8,.0f}"


def grouped_by_spanlog(lines: Sequence[str]) -> list[object]:
    """Group as ``spanlog patterns`` does."""
    shaper = Shaper()
    shapes = [shaper.shape(line) for line in lines]
    templates = mine_shapes(set(shapes))
    return [templates[shape].id for shape in shapes]


def grouped_by_drain(lines: Sequence[str]) -> list[object]:
    """Group as drain3 does as it comes."""
    miner = TemplateMiner(config=TemplateMinerConfig())
    return [miner.add_log_message(line)["cluster_id"] for line in lines]


def grouped_by_masked_drain(lines: Sequence[str]) -> list[object]:
    """Group as drain3 does with its usual masks."""
    config = TemplateMinerConfig()
    config.masking_instructions = [MaskingInstruction(pattern, name) for pattern, name in DRAIN_MASKS]
    miner = TemplateMiner(config=config)
    return [miner.add_log_message(line)["cluster_id"] for line in lines]


if __name__ == "__main__":
    main()
