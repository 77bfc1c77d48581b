from __future__ import annotations

import dataclasses

import pytest

from spanlog import ConfigurationError, HandlerConfig, SpanlogError, SpanlogHandler


def from_env(environ=None, *arguments, **settings):
    return HandlerConfig.from_env(*arguments, environ=environ or {}, **settings)


def test_the_defaults_are_the_documented_ones():
    config = from_env()
    assert config == HandlerConfig(spool_dir=config.spool_dir)
    assert config.logs_url == "http://127.0.0.1:4318/v1/logs"
    assert (config.max_queue_records, config.flush_interval_seconds) == (20_000, 0.25)
    assert (config.retry_seconds, config.shutdown_seconds, config.compression) == (60, 2, "gzip")


@pytest.mark.parametrize(
    ("argument", "environ", "url"),
    [
        ("http://a:1", {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "http://b/x"}, "http://a:1/v1/logs"),
        ("http://a:1/", {}, "http://a:1/v1/logs"),
        ("http://a:1/v1/logs", {}, "http://a:1/v1/logs"),
        ("http://a:1/prefix/", {}, "http://a:1/prefix/v1/logs"),
        (None, {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "http://b/x"}, "http://b/x"),
        (
            None,
            {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "http://b/x", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"},
            "http://b/x",
        ),
        (None, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "SPANLOG_ENDPOINT": "http://d"}, "http://c/v1/logs"),
        (None, {"SPANLOG_ENDPOINT": "https://d:9/"}, "https://d:9/v1/logs"),
        (None, {"SPANLOG_ENDPOINT": ""}, "http://127.0.0.1:4318/v1/logs"),
        ("http://[::1]:4318", {}, "http://[::1]:4318/v1/logs"),
    ],
)
def test_the_endpoint_is_found_in_the_documented_order(argument, environ, url):
    assert from_env(environ, endpoint=argument).logs_url == url


@pytest.mark.parametrize(
    ("argument", "environ", "url"),
    [
        ("http://a:1/v1/logs", {}, "http://a:1/v1/traces"),
        (None, {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://b/x"}, "http://b/x"),
        (None, {"SPANLOG_ENDPOINT": "http://d"}, "http://d/v1/traces"),
    ],
)
def test_spans_have_an_endpoint_beside_the_logs(argument, environ, url):
    assert from_env(environ, endpoint=argument).traces_url == url


def test_the_standard_variables_are_honoured():
    config = from_env(
        {
            "OTEL_EXPORTER_OTLP_HEADERS": "x-tenant=a%20b,authorization=Bearer%20k1",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "3",
            "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
            "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=prod%2Ceu,service.name=from-attributes,bad",
        }
    )
    assert config.headers == {"x-tenant": "a b", "authorization": "Bearer k1"}
    assert (config.timeout_seconds, config.compression) == (3, "none")
    assert config.service_name == "from-attributes"
    assert config.resource_attributes == {"deployment.environment.name": "prod,eu"}


def test_the_service_has_a_variable_of_its_own():
    environ = {"OTEL_SERVICE_NAME": "own", "OTEL_RESOURCE_ATTRIBUTES": "service.name=from-attributes"}
    config = from_env(environ)
    assert config.service_name == "own"
    assert "service.name" not in config.resource_attributes


def test_the_variables_for_logs_go_before_the_common_ones():
    config = from_env(
        {
            "OTEL_EXPORTER_OTLP_LOGS_HEADERS": "a=1",
            "OTEL_EXPORTER_OTLP_HEADERS": "b=2",
            "OTEL_EXPORTER_OTLP_LOGS_TIMEOUT": "1",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "2",
            "OTEL_EXPORTER_OTLP_LOGS_COMPRESSION": "none",
            "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
        }
    )
    assert (config.headers, config.timeout_seconds, config.compression) == ({"a": "1"}, 1, "none")


def test_the_key_is_a_bearer_token_and_the_argument_goes_first():
    environ = {"SPANLOG_API_KEY": "k0"}
    assert from_env(environ).headers == {"authorization": "Bearer k0"}
    environ["OTEL_EXPORTER_OTLP_HEADERS"] = "Authorization=Bearer%20k1"
    assert from_env(environ).headers == {"authorization": "Bearer k1"}
    assert from_env(environ, api_key="k2").headers == {"authorization": "Bearer k2"}


def test_spanlogs_own_variables_are_read():
    config = from_env(
        {
            "SPANLOG_AGENT_ID": "env-agent",
            "SPANLOG_SESSION_KEY": "run-1",
            "SPANLOG_FLUSH_INTERVAL_SECONDS": "0.5",
            "SPANLOG_MAX_QUEUE_RECORDS": "7",
        }
    )
    assert (config.agent_id, config.session_key) == ("env-agent", "run-1")
    assert (config.flush_interval_seconds, config.max_queue_records) == (0.5, 7)


def test_arguments_go_before_variables():
    environ = {"SPANLOG_AGENT_ID": "env", "SPANLOG_RETRY_SECONDS": "5", "OTEL_SERVICE_NAME": "env"}
    config = from_env(environ, "argument", retry_seconds=6, service_name="argument")
    assert (config.agent_id, config.retry_seconds, config.service_name) == ("argument", 6, "argument")


@pytest.mark.parametrize(
    ("settings", "environ", "told"),
    [
        ({"agent_id": ""}, {}, "agent_id is ''"),
        ({"agent_id": "  "}, {}, "agent_id is '  '"),
        ({"agent_id": "x" * 65}, {}, "65 characters: use at most 64"),
        ({"agent_id": 7}, {}, "agent_id is 7"),
        ({"session_key": ""}, {}, "session_key is ''"),
        ({"endpoint": ""}, {}, "endpoint"),
        ({"endpoint": "localhost:4318"}, {}, "not an http or https URL"),
        ({"endpoint": "ftp://a"}, {}, "not an http or https URL"),
        ({"endpoint": "http://"}, {}, "not an http or https URL"),
        ({"endpoint": "http://a:notaport"}, {}, "endpoint is not a URL"),
        ({"endpoint": "http://a:99999"}, {}, "endpoint is not a URL"),
        ({"endpoint": "http://a b"}, {}, "white space"),
        ({"endpoint": "http://a?key=1"}, {}, "holds a query"),
        ({"max_queue_records": -1}, {}, "max_queue_records is -1: give a whole number of at least 1"),
        ({"max_queue_records": 0}, {}, "at least 1"),
        ({"max_queue_bytes": 1.5}, {}, "whole number"),
        ({"max_batch_records": True}, {}, "whole number"),
        ({"flush_interval_seconds": -0.1}, {}, "at least 0"),
        ({"retry_seconds": float("nan")}, {}, "retry_seconds is nan"),
        ({"shutdown_seconds": "2"}, {}, "shutdown_seconds is '2'"),
        ({"timeout_seconds": 0}, {}, "timeout_seconds is 0"),
        ({"compression": "zstd"}, {}, "compression is 'zstd'"),
        ({"headers": {"bad name": "x"}}, {}, "'bad name'"),
        ({"flush_intervall_seconds": 1}, {}, "unknown option 'flush_intervall_seconds'"),
        ({"api_key": ""}, {}, "api_key is empty"),
        ({}, {"SPANLOG_ENDPOINT": "nonsense"}, "SPANLOG_ENDPOINT is 'nonsense'"),
        ({}, {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "nonsense"}, "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"),
        ({}, {"OTEL_EXPORTER_OTLP_TIMEOUT": "soon"}, "OTEL_EXPORTER_OTLP_TIMEOUT is 'soon'"),
        ({}, {"OTEL_EXPORTER_OTLP_COMPRESSION": "lzma"}, "OTEL_EXPORTER_OTLP_COMPRESSION is 'lzma'"),
        ({}, {"SPANLOG_MAX_QUEUE_RECORDS": "many"}, "SPANLOG_MAX_QUEUE_RECORDS is 'many'"),
        ({}, {"SPANLOG_AGENT_ID": "x" * 65}, "at most 64"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_line(settings, environ, told):
    with pytest.raises(ConfigurationError) as raised:
        from_env(environ, **settings)
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)
    assert isinstance(raised.value, (SpanlogError, ValueError))


@pytest.mark.parametrize(
    ("settings", "environ"),
    [
        ({"api_key": "s3cret\nx: y"}, {}),
        ({"api_key": "s3crét"}, {}),
        ({"headers": {"x-key": "s3cret\r\n"}}, {}),
        ({"endpoint": "http://user:s3cret@a"}, {}),
        ({}, {"SPANLOG_ENDPOINT": "http://s3cret@a"}),
    ],
)
def test_a_secret_that_cannot_be_used_is_not_shown(settings, environ):
    with pytest.raises(ConfigurationError) as raised:
        from_env(environ, **settings)
    assert "s3cr" not in str(raised.value)


def test_the_key_is_not_shown_by_the_config():
    assert "s3cret" not in repr(from_env(api_key="s3cret"))


def test_the_config_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        from_env().agent_id = "other"


def test_the_handler_raises_at_construction():
    with pytest.raises(ConfigurationError, match="at most 64"):
        SpanlogHandler("x" * 65)


def test_the_longest_agent_id_is_taken():
    assert from_env(None, "x" * 64).agent_id == "x" * 64


@pytest.mark.parametrize(
    ("environ", "place"),
    [
        ({"HOME": "/home/a"}, "/home/a/.local/share/spanlog/spool"),
        ({"XDG_DATA_HOME": "/data"}, "/data/spanlog/spool"),
        ({"XDG_DATA_HOME": "not/absolute", "HOME": "/home/a"}, "/home/a/.local/share/spanlog/spool"),
        ({"XDG_DATA_HOME": "/data", "SPANLOG_DATA_DIR": "/srv/spanlog"}, "/srv/spanlog/spool"),
        ({"SPANLOG_DATA_DIR": "/srv/spanlog", "SPANLOG_SPOOL_DIR": "/var/spool/spanlog"}, "/var/spool/spanlog"),
        ({"SPANLOG_DATA_DIR": "~/logs", "HOME": "/home/a"}, "/home/a/logs/spool"),
        ({"SPANLOG_SPOOL_DIR": "~/spool", "HOME": "/home/a"}, "/home/a/spool"),
        ({"SPANLOG_SPOOL_DIR": ""}, ""),
    ],
)
def test_the_spool_is_in_the_users_data_directory_unless_told_otherwise(monkeypatch, environ, place):
    if "HOME" in environ:
        monkeypatch.setenv("HOME", environ["HOME"])
    assert from_env(environ).spool_dir == place


def test_the_argument_for_the_spool_goes_first():
    assert from_env({"SPANLOG_SPOOL_DIR": "/var/spool"}, spool_dir="/mine").spool_dir == "/mine"
    assert from_env({"SPANLOG_SPOOL_DIR": "/var/spool"}, spool_dir="").spool_dir == ""
    assert from_env({"SPANLOG_MAX_SPOOL_BYTES": "1000"}).max_spool_bytes == 1_000


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"spool_dir": 7}, "spool_dir is 7"),
        ({"spool_dir": "a\0b"}, "give a path"),
        ({"max_spool_bytes": 0}, "max_spool_bytes is 0"),
    ],
)
def test_a_spool_that_cannot_be_is_told_in_one_line(settings, told):
    with pytest.raises(ConfigurationError, match=told):
        from_env(**settings)
