"""The command line ``spanlog``: importing this package imports nothing."""
