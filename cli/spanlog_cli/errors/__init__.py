"""``spanlog errors``."""
