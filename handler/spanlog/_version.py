"""The version of the distribution, kept as a constant so that importing spanlog reads no metadata."""

__version__ = "0.1.0"
