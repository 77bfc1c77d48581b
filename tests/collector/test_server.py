"""What the collector as a whole does at a start and at an end."""

from running_collector import PROTOBUF, RunningCollector, wait_for_count
from segments import log_request


def test_requests_are_taken_before_the_store_is_open_and_loaded_when_it_is(store, tmp_path, service):
    running = RunningCollector(None, tmp_path)
    try:
        assert running.post("/v1/logs", log_request(service, "early").SerializeToString(), PROTOBUF).status == 200
        running.collector.load_into(store)
        assert running.post("/v1/logs", log_request(service, "late").SerializeToString(), PROTOBUF).status == 200
        wait_for_count(store, service, 2)
    finally:
        assert running.stop() is True


def test_stop_without_a_store_keeps_what_was_taken_for_the_next_start(store, tmp_path, service):
    running = RunningCollector(None, tmp_path)
    assert running.post("/v1/logs", log_request(service, "kept").SerializeToString(), PROTOBUF).status == 200
    assert running.stop() is False
    again = RunningCollector(store, tmp_path)
    try:
        wait_for_count(store, service, 1)
    finally:
        assert again.stop() is True
