"""The routes, one file for what one question is about."""
