"""``spanlog sessions`` and ``spanlog session``."""
