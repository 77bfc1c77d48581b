"""The journal: requests on disk, byte for byte, before they are acknowledged (ADR 0002)."""
