"""Shapes → patterns."""

from collections.abc import Collection

from spanlog_patterns.merging import merge
from spanlog_patterns.phrases import tokens_of
from spanlog_patterns.template import Template


def mine_shapes(shapes: Collection[str]) -> dict[str, Template]:
    """Return the template of each shape. The same shapes give the same templates, in whatever order they come.

    Args:
        shapes: What ``Shaper.shape`` gave. More of them are more evidence: a template may change when there are more.
    """
    tokens = {shape: tokens_of(shape) for shape in shapes}
    patterns = merge(set(tokens.values()))
    templates = {pattern: Template.of_tokens(pattern) for pattern in set(patterns.values())}
    return {shape: templates[patterns[tokens[shape]]] for shape in shapes}
