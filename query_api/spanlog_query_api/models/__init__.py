"""What the API takes and gives, one file for a group of routes."""
