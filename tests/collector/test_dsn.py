"""DSNs are read, passwords are not shown, and mistakes are told with examples."""

from pathlib import Path

import pytest

from spanlog_collector.storage import InvalidDsnError, StoreUnavailableError, open_store, parse_dsn


def test_embedded_store():
    location = parse_dsn("chdb:///var/lib/with%20space/store")
    assert (location.kind, location.path, location.database) == ("chdb", Path("/var/lib/with space/store"), "otel")


def test_server_and_its_password_which_is_not_shown():
    location = parse_dsn("clickhouse://me:s3cret@db.example:8443/logs?secure=true")
    assert (location.kind, location.path, location.database) == ("clickhouse", None, "logs")
    assert location.display == "clickhouse://me@db.example:8443/logs"
    assert parse_dsn("clickhouse://db").database == "otel"


@pytest.mark.parametrize(
    "dsn",
    ["", "store", "chdb://", "chdb:///", "chdb://relative/x", "clickhouse:///otel", "clickhouse://h:x", "postgres://h"],
)
def test_mistakes_are_told_with_examples(dsn):
    with pytest.raises(InvalidDsnError, match="use chdb:///absolute/path for the embedded engine or clickhouse://"):
        parse_dsn(dsn)


def test_server_that_is_not_there_is_told_in_one_line():
    with pytest.raises(StoreUnavailableError) as refused:
        open_store("clickhouse://me:s3cret@127.0.0.1:1/otel")
    assert str(refused.value) == (
        "the store clickhouse://me@127.0.0.1:1/otel does not answer (connection refused); "
        "start it, or check SPANLOG_DSN"
    )
