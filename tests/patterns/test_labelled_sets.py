"""One configuration on eight public log sets that people have labelled. The sets are not part of the project."""

import statistics

import loghub
import pytest

from spanlog_patterns import Shaper, mine_shapes


def grouped(lines):
    shaper = Shaper()
    shapes = [shaper.shape(line) for line in lines]
    templates = mine_shapes(set(shapes))
    return [templates[shape].id for shape in shapes]


@pytest.mark.skipif(not loghub.is_there(), reason=f"the labelled sets are not in {loghub.FOLDER}")
def test_grouping_agrees_with_people():
    found = {}
    for name in loghub.NAMES:
        lines, events = loghub.read_set(name)
        found[name] = loghub.agreement(events, grouped(lines))
    assert statistics.mean(agreement.ga for agreement in found.values()) >= 0.97, found
    assert statistics.mean(agreement.fga for agreement in found.values()) >= 0.93, found


def test_agreement_is_of_exact_groups():
    assert loghub.agreement("aabbc", "11223") == (1.0, 1.0)
    assert loghub.agreement("aabbc", "11233") == (0.4, pytest.approx(1 / 3))
    assert loghub.agreement("aabbc", "11112") == (0.2, pytest.approx(2 * 0.5 * (1 / 3) / (0.5 + 1 / 3)))
    assert loghub.agreement("ab", "11") == (0.0, 0.0)
