"""Traces: a list of them, and each as a tree of spans and records."""
