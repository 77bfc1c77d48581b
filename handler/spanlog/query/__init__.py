"""Questions to the query API: clients, and the types of what it takes and gives. See ``QueryClient``."""
