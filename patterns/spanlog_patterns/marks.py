"""The two characters that shapes are written with. Control characters: no log has a use for them."""

from typing import Final

STAR: Final = "\x02"
"""Stands for what varies."""

JOINT: Final = "\x01"
"""Between two tokens with no white space between them."""
