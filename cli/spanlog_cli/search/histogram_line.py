"""Records over time as one line of bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from spanlog_cli.counted import counted
from spanlog_cli.displayed_time import date_and_time

if TYPE_CHECKING:
    from spanlog.query.models import HistogramBar, LogHistogram

BARS: Final = 60

_HEIGHTS: Final = " ▁▂▃▄▅▆▇█"


def histogram_lines(histogram: LogHistogram) -> list[str]:
    """Give the number of records with the period, and the bars: red where there are errors, yellow for warnings."""
    total = histogram["total"]
    period = f"{date_and_time(histogram['since'])} to {date_and_time(histogram['until'])} UTC"
    head = f"{click.style(counted(total, 'record'), bold=True)}, {period}"
    if not total:
        return [head]
    most = max(bar["total"] for bar in histogram["bars"])
    bars = "".join(_bar(bar, most) for bar in histogram["bars"])
    length = click.style(f"(a bar: {_span(histogram['interval_seconds'])})", dim=True)
    return [head, f"{bars}  {length}"]


def _bar(bar: HistogramBar, most: int) -> str:
    # Rounded up: what is there is seen.
    text = _HEIGHTS[-(-bar["total"] * (len(_HEIGHTS) - 1) // most)]
    if bar.get("error") or bar.get("critical"):
        return click.style(text, fg="red")
    return click.style(text, fg="yellow") if bar.get("warn") else text


def _span(seconds: float) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds * 1000:.0f} ms"
