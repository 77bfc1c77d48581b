"""Completion for shells: the script, and values from the API."""
