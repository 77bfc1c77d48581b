"""Traces that are hard to show: 10,000 spans, clocks that differ, spans that were lost, names that are markup."""

import random
from dataclasses import dataclass
from typing import Final

from web_otlp import OtlpSender, SentLog, WebSpan

MILLISECOND: Final = 1_000_000
ERROR: Final = 17
MOST_NODES: Final = 10_000

HOSTILE: Final = (
    '<img src=x onerror="window.broken = true">',
    "</script><script>window.broken = true</script>",
    "javascript:window.broken = true",
    "\u202egnirts a\u202c after",
    "long " * 40_000,
)

NEEDLE: Final = "needle"


@dataclass(frozen=True)
class HardTraces:
    """Their ids."""

    big: str
    skewed: str
    hostile: str
    linked: str


def send_hard_traces(endpoint: str, now: int) -> HardTraces:
    """Send them to the collector at ``endpoint``; ``now`` in nanoseconds since 1970."""
    sender = OtlpSender(endpoint)
    try:
        ids = HardTraces(*(random.Random(name).randbytes(16).hex() for name in ("big", "skewed", "hostile", "linked")))
        sender.spans(_big(ids.big, now))
        spans, logs = _skewed(ids.skewed, now)
        for more_spans, more_logs in (_hostile(ids.hostile, now), _linked(ids.linked, ids.big, now)):
            spans += more_spans
            logs += more_logs
        sender.spans(spans)
        sender.logs(logs)
    finally:
        sender.close()
    return ids


def _big(trace_id: str, now: int) -> list[WebSpan]:
    """A crawl of as many spans as are shown: 100 pages of 99 steps; every 1,000th failed, and one is a needle."""
    chance = random.Random(8421)
    start = now - 120_000 * MILLISECOND
    spans = [WebSpan("crawler", "crawl", trace_id, f"{1:016x}", start, start + 100_000 * MILLISECOND)]
    number = 1
    for page in range(100):
        at = start + page * 990 * MILLISECOND
        number += 1
        above = f"{number:016x}"
        spans.append(WebSpan("crawler", f"page {page}", trace_id, above, at, at + 980 * MILLISECOND, f"{1:016x}"))
        for step in range(99 if page < 99 else 98):
            number += 1
            began = at + step * 9 * MILLISECOND
            name = NEEDLE if (page, step) == (73, 40) else ("fetch", "parse", "store")[step % 3]
            agent = ("crawler", "parser", "store")[step % 3]
            ended = began + chance.randrange(1, 9) * MILLISECOND
            spans.append(
                WebSpan(
                    agent, name, trace_id, f"{number:016x}", began, ended, above, number % 1000 == 0, {"step": step}
                )
            )
    assert len(spans) == MOST_NODES
    return spans


def _skewed(trace_id: str, now: int) -> tuple[list[WebSpan], list[SentLog]]:
    """A child whose clock is early, one that begins after its parent ended, one without its parent, a lost span."""
    start = now - 60_000 * MILLISECOND
    ids = [f"{0xA0 + number:016x}" for number in range(6)]

    def span(agent: str, name: str, own: str, begin: int, end: int, parent: str = "") -> WebSpan:
        return WebSpan(agent, name, trace_id, own, start + begin * MILLISECOND, start + end * MILLISECOND, parent)

    spans = [
        span("gateway", "GET /orders", ids[0], 100, 400),
        span("orders", "clock is early", ids[1], 20, 90, ids[0]),
        span("orders", "left running", ids[2], 450, 700, ids[0]),
        span("billing", "parent was lost", ids[3], 200, 300, ids[4]),
    ]
    logs = [
        SentLog("billing", "who called me?", start + 250 * MILLISECOND, ERROR, trace_id, ids[5]),
        SentLog("gateway", "answered", start + 390 * MILLISECOND, 9, trace_id, ids[0]),
    ]
    return spans, logs


def _hostile(trace_id: str, now: int) -> tuple[list[WebSpan], list[SentLog]]:
    start = now - 50_000 * MILLISECOND
    spans, logs, parent = [], [], ""
    for number, text in enumerate(HOSTILE):
        own = f"{0xB0 + number:016x}"
        at = start + number * MILLISECOND
        attributes = {text[:100]: text, "session.id": text[:60]}
        spans.append(
            WebSpan(text[:60], text, trace_id, own, at, start + 99 * MILLISECOND, parent, attributes=attributes,
                    events=[(at, text, {text[:50]: text})])
        )  # fmt: skip
        logs.append(SentLog(text[:60], text, at, 9, trace_id, own, dict(attributes)))
        parent = own
    return spans, logs


def _linked(trace_id: str, other: str, now: int) -> tuple[list[WebSpan], list[SentLog]]:
    """A batch that names the spans it works off, and calls a model that reports what it used."""
    start = now - 40_000 * MILLISECOND
    ids = [f"{0xC0 + number:016x}" for number in range(3)]
    used = {
        "gen_ai.operation.name": "chat", "gen_ai.request.model": "example-large-2",
        "gen_ai.usage.input_tokens": 12_000, "gen_ai.usage.output_tokens": 340, "gen_ai.usage.cost": 0.0475,
        "session.id": "batch-7",
    }  # fmt: skip
    raised = {
        "exception.type": "ValueError", "exception.message": "no such row",
        "exception.stacktrace": 'Traceback (most recent call last):\n  File "/srv/batch/run.py", line 7, in run\n'
        "    row = rows[key]\nValueError: no such row",
    }  # fmt: skip
    end = start + 900 * MILLISECOND
    return [
        WebSpan("batch", "work off", trace_id, ids[0], start, end, links=[(other, f"{2:016x}")],
                attributes={"session.id": "batch-7", "queue": "mail"},
                events=[(start + 5 * MILLISECOND, "exception", dict(raised))]),
        WebSpan("batch", "chat example-large-2", trace_id, ids[1], start + 10 * MILLISECOND, end, ids[0],
                attributes=dict(used)),
    ], [SentLog("batch", "row 7 is gone", start + 20 * MILLISECOND, ERROR, trace_id, ids[0],
                {"session.id": "batch-7", **raised})]  # fmt: skip
