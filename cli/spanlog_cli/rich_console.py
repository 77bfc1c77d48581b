"""The console that tables and trees are printed on. Needs the extra ``cli``."""

from rich.console import Console, RenderableType


def print_rich(renderable: RenderableType) -> None:
    """Print on standard output: colours on a terminal only, its width, 80 columns where there is none."""
    # Log text is never markup, and its words are not painted by guesses.
    Console(markup=False, emoji=False, highlight=False).print(renderable)
