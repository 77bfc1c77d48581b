"""What spanlog raises.

SpanlogError
└── ConfigurationError (also a ValueError)

Nothing is raised because a collector is slow, full or not running: that is counted in
``SpanlogHandler.stats()`` and told on standard error.
"""


class SpanlogError(Exception):
    """Base of everything spanlog raises on purpose."""


class ConfigurationError(SpanlogError, ValueError):
    """A setting that cannot be used. The message is one line and says what to do."""
