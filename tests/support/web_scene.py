"""Two days of a few agents, for the tests of the web page and for its pictures: the same each time, ending now.

Six agents: one that trades and calls a model in traces, one that fails in a new way since an hour ago, one that fails
all the time, one that has fallen silent, one that is well, and one that only logs by `spanlog.operation`'s habits.
"""

import math
import random
from dataclasses import dataclass

from web_otlp import OtlpSender, SentLog, Value, WebSpan

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

INFO, WARN, ERROR, FATAL, DEBUG = 9, 13, 17, 21, 5

PAIRS = ("ETH/USDC", "BTC/USDC", "SOL/USDC", "ARB/USDC")
FEEDS = ("reuters", "coindesk", "blockworks", "the-block")

TIMEOUT_TRACE = """Traceback (most recent call last):
  File "/srv/agents/lib/python3.12/site-packages/urllib3/connectionpool.py", line 534, in _make_request
    response = conn.getresponse()
  File "/srv/agents/lib/python3.12/site-packages/urllib3/connection.py", line 516, in getresponse
    httplib_response = super().getresponse()
  File "/usr/lib/python3.12/http/client.py", line 1428, in getresponse
    response.begin()
TimeoutError: timed out

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/agents/trader/orders.py", line 88, in place_order
    answer = exchange.submit(order, timeout=5)
  File "/srv/agents/trader/exchange.py", line 41, in submit
    return self._session.post(self._url("orders"), json=order.as_json(), timeout=timeout)
  File "/srv/agents/lib/python3.12/site-packages/requests/sessions.py", line 637, in post
    return self.request("POST", url, data=data, json=json, **kwargs)
  File "/srv/agents/lib/python3.12/site-packages/requests/adapters.py", line 713, in send
    raise ReadTimeout(e, request=request)
requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='api.exchange.example'): Read timed out. (timeout=5)
"""
KEY_TRACE = """Traceback (most recent call last):
  File "/srv/agents/support/inbox.py", line 132, in handle
    reply = answer(ticket, history[ticket.customer_id])
                           ~~~~~~~^^^^^^^^^^^^^^^^^^^^
KeyError: 'cus_8842'
"""
PARSE_TRACE = """Traceback (most recent call last):
  File "/srv/agents/news/reader.py", line 57, in read_feed
    items = parse(body)
  File "/srv/agents/news/feed.py", line 23, in parse
    root = ElementTree.fromstring(body)
  File "/usr/lib/python3.12/xml/etree/ElementTree.py", line 1335, in XML
    parser.feed(text)
xml.etree.ElementTree.ParseError: not well-formed (invalid token): line 1, column 7
"""


@dataclass(frozen=True)
class Scene:
    """What a test may look for."""

    now: int
    records: int
    errors: int
    spans: int
    trace_id: str
    """A trace with spans, records and an error in it."""
    logs_only_trace_id: str
    session: str


def send_scene(endpoint: str, now: int) -> Scene:
    """Send it to the collector at ``endpoint``; ``now`` in nanoseconds since 1970."""
    chance = random.Random(8421)
    logs = [*_steady(chance, now), *_failures(chance, now), *_operation(chance, now)]
    spans: list[WebSpan] = []
    runs = [_run(chance, now - age, index) for index, age in enumerate(_ages(chance, 40, 30 * HOUR))]
    for run_logs, run_spans in runs:
        logs += run_logs
        spans += run_spans
    sender = OtlpSender(endpoint)
    try:
        sender.logs(sorted(logs, key=lambda log: log.time))
        sender.spans(spans)
    finally:
        sender.close()
    failed = next(span for span in spans if span.is_error and not span.parent)
    errors = sum(log.severity >= ERROR for log in logs)
    return Scene(
        now, len(logs), errors, len(spans), failed.trace_id, _hex(16, "operation"), str(failed.attributes["session.id"])
    )


def _ages(chance: random.Random, count: int, longest: int) -> list[int]:
    return sorted(round(chance.random() * longest) + MINUTE for _ in range(count))


def _hex(length: int, seed: str) -> str:
    return random.Random(seed).randbytes(length).hex()


def _steady(chance: random.Random, now: int) -> list[SentLog]:
    """What goes on all day, more by day than by night."""
    logs = []
    for minute in range(0, 24 * 60, 2):
        at = now - minute * MINUTE
        busy = 0.55 + 0.45 * math.sin(minute / (24 * 60) * 2 * math.pi)
        for _ in range(round(busy * 2) + 1):
            pair = chance.choice(PAIRS)
            price = round(chance.uniform(20, 4000), 2)
            logs.append(
                SentLog(
                    "price-watcher", f"{pair} {price} ({chance.uniform(-1, 1):+.2f} %)",
                    at - chance.randrange(MINUTE), attributes={"pair": pair, "price": price},
                )
            )  # fmt: skip
        if minute % 10 == 0:
            feed = chance.choice(FEEDS)
            logs.append(
                SentLog(
                    "news-reader", f"read {chance.randrange(3, 40)} items from {feed}", at - chance.randrange(MINUTE),
                    attributes={"feed": feed, "status": 200},
                )
            )  # fmt: skip
        if minute % 6 == 0:
            logs.append(SentLog("support-bot", f"ticket {chance.randrange(1000, 9999)} answered", at - SECOND))
        # It stopped four hours ago.
        if minute % 16 == 0 and minute > 4 * 60:
            logs.append(SentLog("nightly-batch", f"chunk {minute} of the archive compacted", at, severity=DEBUG))
    logs.extend(
        SentLog("price-watcher", f"quote of {chance.choice(PAIRS)} is {chance.randrange(6, 30)} s old", now - age, WARN)
        for age in _ages(chance, 60, 23 * HOUR)
    )
    return logs


def _failures(chance: random.Random, now: int) -> list[SentLog]:
    logs = []
    for age in _ages(chance, 120, 40 * HOUR):
        feed = chance.choice(FEEDS)
        logs.append(
            SentLog(
                "news-reader", f"cannot read {feed}", now - age, ERROR,
                attributes={**_exception("xml.etree.ElementTree.ParseError", "not well-formed (line 1)", PARSE_TRACE),
                            "feed": feed},
            )
        )  # fmt: skip
    # New since an hour ago, and more of it all the time.
    logs.extend(
        SentLog(
            "support-bot", "ticket cannot be answered", now - age, ERROR,
            attributes=_exception("KeyError", "'cus_8842'", KEY_TRACE) | {"ticket": chance.randrange(1000, 9999)},
        )
        for age in sorted(round(HOUR * chance.random() ** 2) + SECOND for _ in range(34))
    )  # fmt: skip
    logs.extend(
        SentLog(
            "price-watcher", f"no quote for {chance.choice(PAIRS)}: HTTP {chance.choice((502, 503))} after 3 attempts",
            now - age, ERROR,
        )
        for age in _ages(chance, 45, 40 * HOUR)
    )  # fmt: skip
    logs.extend(
        SentLog("nightly-batch", "disk is 97 % full, stopping", now - 4 * HOUR + index * SECOND, FATAL)
        for index in range(2)
    )
    return logs


def _exception(name: str, message: str, stack: str) -> dict[str, Value]:
    return {"exception.type": name, "exception.message": message, "exception.stacktrace": stack}


def _operation(chance: random.Random, now: int) -> list[SentLog]:
    """A trace of log records alone."""
    trace_id = _hex(16, "operation")
    start = now - 10 * MINUTE
    return [
        SentLog(
            "planner", text, start + index * 400_000_000, severity, trace_id,
            attributes={"session.id": "plan-31", "step": index},
        )
        for index, (text, severity) in enumerate(
            [("planning the day", INFO), ("3 tasks found", INFO), ("task 2 has no owner", WARN), ("plan kept", INFO)]
        )
    ]  # fmt: skip


def _run(chance: random.Random, start: int, index: int) -> tuple[list[SentLog], list[WebSpan]]:
    """One run of the trader: it reads the market, asks a model, places an order; every fifth one fails."""
    trace_id = chance.randbytes(16).hex()
    pair = chance.choice(PAIRS)
    session = f"run-{400 - index}"
    fails = index % 5 == 1
    ids = [chance.randbytes(8).hex() for _ in range(6)]
    at = start
    quote = round(chance.uniform(0.05, 0.4) * SECOND)
    think = round(chance.uniform(0.9, 4.5) * SECOND)
    order = 5 * SECOND if fails else round(chance.uniform(0.1, 0.8) * SECOND)
    end = start + quote + think + order + 40_000_000
    own: dict[str, Value] = {"session.id": session, "pair": pair}
    tokens_in, tokens_out = chance.randrange(900, 6000), chance.randrange(80, 700)
    agent = "trader"
    model = {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "example", "gen_ai.request.model": "example-large-2",
        "gen_ai.usage.input_tokens": tokens_in, "gen_ai.usage.output_tokens": tokens_out, **own,
    }  # fmt: skip
    thought = at + quote
    placed = thought + think
    spans = [
        WebSpan(agent, f"decide {pair}", trace_id, ids[0], at, end, "", fails, {**own, "gen_ai.agent.name": agent}),
        WebSpan(agent, "read market", trace_id, ids[1], at + 2_000_000, at + quote, ids[0], attributes=own),
        WebSpan(
            "price-watcher", "GET /quotes", trace_id, ids[2], at + 9_000_000, at + quote - 4_000_000, ids[1],
            attributes={"http.request.method": "GET", "http.response.status_code": 200, **own},
        ),
        WebSpan(agent, "chat example-large-2", trace_id, ids[3], thought, placed, ids[0], attributes=model),
        WebSpan(
            agent, "execute_tool order_book", trace_id, ids[4], thought + think // 3, thought + think // 2, ids[3],
            attributes={"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "order_book", **own},
        ),
        WebSpan(agent, "place order", trace_id, ids[5], placed, placed + order, ids[0], fails, own),
    ]  # fmt: skip
    logs = [
        SentLog(agent, f"deciding on {pair}", at + 1_000_000, INFO, trace_id, ids[0], own),
        SentLog(
            agent, f"model answered with {tokens_out} tokens", placed - 1_000_000, INFO, trace_id, ids[3],
            {**own, "gen_ai.usage.input_tokens": tokens_in, "gen_ai.usage.output_tokens": tokens_out},
        ),
    ]  # fmt: skip
    if fails:
        message = "HTTPSConnectionPool(host='api.exchange.example'): Read timed out. (timeout=5)"
        raised = _exception("requests.exceptions.ReadTimeout", message, TIMEOUT_TRACE)
        logs.append(
            SentLog(
                agent, f"order {7000 + index} for {pair} failed", placed + order, ERROR, trace_id, ids[5],
                {**own, **raised, "order": 7000 + index},
            )
        )  # fmt: skip
    else:
        logs.append(
            SentLog(agent, f"order {7000 + index} for {pair} placed", placed + order, INFO, trace_id, ids[5], own)
        )
    return logs, spans
