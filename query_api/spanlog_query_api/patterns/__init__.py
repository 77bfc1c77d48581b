"""Patterns of messages: shapes that the engine counts, merged."""
