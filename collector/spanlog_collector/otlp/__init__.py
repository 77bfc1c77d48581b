"""OTLP as spanlog takes it: one description of the messages, and what is made from it."""
