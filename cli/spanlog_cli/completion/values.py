"""Values of options that only the API knows, for completion: quickly, or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from click.shell_completion import CompletionItem

from spanlog_cli.api_options import read_api_key
from spanlog_cli.exceptions import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click

    from spanlog.query.client import QueryClient

TIMEOUT_SECONDS: Final = 1.0
"""Somebody has pressed a key and waits."""

MAX_ITEMS: Final = 200
_RECENT: Final = 100


def _completer(values: Callable[[QueryClient], Iterable[tuple[str, str]]]) -> Any:
    def complete(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        # A shell that completes has no place for messages: whatever goes wrong, there is nothing to offer.
        try:
            from spanlog_cli.asking import asking  # noqa: PLC0415 - brings an HTTP client

            with asking(_url(ctx), read_api_key(None), timeout_seconds=TIMEOUT_SECONDS) as client:
                found = [(value, told) for value, told in values(client) if value.startswith(incomplete)]
        except (CommandError, ImportError, LookupError, OSError, TypeError, ValueError):
            return []
        return [CompletionItem(value, help=told or None) for value, told in found[:MAX_ITEMS] if _is_plain(value)]

    return complete


def _url(ctx: click.Context) -> str:
    given = ctx.params.get("url")
    return given if isinstance(given, str) else os.environ.get("SPANLOG_URL") or "http://127.0.0.1:8421"


def _is_plain(value: str) -> bool:
    """Tell whether a shell takes the value as it is: what is not is typed, and quoted, by hand."""
    return value.isprintable() and not any(character in " \t'\"\\$`!&|;<>()*?[]{}~#:," for character in value)


agent_ids = _completer(lambda client: ((agent["agent_id"], "") for agent in client.get_agents()))
session_keys = _completer(
    lambda client: (
        (session["session_key"], ", ".join(session["agents"][:3]))
        for session in client.get_sessions(limit=_RECENT)["items"]
    )
)
trace_ids = _completer(
    lambda client: ((trace["trace_id"], trace["root_name"][:60]) for trace in client.get_traces(limit=_RECENT)["items"])
)
fingerprints = _completer(
    lambda client: ((group["fingerprint"], group["title"][:60]) for group in client.get_errors(limit=_RECENT)["items"])
)
