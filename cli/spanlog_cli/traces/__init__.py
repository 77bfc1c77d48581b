"""``spanlog traces``."""
