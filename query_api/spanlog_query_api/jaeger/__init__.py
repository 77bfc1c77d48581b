"""Jaeger's query API, v1 and v3, over the stored spans."""
