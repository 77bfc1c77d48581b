"""Sessions: runs of agents and conversations, listed, and one on a time line."""
