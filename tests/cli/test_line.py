from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanlog_cli.recognise.clock import Clock
from spanlog_cli.recognise.line import recognise_line

CLOCK = Clock(UTC, datetime(2026, 11, 20, 8, 0, tzinfo=UTC))

# hypothesis wants them naive
EARLIEST = datetime(2001, 1, 1)  # noqa: DTZ001
LATEST = datetime(2199, 1, 1)  # noqa: DTZ001

# Line, time in UTC or None, severity or None: real notations of real programs.
LINES = [
    # ISO 8601 and RFC 3339
    ("2026-11-20T07:53:01Z msg", "2026-11-20T07:53:01", None),
    ("2026-11-20T07:53:01.123456789Z msg", "2026-11-20T07:53:01.123456789", None),
    ("2026-11-20T07:53:01,5+02:00 msg", "2026-11-20T05:53:01.5", None),
    ("2026-11-20 07:53:01 -0800 msg", "2026-11-20T15:53:01", None),
    ("2026-11-20 07:53:01+0530 msg", "2026-11-20T02:23:01", None),
    ("2026-11-20 07:53 minutes only", "2026-11-20T07:53:00", None),
    ("20261120T075301Z basic", "2026-11-20T07:53:01", None),
    ("2026-11-20 07:53:01 -10 degrees", "2026-11-20T07:53:01", None),
    ("2026-11-20 07:53:01", "2026-11-20T07:53:01", None),
    # dpkg, apt, alternatives
    ("2026-11-20 07:53:01 status installed libc6:amd64 2.36-9", "2026-11-20T07:53:01", None),
    ("2026-11-20 07:53:01 install liberror-perl:all <none> 0.17029-2", "2026-11-20T07:53:01", None),
    ("Start-Date: 2025-06-24  14:36:25", "2025-06-24T14:36:25", None),
    ("Log started: 2025-06-24  14:36:25", "2025-06-24T14:36:25", None),
    ("update-alternatives 2026-09-22 04:53:17: run with --install", "2026-09-22T04:53:17", None),
    # syslog
    ("Nov 20 07:53:01 host prog[12]: started", "2026-11-20T07:53:01", None),
    ("Nov 20 07:53:01 host sshd[12]: error: PAM: failure", "2026-11-20T07:53:01", "ERROR"),
    ("Dec  1 07:53:01 host prog: hello", "2025-12-01T07:53:01", None),
    ("Nov 20 07:53:01.123456 host prog: hello", "2026-11-20T07:53:01.123456", None),
    ("<11>Nov 20 07:53:01 host prog: hello", "2026-11-20T07:53:01", "ERROR"),
    ("<3>kernel: out of memory", None, "ERROR"),
    ("<34>1 2003-10-11T22:14:15.003Z mymachine su - ID47 - 'su root' failed", "2003-10-11T22:14:15.003", "FATAL"),
    ("<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - x", "2003-08-24T12:14:15.000003", "NOTICE"),
    ("2026-11-20T07:53:01+0000 host systemd[1]: Started x.", "2026-11-20T07:53:01", None),
    # web servers
    ('127.0.0.1 - - [20/Nov/2026:07:53:01 +0100] "GET /ERROR HTTP/1.1" 200 1', "2026-11-20T06:53:01", None),
    ("[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok", "2005-12-04T04:47:44", "NOTICE"),
    (
        "[Wed Oct 11 14:32:52.123456 2000] [core:error] [pid 35:tid 4] [client 1.2.3.4] x",
        "2000-10-11T14:32:52.123456",
        "ERROR",
    ),
    ("2026/11/20 07:53:01 [error] 1234#0: *1 open() failed", "2026-11-20T07:53:01", "ERROR"),
    ("2026/11/20 07:53:01 [warn] 1234#0: *1 x", "2026-11-20T07:53:01", "WARN"),
    # Python
    ("2026-11-20 07:53:01,123 - my.name - WARNING - msg", "2026-11-20T07:53:01.123", "WARN"),
    ("2026-11-20 07:53:01,123 CRITICAL my.name msg", "2026-11-20T07:53:01.123", "FATAL"),
    ("ERROR:root:boom", None, "ERROR"),
    ('INFO:     127.0.0.1:1234 - "GET / HTTP/1.1" 200 OK', None, "INFO"),
    ("INFO 2026-11-20 07:53:01,123 views hi", "2026-11-20T07:53:01.123", "INFO"),
    ("[2026-11-20 07:53:01 +0000] [1234] [INFO] Booting worker", "2026-11-20T07:53:01", "INFO"),
    ("[2026-11-20 07:53:01,123: ERROR/MainProcess] Task x raised", "2026-11-20T07:53:01.123", "ERROR"),
    ("2026-11-20 07:53:01.123 | DEBUG    | mod:f:1 - hi", "2026-11-20T07:53:01.123", "DEBUG"),
    ("2026-11-20 07:53:01 [info     ] event key=value", "2026-11-20T07:53:01", "INFO"),
    # others
    ("E1120 07:53:01.123456   12345 file.go:12] boom", "2026-11-20T07:53:01.123456", "ERROR"),
    ("W1120 07:53:01.123456   12345 file.go:12] hm", "2026-11-20T07:53:01.123456", "WARN"),
    ('time="2026-11-20T07:53:01Z" level=error msg="x"', "2026-11-20T07:53:01", "ERROR"),
    ("ts=1763625181.123 lvl=warn msg=x", "2025-11-20T07:53:01.123", "WARN"),
    ("1763625181 hello", "2025-11-20T07:53:01", None),
    ("[ERROR] something", None, "ERROR"),
    ("[INFO] 2026-11-20 07:53:01 hi", "2026-11-20T07:53:01", "INFO"),
    ("[2026-11-20T07:53:01Z INFO  my_crate] hi", "2026-11-20T07:53:01", "INFO"),
    ("2026-11-20 07:53:01.123 +00:00 [WRN] hi", "2026-11-20T07:53:01.123", "WARN"),
    ("2026-05-20 10:00:00.123 UTC [123] LOG:  ready", "2026-05-20T10:00:00.123", None),
    ("2026-05-20 10:00:00.123 UTC [123] FATAL:  no such role", "2026-05-20T10:00:00.123", "FATAL"),
    ("17/06/09 20:10:40 INFO executor.Backend: x", "2017-06-09T20:10:40", "INFO"),
    ("2016-09-28 04:30:30, Info                  CBS    Loaded", "2016-09-28T04:30:30", "INFO"),
    ("03-17 16:13:38.811  1702  2395 D WindowManager: x", "2026-03-17T16:13:38.811", "DEBUG"),
    ("1234:M 20 Nov 2026 07:53:01.123 * Ready", "2026-11-20T07:53:01.123", None),
    ("20-Nov-2026 07:53:01.123 SEVERE [main] org.apache x", "2026-11-20T07:53:01.123", "ERROR"),
    ("Nov 20, 2026 7:53:01 PM org.foo.Bar method", "2026-11-20T19:53:01", None),
    ("Fri, 20 Nov 2026 07:53:01 +0000 mail", "2026-11-20T07:53:01", None),
    ("\x1b[32mINFO\x1b[0m 2026-11-20 07:53:01 in green", "2026-11-20T07:53:01", "INFO"),
    # what only looks like it
    ("a plain line with nothing to it", None, None),
    ("everything fine, nothing to see ERROR here", None, None),
    ("no error was found", None, None),
    ("backup of 2026-11-20 07:53:01 done well", None, None),
    ("the next run is at 2026-11-21 00:00:00", None, None),
    ("2026-13-20 07:53:01 no such month", None, None),
    ("order 20261120 shipped", None, None),
    ("10.30 16:49:06 chrome.exe x", None, None),
    ("error", None, "ERROR"),
    ("", None, None),
]


def nano(text):
    whole, _, fraction = text.partition(".")
    seconds = int(datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp())
    return seconds * 1_000_000_000 + int(fraction.ljust(9, "0") or 0)


@pytest.mark.parametrize(("line", "time", "severity"), LINES, ids=[line[:40] for line, _, _ in LINES])
def test_time_and_level_of_real_notations(line, time, severity):
    found = recognise_line(line, CLOCK)
    assert found.unix_nano == (nano(time) if time else None)
    assert (found.severity.text if found.severity else None) == severity


@pytest.mark.parametrize("line", [line for line, _, _ in LINES])
def test_body_is_the_whole_line_unchanged(line):
    assert recognise_line(line, CLOCK).body == line


def test_level_named_first_decides():
    assert recognise_line("2026-11-20 07:53:01 INFO set level=debug", CLOCK).severity.text == "INFO"
    assert recognise_line("level=warn msg=[ERROR]", CLOCK).severity.text == "WARN"


def test_zone_of_the_clock_is_used_where_the_line_has_none():
    from zoneinfo import ZoneInfo

    clock = Clock(ZoneInfo("Asia/Tokyo"), datetime(2026, 11, 20, 8, 0, tzinfo=UTC))
    assert recognise_line("2026-11-20 07:53:01 x", clock).unix_nano == nano("2026-11-19T22:53:01")


@given(st.text())
def test_any_text_is_recognised_as_something(line):
    found = recognise_line(line, CLOCK)
    assert found.body == line or found.is_json
    assert found.unix_nano is None or found.unix_nano > 0


@given(
    st.datetimes(EARLIEST, LATEST),
    st.sampled_from("T "),
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"])),
)
def test_any_iso_time_is_read_whatever_follows_it(moment, separator, rest):
    line = f"{moment.isoformat(separator, timespec='microseconds')}Z {rest}"
    expected = int(moment.replace(tzinfo=UTC, microsecond=0).timestamp()) * 1_000_000_000 + moment.microsecond * 1000
    assert recognise_line(line, CLOCK).unix_nano == expected


def test_very_long_line_is_looked_at_only_at_its_start():
    line = "x" * 300_000 + " [ERROR] 2026-11-20 07:53:01"
    assert recognise_line(line, CLOCK).severity is None
