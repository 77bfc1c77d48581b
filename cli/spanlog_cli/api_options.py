"""The options of every command that asks the query API."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from spanlog_cli.exceptions import CommandError

_Function = TypeVar("_Function", bound=Callable[..., Any])


def api_options(function: _Function) -> _Function:
    """Add ``--url`` and ``--api-key-file``: the command gets ``url`` and ``api_key``.

    There is no option that takes the key itself: command lines end up in process lists and histories.
    """
    return click.option(
        "--url",
        envvar="SPANLOG_URL",
        default="http://127.0.0.1:8421",
        show_default=True,
        show_envvar=True,
        help="The query API.",
    )(api_key_option(function))


def api_key_option(function: _Function) -> _Function:
    """Add ``--api-key-file``: the command gets ``api_key``."""
    return click.option(
        "--api-key-file",
        "api_key",
        metavar="FILE",
        callback=_api_key,
        help="File that holds the key. Without it the key is taken from SPANLOG_API_KEY.",
    )(function)


def _api_key(ctx: click.Context, _parameter: click.Parameter, path: str | None) -> str | None:
    return read_api_key(path) if not ctx.resilient_parsing else None


def read_api_key(path: str | None) -> str | None:
    """Give the key from the file, or else from ``SPANLOG_API_KEY``; None where there is none.

    Raises:
        CommandError: the file cannot be read or is empty, or the key holds what no header can carry.
    """
    if path is None:
        key, origin = os.environ.get("SPANLOG_API_KEY", "").strip(), "SPANLOG_API_KEY"
    else:
        try:
            key, origin = Path(path).read_text(encoding="utf-8").strip(), path
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise CommandError(f"cannot read the key file {path}: {reason}") from None
        if not key:
            raise CommandError(f"the key file {path} is empty: put the key into it")
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise CommandError(f"the key in {origin} holds characters that cannot be sent: use printable ASCII")
    return key or None
