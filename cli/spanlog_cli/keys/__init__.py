"""``spanlog keys``."""
