"""The console script: what it imports, what it says of mistakes, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest
from click.testing import CliRunner

from spanlog_cli.commands import COMMANDS
from spanlog_cli.main import cli

HEAVY = ["fastapi", "chdb", "rich", "clickhouse_connect", "urllib3", "grpc", "pandas", "opentelemetry", "spanlog"]


def run_python(code, environ, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environ, timeout=90
    )


def blocking(*modules):
    """Code that makes modules look as if they were not installed, and then runs the command line."""
    return (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] in {modules!r}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "from spanlog_cli.main import main\n"
        "main()\n"
    )


NOON = "2026-11-20T12:00:00Z"
LIGHT = blocking("rich", "fastapi", "chdb", "clickhouse_connect", "uvicorn", "uvloop", "prometheus_client", "grpc")


def test_importing_the_command_line_imports_nothing_of_weight(clean_environ):
    code = f"import json, sys, spanlog_cli.main; print(json.dumps([n for n in {HEAVY!r} if n in sys.modules]))"
    assert json.loads(run_python(code, clean_environ).stdout) == []


def test_help_imports_no_command(clean_environ):
    code = (
        "import sys, spanlog_cli.main\n"
        "try:\n"
        "    spanlog_cli.main.main()\n"
        "except SystemExit as stop:\n"
        "    assert stop.code == 0, stop.code\n"
        f"print([n for n in {HEAVY!r} if n in sys.modules])\n"
    )
    done = run_python(code, clean_environ, "--help")
    assert done.stdout.endswith("[]\n"), done.stdout
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", [name for name, entry in COMMANDS.items() if entry.extra != "server"])
def test_every_command_of_the_table_is_there_and_explains_itself(name):
    done = CliRunner().invoke(cli, [name, "--help"])
    assert done.exit_code == 0
    assert f"Usage: cli {name}" in done.output


def test_version_is_the_distributions(spanlog):
    from importlib.metadata import version

    assert spanlog("--version").stdout == f"spanlog {version('spanlog')}\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sned"], "send"),
        (["--verison"], "--version"),
        (["send", "--nothing"], "--nothing"),
        (["send"], "--agent-id"),
        (["send", "--agent-id", "a", "--level", "loud"], "loud"),
        (["send", "--agent-id", "a", "--from-line", "0"], "from-line"),
        (["summary", "--since", "yesterday"], "24h"),
        (["summary", "--url", "ftp://x"], "ftp://x"),
        (["tail", "-n", "many"], "many"),
        (["trace"], "--slowest"),
        (["trace", "abc", "--slowest"], "--slowest"),
        (["doctor", "extra"], "extra"),
    ],
)
def test_mistake_is_one_line_with_exit_code_2(spanlog, arguments, told):
    done = spanlog(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.startswith("spanlog: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["up"], ["demo"], ["migrate"]])
def test_light_installation_names_the_extra_for_the_stack(clean_environ, arguments):
    done = run_python(LIGHT, clean_environ, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert 'pip install "spanlog[server]"' in done.stderr
    assert done.stderr.count("\n") == 1


def test_light_installation_names_the_extra_for_tables(clean_environ, api):
    api.routes["/logs/summary"] = {"total": 0}
    done = run_python(LIGHT, clean_environ, "summary", "--url", api.url)
    assert (done.returncode, done.stdout) == (2, "")
    assert 'pip install "spanlog[cli]"' in done.stderr
    assert done.stderr.count("\n") == 1


def test_light_installation_can_send_tail_and_speak_json(clean_environ, api, sink, tmp_path):
    log = tmp_path / "a.log"
    log.write_text("2026-11-20 07:53:01 ERROR x\n")
    sent = run_python(LIGHT, clean_environ, "send", "--agent-id", "a", "--endpoint", sink.url, str(log))
    assert sent.returncode == 0, sent.stderr
    api.routes["/logs/summary"] = {"total": 7}
    summary = run_python(LIGHT, clean_environ, "summary", "--json", "--url", api.url)
    assert json.loads(summary.stdout) == {"total": 7}, summary.stderr
    api.routes["/logs"] = {"total": 0, "items": []}
    assert run_python(LIGHT, clean_environ, "tail", "--no-follow", "--url", api.url).returncode == 0
    doctor = run_python(LIGHT, clean_environ, "doctor", "--url", api.url, "--endpoint", sink.url)
    assert "extras: none" in doctor.stdout


def test_module_of_our_own_that_is_missing_is_a_bug_and_not_an_extra(clean_environ):
    done = run_python(blocking("spanlog_collector"), clean_environ, "up")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_interrupt_ends_with_130_and_no_traceback(started, api, wait_until):
    api.routes["/logs"] = {"total": 0, "items": []}
    process = started("tail", "--url", api.url)
    wait_until(lambda: api.asked, "the first question")
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert stderr.strip() == b""


def test_reader_that_goes_away_ends_the_command_quietly(clean_environ, api, command):
    entry = {"id": "x", "created_at": "2026-11-20T07:53:01.000000000Z", "level": "info", "message": "m" * 1000}
    items = [{**entry, "id": str(number)} for number in range(1000)]
    api.routes["/logs"] = {"total": 1000, "items": items}
    read, write = os.pipe()
    process = subprocess.Popen(
        [*command, "tail", "-n", "1000", "--no-follow", "--url", api.url],
        stdout=write,
        stderr=subprocess.PIPE,
        env=clean_environ,
    )
    os.close(write)
    os.read(read, 10)
    os.close(read)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 1
    assert stderr == b""


@pytest.mark.parametrize("arguments", [["tail"], ["search", "--follow"]])
def test_reader_that_goes_away_while_nothing_comes_ends_who_follows(clean_environ, api, command, wait_until, arguments):
    api.routes["/logs"] = {"total": 0, "items": [], "next_cursor": None}
    api.routes["/logs/histogram"] = {"total": 0, "bars": [], "interval_seconds": 1.0, "since": NOON, "until": NOON}
    released = threading.Event()

    def silent(_query):
        released.wait(60)
        return {}

    api.routes["/logs/tail"] = silent
    read, write = os.pipe()
    process = subprocess.Popen(
        [*command, *arguments, "--url", api.url], stdout=write, stderr=subprocess.PIPE, env=clean_environ
    )
    os.close(write)
    wait_until(lambda: api.asked, "the first question")
    os.close(read)
    _, stderr = process.communicate(timeout=60)
    released.set()
    assert process.returncode == 1
    assert stderr == b""


def test_terminal_without_the_letters_is_written_to_all_the_same(spanlog, api):
    group = {"count": 1, "title": "Größe 漢字 🎉", "agents": []}
    api.routes["/logs/summary"] = {"total": 1, "unresolved": [group], "unresolved_total": 1}
    entry = {"id": "1", "created_at": "2026-11-20T07:53:01Z", "message": "Größe 漢字 🎉"}
    api.routes["/logs"] = {"total": 1, "items": [entry]}
    for arguments in (["summary"], ["tail", "--no-follow"], ["doctor"]):
        done = spanlog(*arguments, "--url", api.url, env={"PYTHONIOENCODING": "ascii"})
        assert done.stderr == ""
        assert done.stdout
