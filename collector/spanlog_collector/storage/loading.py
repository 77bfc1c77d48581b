"""The statement that turns a journal segment into rows: the engine reads the segment itself (ADR 0001)."""

import hashlib
from pathlib import Path
from typing import Final

from spanlog_collector.otlp.description import Signal
from spanlog_collector.otlp.engine import format_settings, structure
from spanlog_collector.storage.statements import quote, statement

_SETTINGS: Final[dict[str, str | int]] = {
    # One thread and one block: the blocks of an insert that is repeated are the blocks of the first try, so the
    # deduplication token drops exactly what was stored.
    "max_threads": 1,
    "max_insert_threads": 1,
    "min_insert_block_size_rows": 0,
    "min_insert_block_size_bytes": 512 * 1024 * 1024,
    # Read in small portions, gathered into that one block: what is nested takes several times its rows' memory.
    "input_format_max_block_size_bytes": 1024 * 1024,
    "async_insert": 0,
    # A segment is read once, in order: mapped, it would stand in our memory as a whole.
    "storage_file_read_method": "pread",
    # There is nothing to optimize in reading one file in order, and looking for it costs 12 ms an insert.
    "query_plan_enable_optimizations": 0,
    "deduplicate_blocks_in_dependent_materialized_views": 1,
    # A batch with timestamps all over the years is unusual, not wrong.
    "max_partitions_per_insert_block": 0,
}


def read_statement(signal: Signal, segment: Path, schema_file: Path) -> str:
    """Return the ``SELECT`` that reads one segment, for an engine that can read its file, and stores nothing."""
    source = f"file({quote(str(segment))}, Protobuf, {quote(structure(signal))})"
    settings = format_settings(signal, schema_file) | {"max_threads": 1, "query_plan_enable_optimizations": 0}
    return (
        statement("read_segment.sql")
        .replace("{source}", source)
        .replace("{settings}", _settings_text(settings))
        .strip()
    )


def _settings_text(settings: dict[str, str | int]) -> str:
    return ", ".join(
        f"{name} = {quote(value) if isinstance(value, str) else value}" for name, value in settings.items()
    )


def load_statement(signal: Signal, segment: Path | None, token: str, schema_file: Path | None = None) -> str:
    """Return the ``INSERT … SELECT`` for one segment.

    Args:
        signal: Logs or traces.
        segment: The segment's file, for an engine that can read it; ``None`` when the bytes follow the statement.
        token: What makes a repeated load of the same segment a no-op.
        schema_file: A file with the text of the schema, for an engine that can read it.
    """
    columns = quote(structure(signal))
    table_function = f"input({columns})" if segment is None else f"file({quote(str(segment))}, Protobuf, {columns})"
    settings = format_settings(signal, schema_file) | _SETTINGS | {"insert_deduplication_token": token}
    segment_high, segment_low = _id_parts(token)
    filled = (
        statement(f"insert/{signal.name}.sql")
        .replace("{lambdas}", statement("insert/lambdas.sql"))
        .replace("{source}", table_function)
        .replace("{settings}", _settings_text(settings))
        .replace("{segment_high}", str(segment_high))
        .replace("{segment_low}", str(segment_low))
    )
    return f"{filled}\nFORMAT Protobuf" if segment is None else filled


def _id_parts(token: str) -> tuple[int, int]:
    """Return what the UUIDv7s of a segment's records have in common, behind their time: version, variant and a hash.

    The lowest 32 bits are left for the record's place.
    """
    digest = int.from_bytes(hashlib.blake2b(token.encode(), digest_size=8).digest())
    return 0x7000 | digest & 0xFFF, 1 << 63 | (digest >> 12 & 0x3FFFFFFF) << 32
