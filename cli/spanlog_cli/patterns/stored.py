"""``GET /patterns`` for people."""

from collections.abc import Mapping
from typing import Any

import click

from spanlog_cli.displayed_time import date_and_time
from spanlog_cli.patterns.table import Row, print_table


def print_stored(answer: Mapping[str, Any]) -> None:
    """Print the patterns of a period, and those that are gone."""
    items = answer.get("items") or []
    total = answer.get("total", len(items))
    period = f"{date_and_time(answer.get('since'))} to {date_and_time(answer.get('until'))} UTC"
    click.echo(f"{total:,} {'pattern' if total == 1 else 'patterns'}, {period}")
    if items:
        print_table(("count", "", "change", "last seen"), map(_row, items))
    if total > len(items):
        click.echo(f"… and {total - len(items):,} more (--limit)")
    vanished = answer.get("vanished") or []
    if vanished:
        click.echo(f"vanished: {answer.get('vanished_total', len(vanished)):,} that were there in the period before")
        print_table(("count", "", "change", "last seen"), map(_row, vanished))


def _row(item: Mapping[str, Any]) -> Row:
    state = item.get("state")
    change = item.get("change")
    cells = (
        f"{item.get('count', 0):,}",
        state if state in {"new", "vanished"} else "",
        f"{change:.1f}x" if isinstance(change, int | float) else "",
        date_and_time(item.get("last_seen")),
    )
    return Row(cells, str(item.get("template", "")), str(item.get("example", "")))
