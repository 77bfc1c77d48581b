"""OTLP in; journal; loader; storage. ``server.Collector`` is the whole, ``storage`` is what the query API reads."""
