"""Messages → patterns, in pure Python: what varies is masked, and shapes that are one pattern are merged."""

from spanlog_patterns.mining import mine_shapes
from spanlog_patterns.shapes import Shaper
from spanlog_patterns.template import Template

__all__ = ["Shaper", "Template", "mine_shapes"]
