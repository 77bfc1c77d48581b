"""What one line of a log file says of itself: its time, its level, and whether it belongs to the line before."""
