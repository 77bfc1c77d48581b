"""Which protocol, and where to: beside test_config, which has the rules for OTLP/HTTP."""

from __future__ import annotations

import pytest

import spanlog
from spanlog import HandlerConfig


def protocols(environ, **options):
    config = HandlerConfig.from_env(environ=environ, **options)
    return config.protocol, config.traces_protocol


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ("http/protobuf", "http/protobuf")),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, ("grpc", "grpc")),
        ({"OTEL_EXPORTER_OTLP_LOGS_PROTOCOL": "grpc"}, ("grpc", "http/protobuf")),
        ({"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc"}, ("http/protobuf", "grpc")),
        (
            {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL": "http/protobuf"},
            ("http/protobuf", "grpc"),
        ),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": " "}, ("http/protobuf", "http/protobuf")),
    ],
)
def test_the_protocol_is_found_in_the_order_of_the_specification(environ, expected):
    assert protocols(environ) == expected


def test_the_argument_goes_before_the_variables_and_is_for_both():
    assert protocols({"OTEL_EXPORTER_OTLP_LOGS_PROTOCOL": "http/protobuf"}, protocol="grpc") == ("grpc", "grpc")
    assert protocols({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, protocol="http/protobuf") == ("http/protobuf",) * 2


@pytest.mark.parametrize(
    ("settings", "environ"),
    [
        ({"protocol": "http/json"}, {}),
        ({}, {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"}),
        ({}, {"OTEL_EXPORTER_OTLP_LOGS_PROTOCOL": "GRPC2"}),
    ],
)
def test_a_protocol_that_is_not_spoken_is_told(settings, environ):
    with pytest.raises(spanlog.ConfigurationError, match='use "http/protobuf" or "grpc"'):
        HandlerConfig.from_env(environ=environ, **settings)


@pytest.mark.parametrize(
    ("endpoint", "environ", "url"),
    [
        (None, {}, "http://127.0.0.1:4317"),
        ("http://logs:4317", {}, "http://logs:4317"),
        ("http://logs:4317/", {}, "http://logs:4317"),
        ("https://logs:4317/v1/logs", {}, "https://logs:4317"),
        (None, {"SPANLOG_ENDPOINT": "http://logs:4317"}, "http://logs:4317"),
        (None, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://logs:4317/"}, "http://logs:4317"),
        (None, {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "http://logs:4317"}, "http://logs:4317"),
    ],
)
def test_a_grpc_endpoint_has_no_path_and_a_port_of_its_own(endpoint, environ, url):
    assert HandlerConfig.from_env(endpoint=endpoint, environ=environ, protocol="grpc").logs_url == url


def test_each_signal_has_the_default_of_its_protocol():
    config = HandlerConfig.from_env(environ={"OTEL_EXPORTER_OTLP_LOGS_PROTOCOL": "grpc"})
    assert (config.logs_url, config.traces_url) == ("http://127.0.0.1:4317", "http://127.0.0.1:4318/v1/traces")
