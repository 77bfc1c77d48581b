"""``spanlog send`` as a process, against a real collector's socket."""

import gzip
import os
import re
import signal
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

DPKG_LOG = Path("/var/log/dpkg.log")


@pytest.fixture
def send(spanlog, sink):
    def run(*arguments, **options):
        return spanlog("send", "--agent-id", "dpkg", "--timezone", "UTC", "--endpoint", sink.url, *arguments, **options)

    return run


@pytest.fixture
def dpkg_log(tmp_path):
    """A file as the package manager writes it: 10,000 lines over 10,000 minutes."""
    path = tmp_path / "dpkg.log"
    with path.open("w") as file:
        for number in range(10_000):
            moment = datetime.fromtimestamp(1_750_000_000 + 60 * number, UTC)
            file.write(f"{moment:%Y-%m-%d %H:%M:%S} status installed package-{number}:amd64 1.{number}-1\n")
    return path


def nano(text):
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000_000


def test_every_line_arrives_once_in_order_and_with_its_time(send, sink, dpkg_log):
    done = send(dpkg_log)
    assert (done.returncode, done.stderr) == (0, "")
    records = sink.records
    assert [record.body for record in records] == dpkg_log.read_text().splitlines()
    assert all(record.message.time_unix_nano == nano(f"{record.body[:19]}Z") for record in records)
    assert len(sink.bodies) > 1
    assert done.stdout == (
        f"sent 10,000 records of 1 file to {sink.url} (levels: info 10,000; times recognised in 100 %)\n"
    )


def test_real_log_of_this_machines_package_manager(send, sink):
    if not os.access(DPKG_LOG, os.R_OK) or not DPKG_LOG.stat().st_size:
        pytest.skip(f"this machine has no {DPKG_LOG} to read")
    content = DPKG_LOG.read_text()
    done = send(DPKG_LOG)
    assert (done.returncode, done.stderr) == (0, "")
    records = sink.records
    # The package manager may be at work while this runs.
    assert [record.body for record in records][: content.count("\n")] == content.splitlines()
    assert all(record.message.time_unix_nano == nano(f"{record.body[:19]}Z") for record in records)
    assert "times recognised in 100 %" in done.stdout


def test_record_carries_who_where_and_an_id_of_its_own(send, sink, tmp_path):
    log = tmp_path / "a.log"
    log.write_text("2026-11-20 07:53:01 ERROR x\n2026-11-20 07:53:02 WARN y\n")
    done = send("--session-key", "run-1", "--category", "backup", log)
    assert done.returncode == 0, done.stderr
    first, second = sink.records
    assert first.resource["service.name"] == first.resource["gen_ai.agent.id"] == "dpkg"
    attributes = first.attributes
    uids = [UUID(record.attributes["log.record.uid"]) for record in (first, second)]
    assert len(set(uids)) == 2
    assert all(uid.version == 7 for uid in uids)
    del attributes["log.record.uid"]
    assert attributes == {
        "spanlog.source": "file",
        "spanlog.category": "backup",
        "session.id": "run-1",
        "log.file.name": "a.log",
        "log.file.path": str(log),
    }
    assert (first.message.severity_number, first.message.severity_text) == (17, "ERROR")
    assert (second.message.severity_number, second.message.severity_text) == (13, "WARN")
    assert first.message.observed_time_unix_nano > first.message.time_unix_nano


def test_standard_input_is_sent(send, sink):
    done = send("--level", "warn", stdin="hello\nworld\n")
    assert done.returncode == 0, done.stderr
    assert [(record.body, record.message.severity_text) for record in sink.records] == [
        ("hello", "WARN"),
        ("world", "WARN"),
    ]
    assert "log.file.path" not in sink.records[0].attributes
    assert done.stdout.startswith("sent 2 records of standard input to ")
    assert "times recognised in 0 %" in done.stdout


def test_standard_input_is_shipped_as_it_comes(started, sink, wait_until):
    process = started("send", "--agent-id", "a", "--endpoint", sink.url, "-")
    process.stdin.write(b"first\n")
    process.stdin.flush()
    wait_until(lambda: [record.body for record in sink.records] == ["first"], "the first line")
    process.stdin.write(b"second\n")
    process.stdin.flush()
    wait_until(lambda: [record.body for record in sink.records] == ["first", "second"], "the second line")
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (0, b"")
    assert stdout.startswith(b"sent 2 records of standard input")


def test_interrupt_sends_what_the_pipe_has_given(started, sink, wait_until):
    process = started("send", "--agent-id", "a", "--endpoint", sink.url)
    process.stdin.write(b"first\n")
    process.stdin.flush()
    wait_until(lambda: sink.records, "the first line")
    process.stdin.write(b"second\n")
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in stderr
    told = re.search(rb"(\d+) records were acknowledged", stderr)
    # What was on its way at that moment, the first line too, may have arrived without the answer being heard.
    assert int(told[1]) <= len(sink.records)


def test_pipes_and_compressed_files_are_read(send, sink, tmp_path, started):
    packed = tmp_path / "old.log.gz"
    packed.write_bytes(gzip.compress(b"2026-11-20 07:53:01 packed\n"))
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    process = started("send", "--agent-id", "a", "--endpoint", sink.url, packed, fifo)
    with fifo.open("w") as pipe:
        pipe.write("2026-11-20 07:53:02 piped\n")
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (0, b"")
    assert [record.body[20:] for record in sink.records] == ["packed", "piped"]
    assert b"of 2 files" in stdout


def test_traceback_becomes_one_record_with_the_exception(send, sink, tmp_path):
    log = tmp_path / "a.log"
    log.write_text(
        "2026-11-20 07:53:01,123 - bot - ERROR - failed\n"
        "Traceback (most recent call last):\n"
        '  File "bot.py", line 7, in run\n'
        "KeyError: 'price'\n"
        "2026-11-20 07:53:02,123 - bot - INFO - next\n"
    )
    assert send(log).returncode == 0
    first, second = sink.records
    assert first.body.count("\n") == 3
    assert first.attributes["exception.type"] == "KeyError"
    assert first.attributes["exception.message"] == "'price'"
    assert second.body.endswith("next")


def test_json_lines_keep_their_types(send, sink):
    line = '{"time":"2026-11-20T07:53:01Z","level":"error","msg":"x","n":1,"deep":{"a":[1,"b"]},"session.id":"theirs"}'
    assert send("--session-key", "ours", stdin=line).returncode == 0
    (record,) = sink.records
    assert record.body == "x"
    assert record.attributes["n"] == 1
    assert record.attributes["deep"] == {"a": [1, "b"]}
    assert record.attributes["session.id"] == "ours"


@pytest.mark.parametrize(
    ("content", "bodies"),
    [
        (b"", []),
        (b"\n\n", []),
        (b"\xff\xfe" + "Grüße\n".encode("utf-16-le"), ["Grüße"]),
        (b"a\xffb\x00c\n", ["a\ufffdb\ufffdc"]),
        (b"no end", ["no end"]),
        (b"a\r\nb\r\n", ["a", "b"]),
    ],
)
def test_any_bytes_can_be_sent(send, sink, tmp_path, content, bodies):
    log = tmp_path / "a.log"
    log.write_bytes(content)
    done = send(log)
    assert (done.returncode, done.stderr) == (0, "")
    assert [record.body for record in sink.records] == bodies


def test_line_of_absurd_length_is_cut_and_marked(send, sink, tmp_path):
    log = tmp_path / "a.log"
    log.write_text("x" * 1_000_000 + "\nnext\n")
    assert send(log).returncode == 0
    first, second = sink.records
    assert len(first.body) == 256 * 1024
    assert first.attributes["spanlog.cut_characters"] == 1_000_000 - 256 * 1024
    assert second.body == "next"


def test_year_is_inferred_from_when_the_file_was_written(send, sink, tmp_path):
    log = tmp_path / "syslog"
    log.write_text("Dec 31 23:59:01 host a: x\nJan  1 00:00:01 host a: y\n")
    written = datetime(2020, 1, 1, 1, 0, tzinfo=UTC).timestamp()
    os.utime(log, (written, written))
    assert send(log).returncode == 0
    assert [record.message.time_unix_nano for record in sink.records] == [
        nano("2019-12-31T23:59:01Z"),
        nano("2020-01-01T00:00:01Z"),
    ]


def test_zone_option_is_used(spanlog, sink):
    done = spanlog(
        "send", "--agent-id", "a", "--endpoint", sink.url, "--timezone", "Asia/Tokyo", stdin="2026-11-20 07:53:01 x"
    )
    assert done.returncode == 0, done.stderr
    assert sink.records[0].message.time_unix_nano == nano("2026-11-20T07:53:01+09:00")


def test_local_zone_is_the_default(spanlog, sink):
    done = spanlog(
        "send", "--agent-id", "a", "--endpoint", sink.url, stdin="2026-11-20 07:53:01 x", env={"TZ": "Asia/Tokyo"}
    )
    assert done.returncode == 0, done.stderr
    assert sink.records[0].message.time_unix_nano == nano("2026-11-20T07:53:01+09:00")


@pytest.mark.parametrize("name", ["missing.log", "", "/", "broken.gz"])
def test_nothing_is_sent_when_one_file_cannot_be_read(send, sink, tmp_path, name):
    (tmp_path / "good.log").write_text("x\n")
    (tmp_path / "broken.gz").write_bytes(b"not gzip")
    path = tmp_path / name if name else "missing"
    done = send(tmp_path / "good.log", path)
    assert (done.returncode, done.stdout, sink.bodies) == (2, "", [])
    assert done.stderr.count("\n") == 1
    assert str(path) in done.stderr


def test_unreadable_file_is_told_in_words(send, sink, tmp_path):
    log = tmp_path / "secret.log"
    log.write_text("x\n")
    log.chmod(0)
    if os.access(log, os.R_OK):
        pytest.skip("this user may read everything")
    done = send(log)
    assert (done.returncode, sink.bodies) == (2, [])
    assert "Permission denied" in done.stderr


def test_file_that_breaks_off_is_told_and_the_others_are_sent(send, sink, tmp_path):
    broken = tmp_path / "broken.gz"
    broken.write_bytes(gzip.compress(os.urandom(100_000).hex().encode() + b"\n" * 10)[:-50_000])
    (tmp_path / "good.log").write_text("good\n")
    done = send(broken, tmp_path / "good.log")
    assert done.returncode == 1
    assert "not a complete gzip file" in done.stderr
    assert sink.records[-1].body == "good"


def test_collector_that_is_not_there_ends_with_where_to_go_on(spanlog, closed_port, tmp_path):
    log = tmp_path / "a b.log"
    log.write_text("x\n")
    done = spanlog(
        "send", "--agent-id", "a", "--endpoint", f"http://127.0.0.1:{closed_port}", "--retry-seconds", "0", log
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert 'spanlog up"' in done.stderr
    assert f"0 records were acknowledged; go on with: spanlog send --agent-id a --from-line 1 '{log}'" in done.stderr


def test_going_on_where_it_stopped_sends_the_rest_and_nothing_twice(send, sink, dpkg_log):
    sink.statuses.extend([200, 503])
    stopped = send("--retry-seconds", "0", dpkg_log)
    assert stopped.returncode == 1
    acknowledged = len(sink.records)
    assert 0 < acknowledged < 10_000
    from_line = re.search(r"--from-line (\d+)", stopped.stderr)[1]
    assert f"{acknowledged:,} records were acknowledged" in stopped.stderr
    assert send("--from-line", from_line, dpkg_log).returncode == 0
    assert [record.body for record in sink.records] == dpkg_log.read_text().splitlines()


def test_going_on_keeps_the_times_of_the_lines_before(send, sink, tmp_path):
    log = tmp_path / "a.log"
    log.write_text("2026-11-20 07:53:01 a\nb\nc\n")
    assert send("--from-line", "3", log).returncode == 0
    (record,) = sink.records
    assert (record.body, record.message.time_unix_nano) == ("c", nano("2026-11-20T07:53:01Z"))


def test_outage_in_the_middle_is_waited_out(send, sink, dpkg_log):
    sink.statuses.extend([200, 503, 429])
    done = send(dpkg_log)
    assert done.returncode == 0, done.stderr
    assert len(sink.records) == 10_000
    assert "trying again" in done.stderr


def test_wrong_key_is_a_mistake_and_not_an_outage(send, sink, dpkg_log):
    sink.always = 401
    done = send(dpkg_log)
    assert done.returncode == 2
    assert "SPANLOG_API_KEY" in done.stderr
    assert len(sink.bodies) == 1


def test_key_and_endpoint_come_from_the_environment(spanlog, sink):
    done = spanlog(
        "send",
        stdin="x\n",
        env={"SPANLOG_API_KEY": "k1", "SPANLOG_ENDPOINT": sink.url, "SPANLOG_AGENT_ID": "from-env"},
    )
    assert done.returncode == 0, done.stderr
    assert sink.headers[0]["authorization"] == "Bearer k1"
    assert sink.records[0].resource["service.name"] == "from-env"


def test_key_file_goes_before_the_environment(send, sink, tmp_path):
    key_file = tmp_path / "key"
    key_file.write_text("k2\n")
    assert send("--api-key-file", key_file, stdin="x\n", env={"SPANLOG_API_KEY": "k1"}).returncode == 0
    assert sink.headers[0]["authorization"] == "Bearer k2"


def test_rejected_records_are_told(send, sink):
    sink.rejected = 1
    done = send(stdin="x\ny\n")
    assert done.returncode == 1
    assert done.stdout.startswith("sent 1 record of standard input")
    assert "rejected 1 records: too old" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--agent-id", "a" * 65], "64"),
        (["--agent-id", " "], "name"),
        (["--endpoint", "localhost:4318"], "http"),
        (["--timezone", "Mars/Phobos"], "Europe/Berlin"),
        (["--api-key-file", "/nowhere"], "/nowhere"),
        (["-", "-"], "twice"),
    ],
)
def test_mistake_is_one_line_with_exit_code_2(send, sink, arguments, told):
    done = send(*arguments)
    assert (done.returncode, done.stdout, sink.bodies) == (2, "", [])
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
