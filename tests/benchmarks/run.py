"""``make bench``: every benchmark, one after the other, in one run. They print; they judge nothing.

Machines are shared and noisy, so look at ratios and at CPU time rather than at wall clocks.
"""

import handler_cost
import ingest_rate
import query_time
import size


def main() -> None:
    """Print all tables."""
    handler_cost.main()
    ingest_rate.main()
    query_time.main()
    size.main()


if __name__ == "__main__":
    main()
