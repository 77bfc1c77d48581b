"""``spanlog patterns`` as a process: files, pipes, and what is stored."""

import array
import fcntl
import gzip
import json
import os
import pty
import signal
import subprocess
import termios
from datetime import datetime

import pytest

from spanlog_patterns import Template

LINES = [
    "session opened for user alice by (uid=0)",
    "took 5 ms to reach 10.0.0.1:80",
    "took 1 second to reach web.example.com:80",
    "",
    "session opened for user bob by (uid=0)",
    "session opened for user carol by (uid=0)",
    "session opened for user dave by (uid=0)",
    "shutting down",
]
OPENED = "session opened for user <*> by (uid=<*>)"
REACHED = "took <*> to reach <*>"


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "a.log"
    path.write_text("\n".join(LINES) + "\n")
    return path


def objects(stdout):
    return [json.loads(line) for line in stdout.splitlines()]


def test_table_has_counts_shares_lines_and_an_example(spanlog, log):
    done = spanlog("patterns", log)
    assert (done.returncode, done.stderr) == (0, "")
    head, titles, *rows = done.stdout.splitlines()
    assert head == "4 patterns in 8 lines"
    assert titles.split() == ["count", "share", "lines", "pattern,", "example"]
    assert rows[0].split(maxsplit=3) == ["4", "50.0%", "1-7", OPENED]
    assert rows[1].strip() == LINES[0]
    assert rows[2].split(maxsplit=3) == ["2", "25.0%", "2-3", REACHED]
    assert rows[3].strip() == LINES[1]
    assert rows[4].split(maxsplit=3) == ["1", "12.5%", "4", "(blank)"]
    assert rows[5].split(maxsplit=3) == ["1", "12.5%", "8", "shutting down"]


def test_json_gives_each_line_its_pattern(spanlog, log):
    done = spanlog("patterns", "--json", log)
    templates = [OPENED, REACHED, REACHED, "", OPENED, OPENED, OPENED, "shutting down"]
    assert objects(done.stdout) == [
        {"line": number, "pattern": Template.of_text(template).id, "template": template}
        for number, template in enumerate(templates, 1)
    ]
    assert list(objects(done.stdout)[0]) == ["line", "pattern", "template"]


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_standard_input_is_read(spanlog, log, arguments):
    assert spanlog("patterns", *arguments, stdin=log.read_text()).stdout == spanlog("patterns", log).stdout


def test_standard_input_may_be_a_file(spanlog, command, clean_environ, log):
    with log.open() as file:
        done = subprocess.run([*command, "patterns"], stdin=file, capture_output=True, text=True, env=clean_environ)
    assert done.stdout == spanlog("patterns", log).stdout


def test_files_are_one_log_and_each_line_names_its_file(spanlog, tmp_path):
    first, second = tmp_path / "1.log", tmp_path / "2.log.gz"
    first.write_text("user 0 left\nbye")
    second.write_bytes(gzip.compress(b"user admin left\n"))
    done = spanlog("patterns", "--json", first, second)
    assert [(row["line"], row["template"], row["file"]) for row in objects(done.stdout)] == [
        (1, "user <*> left", str(first)),
        (2, "bye", str(first)),
        (1, "user <*> left", str(second)),
    ]
    assert spanlog("patterns", first, second).stdout.startswith("2 patterns in 3 lines\n")


@pytest.mark.parametrize(
    ("line", "template"),
    [
        ("2026-11-20 07:53:0{n},123 INFO [main] orders: order {n} filled", "orders: order <*> filled"),
        ("Nov  {n} 07:53:01 web1 sshd[{n}]: connection {n} closed", "sshd[<*>]: connection <*> closed"),
        ("[WARN] 2026-11-20T07:53:0{n}Z order {n} late", "order <*> late"),
        ("E1120 07:53:01.12345{n}    123 main.go:{n}] order {n} lost", "<*> main.go:<*>] order <*> lost"),
        ('time=2026-11-20T07:53:0{n}Z level=info msg="order {n}"', 'msg="order <*>"'),
        ('{{"ts": "2026-11-20T07:53:0{n}Z", "level": "info", "msg": "order {n} sent"}}', "order <*> sent"),
        ("\x1b[32mINFO\x1b[0m order {n} seen", "INFO order <*> seen"),
        ("order {n} of 2026-11-20 07:53:01 has no header", "order <*> of <*> has no header"),
        (
            '10.0.0.{n} - - [20/Nov/2026:07:53:0{n} +0000] "GET /a/{n} HTTP/1.1" 200 {n}',
            '<*> - - [<*>] "GET <*> HTTP/<*>" <*>',
        ),
    ],
)
def test_what_stands_before_every_message_is_left_out(spanlog, line, template):
    done = spanlog("patterns", "--json", stdin="\n".join(line.format(n=number) for number in range(1, 6)))
    assert {row["template"] for row in objects(done.stdout)} == {template}


def test_line_without_the_others_header_is_taken_whole(spanlog):
    lines = [f"2026-11-20 07:53:0{number} INFO order {number} failed" for number in range(5)]
    lines[2:2] = ["Traceback (most recent call last):", '  File "/a/b.py", line 3, in run', "KeyError: 'x'"]
    found = [row["template"] for row in objects(spanlog("patterns", "--json", stdin="\n".join(lines)).stdout)]
    assert found[1:5] == [
        "order <*> failed",
        "Traceback (most recent call last):",
        'File "<*>", line <*>, in run',
        "KeyError: 'x'",
    ]


def test_header_is_of_the_messages_own_source(spanlog, tmp_path):
    first, second = tmp_path / "1.log", tmp_path / "2.log"
    first.write_text("2026-11-20 07:53:01 INFO ready\n" * 3)
    second.write_text("three words are here ready\n" * 3)
    found = {row["template"] for row in objects(spanlog("patterns", "--json", first, second).stdout)}
    assert found == {"ready", "three words are here ready"}


def test_what_is_no_text_is_read_too(spanlog):
    content = b"\xff\xfe\x00 5 ms\nok \xc3\x28 7\r\n\x00\x01\x02\n" + b"x" * 400_000 + b"\n\n\xe2\x80\xae 3"
    done = spanlog("patterns", "--json", stdin=b"start\n" + content)
    assert done.returncode == 0
    assert [row["line"] for row in objects(done.stdout)] == list(range(1, 8))
    table = spanlog("patterns", stdin=b"start\n" + content)
    assert table.returncode == 0
    assert not set("\x01\x02\u202e\x1b") & set(table.stdout)


def test_empty_input_has_no_patterns(spanlog):
    assert spanlog("patterns", stdin="").stdout == "0 patterns in 0 lines\n"
    assert spanlog("patterns", "--json", stdin="").stdout == ""


def test_limit_says_what_is_left_out(spanlog):
    text = "\n".join(
        f"{'abcdefghij'[number]} said something else {'klmnopqrst'[number]}" * (number + 1) for number in range(10)
    )
    done = spanlog("patterns", "--limit", "3", stdin=text)
    assert done.stdout.splitlines()[-1] == "… and 7 more with 7 lines (--limit 0 for all)"
    assert "more" not in spanlog("patterns", "--limit", "0", stdin=text).stdout


def test_ids_are_the_same_in_every_run(spanlog, log):
    assert spanlog("patterns", "--json", log).stdout == spanlog("patterns", "--json", log).stdout


def test_interrupted_pipe_shows_what_was_read(started, wait_until):
    process = started("patterns")
    process.stdin.write(b"order 1 failed\norder 2 failed\n")
    process.stdin.flush()
    wait_until(lambda: is_emptied(process.stdin), "the reading")
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert stdout.decode().startswith("1 pattern in 2 lines\n")
    assert b"interrupted" in stderr
    assert b"Traceback" not in stderr


def is_emptied(pipe):
    """Whether its reader has taken all that was written."""
    count = array.array("i", [0])
    fcntl.ioctl(pipe.fileno(), termios.FIONREAD, count)
    return count[0] == 0


def test_reader_that_goes_away_ends_it_quietly(clean_environ, command, tmp_path):
    log = tmp_path / "a.log"
    log.write_text("".join(f"line {number}\n" for number in range(50_000)))
    read, write = os.pipe()
    process = subprocess.Popen(
        [*command, "patterns", "--json", str(log)], stdout=write, stderr=subprocess.PIPE, env=clean_environ
    )
    os.close(write)
    os.read(read, 10)
    os.close(read)
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (1, b"")


def test_damaged_file_is_told_and_shown_as_far_as_it_goes(spanlog, tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(os.urandom(200_000).hex().encode() + b"\nmore\n")[:-1000])
    done = spanlog("patterns", path)
    assert done.returncode == 1
    assert "1 pattern" in done.stdout
    assert f"cannot read {path}" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere.log"], "nowhere.log"),
        (["."], "directory"),
        (["--limit", "-1"], "--limit"),
        (["--since", "24h", "a.log"], "--since"),
        (["--agent-id", "x", "a.log"], "--agent-id"),
        (["--level", "loud"], "loud"),
    ],
)
def test_mistake_is_one_line_with_exit_code_2(spanlog, log, arguments, told):
    done = spanlog("patterns", *arguments, cwd=log.parent)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


ANSWER = {
    "since": "2026-11-19T08:00:00.000000000Z",
    "until": "2026-11-20T08:00:00.000000000Z",
    "total": 2,
    "items": [
        {
            "pattern": "0123456789abcdef",
            "template": "took <*>",
            "count": 12345,
            "last_seen": "2026-11-20T07:53:01.000000000Z",
            "change": 2.5,
            "state": "usual",
            "example": "took 5 ms \x1b[31m",
        },
        {
            "pattern": "1123456789abcdef",
            "template": "shutting \u202edown",
            "count": 1,
            "last_seen": "2026-11-20T07:53:02.000000000Z",
            "change": None,
            "state": "new",
            "example": "shutting \u202edown",
        },
    ],
    "vanished": [{"template": "ready", "count": 3, "state": "vanished", "change": 0.0}],
    "vanished_total": 1,
}


@pytest.fixture
def ask(command, clean_environ):
    """Call the command with nothing to read: standard input is neither a pipe nor a file."""

    def run(*arguments):
        return subprocess.run(
            [*command, "patterns", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=clean_environ,
            timeout=90,
        )

    return run


def test_without_anything_to_read_the_stored_ones_are_shown(ask, api):
    api.routes["/patterns"] = ANSWER
    done = ask("--url", api.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "2 patterns, 2026-11-19 08:00:00 to 2026-11-20 08:00:00 UTC",
        " count       change            last seen  pattern, example",
        "12,345         2.5x  2026-11-20 07:53:01  took <*>",
        "                                          took 5 ms \\x1b[31m",
        "     1  new          2026-11-20 07:53:02  shutting \\u202edown",
        "vanished: 1 that were there in the period before",
        "count            change  last seen  pattern, example",
        "    3  vanished    0.0x             ready",
    ]


def test_terminal_is_nothing_to_read(command, clean_environ, api):
    api.routes["/patterns"] = ANSWER
    leader, follower = pty.openpty()
    done = subprocess.run(
        [*command, "patterns", "--url", api.url], stdin=follower, capture_output=True, text=True, env=clean_environ
    )
    os.close(leader)
    os.close(follower)
    assert done.stdout.startswith("2 patterns, ")


def test_filters_are_passed_on_and_programs_get_the_answer(ask, api):
    api.routes["/patterns"] = ANSWER
    done = ask(
        "--url",
        api.url,
        "--json",
        "--since",
        "7d",
        "--agent-id",
        "bot",
        "--level",
        "error",
        "--limit",
        "5",
        "--search",
        "x y",
    )
    assert json.loads(done.stdout) == ANSWER
    (query,) = api.queries("/patterns")
    assert (query["agent_id"], query["level"], query["limit"], query["search"]) == ("bot", "error", "5", "x y")
    assert datetime.fromisoformat(query["since"])
    assert "until" not in query


def test_api_that_is_not_there_is_one_line_with_exit_code_2(ask, closed_port):
    done = ask("--url", f"http://127.0.0.1:{closed_port}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "spanlog up" in done.stderr
