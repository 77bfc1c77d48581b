"""``spanlog search``."""
