"""Plans a trip in steps. No tracing is set up: spanlog.operation() alone makes the hierarchy.

Every operation is logged with its start, its end, how long it took and how it ended, and everything logged
inside hangs under it. One supplier's price is no number, so that step fails each time it is tried.
"""

import logging
import time

import spanlog

logging.getLogger().addHandler(spanlog.SpanlogHandler(agent_id="planner"))
logging.getLogger().setLevel(logging.INFO)

logger = logging.getLogger("planner")

OFFERS = {
    "train": [("Basel", "41.80"), ("Bern", "23.00")],
    "hotel": [("Aare", "118.00"), ("Kreuz", "on request")],
}


@spanlog.operation("compare offers")
def compare(kind):
    prices = {}
    for name, price in OFFERS[kind]:
        logger.info("offer of %s: %s", name, price, extra={"kind": kind, "offer": name})
        prices[name] = float(price)
        time.sleep(0.02)
    return min(prices, key=prices.get)


def choose(kind, attempts=3):
    for attempt in range(1, attempts + 1):
        try:
            return compare(kind)
        except ValueError as error:
            logger.warning("attempt %d of %d: %s", attempt, attempts, error, extra={"category": "retry"})
            time.sleep(0.05 * attempt)
    logger.error("gave up on the %s after %d attempts", kind, attempts, extra={"category": "plan"})
    return None


def main():
    with spanlog.operation("plan trip", session_key="trip-1", travellers=2) as trip:
        logger.info("planning a trip to %s", "Bern", extra={"session_key": "trip-1"})
        with spanlog.operation("gather"):
            chosen = {kind: choose(kind) for kind in OFFERS}
        with spanlog.operation("write itinerary"):
            time.sleep(0.1)
            logger.info("itinerary: %s", chosen, extra={"session_key": "trip-1", "metadata": chosen})
    print(f"spanlog trace {trip.trace_id}")


if __name__ == "__main__":
    main()
