"""What may be in memory of requests at once."""

import gc
import types

import grpc
import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2_grpc import LogsServiceStub
from running_collector import RunningCollector
from segments import log_request

from spanlog_collector.exceptions import OverloadedError
from spanlog_collector.journal.limits import JournalLimits
from spanlog_collector.receivers.arrivals import SMALL_BYTES, Arrivals

MEBIBYTE = 1024 * 1024


def test_large_requests_together_stay_below_the_bound():
    arrivals = Arrivals(10 * MEBIBYTE)
    first, _ = arrivals.begin(4 * MEBIBYTE), arrivals.begin(6 * MEBIBYTE)
    with pytest.raises(OverloadedError):
        arrivals.begin(MEBIBYTE)
    first.close()
    arrivals.begin(4 * MEBIBYTE)
    assert arrivals.held_bytes == 10 * MEBIBYTE


def test_one_larger_than_the_bound_comes_alone():
    arrivals = Arrivals(10 * MEBIBYTE)
    alone = arrivals.begin(50 * MEBIBYTE)
    with pytest.raises(OverloadedError):
        arrivals.begin(MEBIBYTE)
    alone.close()
    assert arrivals.held_bytes == 0


def test_small_requests_have_room_while_large_ones_take_all_of_theirs():
    arrivals = Arrivals(10 * MEBIBYTE)
    arrivals.begin(50 * MEBIBYTE)
    small = [arrivals.begin(SMALL_BYTES) for _ in range(64)]
    with pytest.raises(OverloadedError):
        arrivals.begin(1)
    for request in small:
        request.close()
    assert arrivals.held_bytes == 50 * MEBIBYTE


def test_what_was_announced_is_not_counted_again_when_it_comes():
    arrivals = Arrivals(10 * MEBIBYTE)
    arrival = arrivals.begin(8 * MEBIBYTE)
    for _ in range(8):
        arrival.add(MEBIBYTE)
    assert (arrival.came_bytes, arrivals.held_bytes) == (8 * MEBIBYTE, 8 * MEBIBYTE)


def test_of_those_that_grow_one_at_a_time_goes_beyond_the_bound():
    """As compressed ones do: what they announce is a fraction of what they are."""
    arrivals = Arrivals(10 * MEBIBYTE)
    one, other = arrivals.begin(MEBIBYTE), arrivals.begin(100)
    one.add(30 * MEBIBYTE)
    with pytest.raises(OverloadedError):
        other.add(MEBIBYTE)
    other.close()
    one.add(30 * MEBIBYTE)
    one.close()
    assert arrivals.held_bytes == 0
    arrivals.begin(100).add(20 * MEBIBYTE)
    assert arrivals.held_bytes == 20 * MEBIBYTE


def test_small_request_that_grows_is_a_large_one():
    arrivals = Arrivals(10 * MEBIBYTE)
    grown = arrivals.begin(0)
    for _ in range(20):
        grown.add(SMALL_BYTES)
    assert not grown.is_small
    for _ in range(64):
        arrivals.begin(SMALL_BYTES)
    grown.close()
    assert arrivals.held_bytes == 64 * SMALL_BYTES


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"journal": JournalLimits(max_bytes=1000)}, grpc.StatusCode.UNAVAILABLE),
        ({"api_key": "right"}, grpc.StatusCode.UNAUTHENTICATED),
    ],
)
def test_body_of_a_refused_grpc_request_is_not_kept(store, tmp_path, service, options, code):
    running = RunningCollector(store, tmp_path, **options)
    # Nothing of what ran here before.
    gc.collect()
    gc.disable()
    try:
        with running.channel() as channel:
            for number in range(5):
                with pytest.raises(grpc.RpcError) as refused:
                    LogsServiceStub(channel).Export(log_request(service, f"{number}" * 5000))
                assert refused.value.code() == code
        kept = [
            frame
            for frame in gc.get_objects()
            if isinstance(frame, types.FrameType) and frame.f_code.co_filename.endswith("otlp_grpc.py")
        ]
        assert [frame for frame in kept if "body" in frame.f_locals] == []
    finally:
        gc.enable()
        running.stop()
