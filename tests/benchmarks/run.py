"""``make bench``: every benchmark, one after the other, in one run. They print; they judge nothing.

Machines are shared and noisy, so look at ratios and at CPU time rather than at wall clocks.
"""

import answer_cost
import freshness
import handler_cost
import ingest_rate
import pattern_grouping
import query_load
import query_time
import size
import standard_collector

import fingerprints


def main() -> None:
    """Print all tables."""
    handler_cost.main()
    ingest_rate.main()
    freshness.main()
    standard_collector.main()
    pattern_grouping.main()
    query_time.main()
    answer_cost.main()
    query_load.main()
    fingerprints.main()
    size.main()


if __name__ == "__main__":
    main()
