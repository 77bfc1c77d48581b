import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from spanlog_cli.otlp_client import DeliveryError, OtlpClient


@pytest.fixture
def content():
    request = ExportLogsServiceRequest()
    request.resource_logs.add().scope_logs.add().log_records.add().body.string_value = "x"
    return request.SerializeToString()


def test_request_is_otlp_over_http(sink, content):
    with OtlpClient(f"{sink.url}/v1/logs", {"authorization": "Bearer k"}) as client:
        acknowledged = client.send(content)
    assert (acknowledged.rejected_records, sink.paths) == (0, ["/v1/logs"])
    assert sink.bodies == [content]
    assert sink.headers[0]["content-type"] == "application/x-protobuf"
    assert sink.headers[0]["content-encoding"] == "gzip"
    assert sink.headers[0]["authorization"] == "Bearer k"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_retryable_answer_is_tried_again_with_the_same_bytes(sink, content, status):
    waits = []
    sink.statuses.extend([status, (status, [("Retry-After", "0")])])
    with OtlpClient(f"{sink.url}/v1/logs", {}, on_wait=lambda *wait: waits.append(wait)) as client:
        client.send(content)
    assert sink.bodies == [content] * 3
    assert len(waits) == 2
    assert f"answers {status}" in waits[0][0]


def test_retry_after_is_honoured(sink, content):
    waits = []
    sink.statuses.append((503, [("Retry-After", "1")]))
    with OtlpClient(f"{sink.url}/v1/logs", {}, on_wait=lambda *wait: waits.append(wait)) as client:
        client.send(content)
    assert waits[0][1] == 1.0


def test_retry_after_beyond_the_patience_ends_it(sink, content):
    sink.statuses.append((503, [("Retry-After", "3600")]))
    with (
        OtlpClient(f"{sink.url}/v1/logs", {}, retry_seconds=30) as client,
        pytest.raises(DeliveryError, match="answers 503") as raised,
    ):
        client.send(content)
    assert not raised.value.is_mendable
    assert len(sink.bodies) == 1


@pytest.mark.parametrize(
    ("status", "advice"), [(400, "400"), (401, "SPANLOG_API_KEY"), (404, "4318"), (413, "larger"), (500, "500")]
)
def test_other_answers_are_final_and_say_what_to_do(sink, content, status, advice):
    sink.always = status
    with (
        OtlpClient(f"{sink.url}/v1/logs", {}) as client,
        pytest.raises(DeliveryError, match=advice) as raised,
    ):
        client.send(content)
    assert raised.value.is_mendable
    assert len(sink.bodies) == 1


def test_partial_success_is_counted(sink, content):
    sink.rejected = 3
    with OtlpClient(f"{sink.url}/v1/logs", {}) as client:
        assert client.send(content) == (3, "too old")


def test_nobody_there_is_tried_until_the_patience_ends(closed_port, content):
    waits = []
    with (
        OtlpClient(
            f"http://127.0.0.1:{closed_port}/v1/logs", {}, retry_seconds=1, on_wait=lambda *w: waits.append(w)
        ) as client,
        pytest.raises(DeliveryError, match="spanlog up"),
    ):
        client.send(content)
    assert waits


def test_last_try_does_not_wait(closed_port, content):
    waits = []
    with (
        OtlpClient(f"http://127.0.0.1:{closed_port}/v1/logs", {}, on_wait=lambda *w: waits.append(w)) as client,
        pytest.raises(DeliveryError),
    ):
        client.send(content, is_last_try=True)
    assert waits == []
