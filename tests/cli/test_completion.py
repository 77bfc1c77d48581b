"""Completion in a real bash, which asks the real command line."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from spanlog_cli.main import cli


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    """What a shell is told to read when it starts."""
    done = CliRunner().invoke(cli, ["completion", "bash"])
    assert done.exit_code == 0
    file = tmp_path_factory.mktemp("completion") / "spanlog.bash"
    file.write_text(done.output)
    return file


@pytest.fixture
def complete(script, clean_environ, tmp_path, api):
    """Give what bash offers for the last of these words."""
    program = tmp_path / "bin" / "spanlog"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m spanlog_cli "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"

    def offered(*words, shell_line='_spanlog_completion spanlog; printf "%s\\n" "${COMPREPLY[@]}"', **environ):
        source = f'source {script}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); {shell_line}'
        done = subprocess.run(
            ["bash", "--norc", "-c", source, "bash", *words],
            capture_output=True,
            text=True,
            env={**clean_environ, "PATH": path, "SPANLOG_URL": api.url, **environ},
            timeout=90,
        )
        # compopt and complete know that no key was pressed.
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout.split()

    return offered


def test_bash_is_told_who_completes(complete):
    assert "_spanlog_completion" in complete("spanlog", "", shell_line="complete -p spanlog")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["spanlog", "ses"], ["session", "sessions"]),
        (["spanlog", "--ver"], ["--version"]),
        (["spanlog", "search", "--fol"], ["--follow"]),
        (["spanlog", "tail", "--level", ""], ["debug", "info", "warn", "error", "critical"]),
        (["spanlog", "errors", "m"], ["merge", "mute"]),
        (["spanlog", "completion", ""], ["bash", "zsh", "fish"]),
    ],
)
def test_commands_options_and_choices_are_offered(complete, words, offered):
    assert complete(*words) == offered


def test_values_are_those_of_the_api(complete, api):
    api.routes["/logs/agents"] = [{"agent_id": name} for name in ("crypto", "critic", "planner", "a b", "$(reboot)")]
    assert complete("spanlog", "search", "--agent-id", "cr") == ["crypto", "critic"]
    # What a shell would take apart, or run, is not offered.
    assert complete("spanlog", "tail", "--agent-id", "") == ["crypto", "critic", "planner"]


def test_ids_of_sessions_traces_and_groups_are_offered(complete, api):
    api.routes["/sessions"] = {"items": [{"session_key": "run-42", "agents": ["bot"]}]}
    api.routes["/traces"] = {"items": [{"trace_id": "ab" * 16, "root_name": "buy"}]}
    api.routes["/errors"] = {"items": [{"fingerprint": "00c3d1a5b7e9f204", "title": "no answer"}]}
    assert complete("spanlog", "session", "") == ["run-42"]
    assert complete("spanlog", "trace", "") == ["ab" * 16]
    assert complete("spanlog", "errors", "resolve", "00") == ["00c3d1a5b7e9f204"]


def test_the_key_goes_along(complete, api):
    api.key = "k"
    api.routes["/logs/agents"] = [{"agent_id": "crypto"}]
    assert complete("spanlog", "search", "--agent-id", "") == []
    assert complete("spanlog", "search", "--agent-id", "", SPANLOG_API_KEY="k") == ["crypto"]


@pytest.mark.parametrize("answer", [(500, {}), (200, b"<html>"), (200, {"items": 7})])
def test_an_api_that_says_something_else_offers_nothing(complete, api, answer):
    api.routes["/logs/agents"] = answer
    assert complete("spanlog", "search", "--agent-id", "") == []


def test_no_api_offers_nothing(complete, closed_port):
    assert complete("spanlog", "search", "--agent-id", "", SPANLOG_URL=f"http://127.0.0.1:{closed_port}") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_a_script(spanlog, shell):
    done = spanlog("completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert "_SPANLOG_COMPLETE" in done.stdout
