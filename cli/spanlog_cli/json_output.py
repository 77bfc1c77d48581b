"""Answers for programs: JSON that no terminal can stumble over."""

import json
from typing import Any

import click


def print_json(value: Any, *, is_compact: bool = False) -> None:
    """Print a value as JSON: indented, or on one line.

    Everything beyond ASCII is escaped: the same JSON for a program, whatever the encoding of its input, and
    harmless where it ends up on a screen.
    """
    click.echo(json.dumps(value) if is_compact else json.dumps(value, indent=2))
