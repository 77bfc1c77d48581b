"""Live tail: records as they become visible, to many listeners, by one reader."""
