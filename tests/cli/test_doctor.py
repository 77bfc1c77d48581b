"""``spanlog doctor`` against real servers that are well, ill, or not there."""

import json
import os
import socket
import sys
import time

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from spanlog_cli.doctor.check import Status
from spanlog_cli.doctor.command import is_loopback
from spanlog_cli.doctor.data_directory import check_data_directory
from spanlog_cli.doctor.environment import check_environment

HEALTH = {"status": "ok", "db": "connected", "version": "0.1.0"}
READY = {"ready": True, "parts": {"store": {"ready": True, "detail": "answers"}, "journal": {"ready": True}}}


@pytest.fixture
def grpc_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def well(api, sink, grpc_port, tmp_path):
    """The environment of a stack that is well."""
    api.routes.update({"/health": HEALTH, "/ready": READY, "/logs": {"total": 0, "items": []}})
    return {
        "SPANLOG_URL": api.url,
        "SPANLOG_ENDPOINT": sink.url,
        "SPANLOG_OTLP_GRPC": f"127.0.0.1:{grpc_port}",
        "SPANLOG_DATA_DIR": str(tmp_path),
    }


@pytest.fixture
def doctor(spanlog):
    """Run it and give its exit code and its checks by name."""

    def run(environ, *arguments):
        done = spanlog("doctor", "--json", *arguments, env=environ)
        assert done.stderr == "", done.stderr
        answer = json.loads(done.stdout)
        assert answer["ok"] is (done.returncode == 0)
        return done.returncode, {check["name"]: check for check in answer["checks"]}

    return run


def test_stack_that_is_well_has_no_problem(spanlog, well):
    done = spanlog("doctor", env=well)
    assert (done.returncode, done.stderr) == (0, "")
    *lines, last = done.stdout.splitlines()
    assert all(line.startswith("ok      ") for line in lines), done.stdout
    assert last == "no problem found"


def test_every_check_is_one_line_with_how_to_mend_it(spanlog, closed_port):
    nowhere = f"http://127.0.0.1:{closed_port}"
    done = spanlog("doctor", env={"SPANLOG_URL": nowhere, "SPANLOG_ENDPOINT": nowhere})
    assert done.returncode == 1
    problems = [line for line in done.stdout.splitlines() if line.startswith("problem ")]
    assert len(problems) == 2
    assert all('"spanlog up"' in line for line in problems)
    assert done.stdout.splitlines()[-1] == "2 problems found"


def test_empty_request_is_what_the_collector_is_asked_with(doctor, well, sink):
    doctor(well)
    assert sink.bodies == [b""]
    assert sink.paths == ["/v1/logs"]


@pytest.mark.parametrize(
    ("path", "answer", "name"),
    [
        ("/health", {**HEALTH, "db": "disconnected"}, "query API"),
        ("/health", (404, {}), "query API"),
        ("/health", b"<html>", "query API"),
        ("/ready", (503, {"ready": False, "parts": {"store": {"ready": False, "detail": "disk full"}}}), "part store"),
        ("/ready", (500, {}), "ready"),
        ("/logs", (503, {"detail": "no store"}), "key"),
    ],
)
def test_part_of_the_api_that_is_ill_is_a_problem(doctor, well, api, path, answer, name):
    api.routes[path] = answer
    code, checks = doctor(well)
    assert code == 1
    assert checks[name]["status"] == "problem"
    assert checks[name]["mend"]


def test_detail_of_a_part_that_is_not_ready_is_told(doctor, well, api):
    api.routes["/ready"] = 503, {"ready": False, "parts": {"store": {"ready": False, "detail": "disk full"}}}
    assert "disk full" in doctor(well)[1]["part store"]["detail"]


def test_wrong_key_is_a_problem_and_the_right_one_none(doctor, well, api):
    api.key = "k"
    code, checks = doctor({**well, "SPANLOG_API_KEY": "wrong"})
    assert (code, checks["key"]["status"]) == (1, "problem")
    assert "SPANLOG_API_KEY" in checks["key"]["mend"]
    assert doctor({**well, "SPANLOG_API_KEY": "k"})[0] == 0


def test_key_is_never_shown(spanlog, well):
    done = spanlog("doctor", env={**well, "SPANLOG_API_KEY": "hunter2", "OTEL_EXPORTER_OTLP_HEADERS": "x=hunter3"})
    assert "hunter" not in done.stdout + done.stderr


@pytest.mark.parametrize(("status", "told"), [(401, "SPANLOG_API_KEY"), (404, "4318"), (503, "503")])
def test_collector_that_refuses_is_a_problem(doctor, well, sink, status, told):
    sink.always = status
    code, checks = doctor(well)
    assert (code, checks["OTLP/HTTP"]["status"]) == (1, "problem")
    assert told in checks["OTLP/HTTP"]["detail"] + checks["OTLP/HTTP"]["mend"]


def test_closed_grpc_port_is_a_warning_only(doctor, well, closed_port):
    code, checks = doctor({**well, "SPANLOG_OTLP_GRPC": f"127.0.0.1:{closed_port}"})
    assert (code, checks["OTLP/gRPC"]["status"]) == (0, "warning")


def test_unusable_url_is_a_check_and_not_the_end(doctor, well):
    code, checks = doctor({**well, "SPANLOG_URL": "localhost:8421"})
    assert (code, checks["query API"]["status"]) == (1, "problem")
    assert checks["OTLP/HTTP"]["status"] == "ok"
    code, checks = doctor({**well, "SPANLOG_ENDPOINT": "localhost:4318"})
    assert (code, checks["OTLP/HTTP"]["status"]) == (1, "problem")
    assert checks["query API"]["status"] == "ok"


def test_record_is_sent_and_found(doctor, well, api, sink):
    def search(query):
        if "search" not in query:
            return {"total": 0, "items": []}
        found = [record for record in sink.records if query["search"] in record.body]
        assert query["agent_id"] == "spanlog-doctor"
        return {"total": len(found), "items": [{"id": "1"} for _ in found]}

    api.routes["/logs"] = search
    code, checks = doctor(well, "--send")
    assert (code, checks["end to end"]["status"]) == (0, "ok")
    request = ExportLogsServiceRequest.FromString(sink.bodies[-1])
    assert len(request.resource_logs[0].scope_logs[0].log_records) == 1


def test_record_that_cannot_be_sent_is_a_problem(doctor, well, sink):
    sink.always = 503
    code, checks = doctor(well, "--send")
    assert (code, checks["end to end"]["status"]) == (1, "problem")


def test_clocks_that_differ_are_a_warning():
    from spanlog_cli.doctor.query_api import _clock

    now = time.time()
    assert _clock(now - 0.9, now).status is Status.OK
    ahead, behind = _clock(now + 100, now), _clock(now - 100, now)
    assert (ahead.status, behind.status) == (Status.WARNING, Status.WARNING)
    assert "100 s ahead of" in ahead.detail
    assert "100 s behind" in behind.detail


# What waits


METRICS = b"""# TYPE spanlog_collector_journal_bytes gauge
spanlog_collector_journal_bytes 1.048576e+06
spanlog_collector_journal_limit_bytes 1.073741824e+09
spanlog_collector_lag_seconds %s
spanlog_collector_quarantine_messages %s
spanlog_collector_quarantine_oldest_seconds 7200.0
"""


def test_journal_lag_and_quarantine_of_a_running_stack_are_told(doctor, well, api):
    api.routes["/metrics"] = METRICS % (b"0.3", b"0.0")
    code, checks = doctor(well)
    assert (code, checks["journal"]["status"], checks["lag"]["status"]) == (0, "ok", "ok")
    assert checks["journal"]["detail"] == "1.0 MiB of at most 1,024.0 MiB wait for the store (0%)"
    assert checks["quarantine"]["detail"] == "no message is set aside"
    api.routes["/metrics"] = METRICS % (b"90.0", b"3.0")
    code, checks = doctor(well)
    assert (code, checks["lag"]["status"], checks["quarantine"]["status"]) == (0, "warning", "warning")
    assert "90.0 s ago" in checks["lag"]["detail"]
    assert checks["quarantine"]["detail"].startswith("3 messages set aside in /")
    assert checks["quarantine"]["detail"].endswith("/quarantine, the oldest 2 hours ago")
    assert "spanlog replay" in checks["quarantine"]["mend"]


def test_full_journal_is_a_problem(doctor, well, api):
    api.routes["/metrics"] = (METRICS % (b"90.0", b"0.0")).replace(b"1.048576e+06", b"1.073741824e+09")
    code, checks = doctor(well)
    assert (code, checks["journal"]["status"]) == (1, "problem")


def test_files_of_a_stack_that_does_not_run_are_looked_at(doctor, well, tmp_path):
    for name in ("journal/logs-1.segment", "quarantine/logs-a.message", "quarantine/logs-a.reason"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(bytes(2**20))
    code, checks = doctor(well)
    assert (code, checks["journal"]["status"], checks["quarantine"]["status"]) == (0, "warning", "warning")
    assert checks["journal"]["detail"].startswith("1.0 MiB wait to be stored, the oldest for ")
    assert f"1 message set aside in {tmp_path}/quarantine" in checks["quarantine"]["detail"]
    assert "lag" not in checks


# The environment


def findings(**environ):
    return {check.name: check for check in check_environment(environ)}


def test_nothing_set_is_well():
    (check,) = findings().values()
    assert check.status is Status.OK


@pytest.mark.parametrize(
    ("misspelled", "meant"),
    [
        ("SPANLOG_ENDPIONT", "SPANLOG_ENDPOINT"),
        ("SPANLOG_APIKEY", "SPANLOG_API_KEY"),
        ("SPANLOG_DATADIR", "SPANLOG_DATA_DIR"),
        ("SPANLOG_FLUSH_INTERVAL", "SPANLOG_FLUSH_INTERVAL_SECONDS"),
    ],
)
def test_misspelled_name_is_a_problem_and_the_meant_one_told(misspelled, meant):
    check = findings(**{misspelled: "x"})[misspelled]
    assert check.status is Status.PROBLEM
    assert meant in check.mend


def test_name_of_ones_own_is_a_warning():
    assert findings(SPANLOG_MY_TEAM="x")["SPANLOG_MY_TEAM"].status is Status.WARNING


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SPANLOG_ENDPOINT", "localhost:4318", "without http://"),
        ("SPANLOG_ENDPOINT", "ftp://localhost", "not http"),
        ("SPANLOG_ENDPOINT", "http://localhost:4317", "gRPC"),
        ("SPANLOG_ENDPOINT", "http://localhost:8421", "query API"),
        ("SPANLOG_ENDPOINT", "http://localhost:port", "not a URL"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4317", "gRPC"),
        ("SPANLOG_URL", "http://localhost:4318", "4318"),
        ("SPANLOG_URL", "localhost", "not a base URL"),
        ("SPANLOG_API_KEY", "key\n", "white space"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http", "'http'"),
    ],
)
def test_value_that_cannot_work_is_a_problem(name, value, told):
    check = findings(**{name: value})[name]
    assert check.status is Status.PROBLEM
    assert told in check.detail
    assert check.mend


def test_grpc_protocol_with_the_http_port_is_a_problem():
    environ = {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}
    assert findings(**environ)["OTEL_EXPORTER_OTLP_PROTOCOL"].status is Status.PROBLEM
    environ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf"
    assert {check.status for check in findings(**environ).values()} == {Status.OK}


def test_password_in_an_endpoint_is_a_problem_and_not_shown():
    check = findings(SPANLOG_ENDPOINT="http://user:hunter2@x:4318")["SPANLOG_ENDPOINT"]
    assert check.status is Status.PROBLEM
    assert "hunter2" not in "".join(check)


def test_logs_endpoint_without_its_path_is_a_warning():
    name = "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"
    assert findings(**{name: "http://localhost:4318"})[name].status is Status.WARNING
    assert findings(**{name: "http://localhost:4318/v1/logs"})["environment"].status is Status.OK


def test_disabled_sdk_is_a_warning():
    assert findings(OTEL_SDK_DISABLED="true")["OTEL_SDK_DISABLED"].status is Status.WARNING


# The data directory


def data_directory(path):
    return {check.name: check for check in check_data_directory(path)}["data directory"]


def test_directory_that_is_not_there_yet_is_well_and_not_made(tmp_path):
    path = tmp_path / "a" / "b"
    check = data_directory(path)
    assert check.status is Status.OK
    assert "spanlog up" in check.detail
    assert list(tmp_path.iterdir()) == []


def test_file_in_its_place_is_a_problem(tmp_path):
    path = tmp_path / "a"
    path.write_text("")
    assert data_directory(path).status is Status.PROBLEM
    assert data_directory(path / "b").status is Status.PROBLEM


def test_running_owner_is_told_by_its_process_id(tmp_path):
    (tmp_path / "lock").write_text(f"{os.getpid()}\n")
    assert f"process {os.getpid()}" in data_directory(tmp_path).detail


@pytest.mark.parametrize("content", ["", "\n", "x", "-1", "0", "99999999999999999999", "\ud800"])
def test_lock_that_names_no_running_process_is_no_owner(tmp_path, content):
    (tmp_path / "lock").write_bytes(content.encode("utf-8", "surrogatepass"))
    assert "no spanlog runs on it" in data_directory(tmp_path).detail


def test_lock_of_a_process_that_was_killed_is_no_owner(tmp_path):
    import subprocess

    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (tmp_path / "lock").write_text(f"{ended.pid}\n")
    assert "no spanlog runs on it" in data_directory(tmp_path).detail


def test_directory_without_write_permission_is_a_problem(tmp_path):
    tmp_path.chmod(0o500)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("this user may write everywhere")
        assert data_directory(tmp_path).status is Status.PROBLEM
    finally:
        tmp_path.chmod(0o700)


def test_free_space_is_told(tmp_path):
    assert "GiB free" in {check.name: check for check in check_data_directory(tmp_path)}["disk"].detail


def test_data_directory_is_of_no_interest_when_the_stack_is_elsewhere():
    assert [is_loopback(url) for url in ("http://127.0.0.1:8421", "http://localhost", "http://[::1]:1")] == [True] * 3
    assert [is_loopback(url) for url in ("http://10.0.0.1", "https://logs.example.com", "", "http://[")] == [False] * 4
