"""The ways in, one module for each protocol: transport only, what happens to a request is ``Ingest``'s."""
