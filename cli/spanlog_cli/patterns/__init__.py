"""``spanlog patterns``: what kinds of messages there are, in files and pipes, or in what is stored."""
