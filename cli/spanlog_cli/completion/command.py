"""``spanlog completion``."""

from typing import Final

import click
from click.shell_completion import get_completion_class

COMPLETE_VARIABLE: Final = "_SPANLOG_COMPLETE"
_SHELLS: Final = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that makes SHELL complete commands, options and values.

    \b
      bash:  source <(spanlog completion bash)                   in ~/.bashrc
      zsh:   source <(spanlog completion zsh)                    in ~/.zshrc, after compinit
      fish:  spanlog completion fish > ~/.config/fish/completions/spanlog.fish

    Agents, sessions, traces and error groups are asked of the API at SPANLOG_URL, for a second at most.
    """  # noqa: D301 - click's own mark is the character
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click has these three
    click.echo(kind(ctx.find_root().command, {}, "spanlog", COMPLETE_VARIABLE).source())
