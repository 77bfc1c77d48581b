"""The web page: one document, its scripts and styles, and nothing from elsewhere."""
