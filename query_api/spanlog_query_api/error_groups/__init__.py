"""Error groups: what broke, how often, how it stands, and what people did about it."""
