"""A shop with bugs, each in one function. See ../../../make_set.py for what the lines with #@ mean."""
