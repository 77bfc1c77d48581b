"""What ``pip install .`` brings, and what it must not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from stack_process import clean_environment

FORBIDDEN = {"fastapi", "grpcio", "pandas", "clickhouse-connect", "chdb", "chdb-core", "uvicorn", "pyarrow", "numpy"}


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an empty environment with the distribution and no extra."""
    repository = Path(__file__).parents[2]
    folder = tmp_path_factory.mktemp("light")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    done = subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(repository)],
        capture_output=True,
        text=True,
    )
    if "NewConnectionError" in done.stderr or "Temporary failure in name resolution" in done.stderr:
        pytest.skip("no package index can be reached from here")
    assert done.returncode == 0, done.stderr
    return python


def run(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(python), *arguments], capture_output=True, text=True, env=clean_environment())


@pytest.mark.timeout(300)
def test_light_installation_brings_the_handler_only(light):
    listed = json.loads(run(light, "-m", "pip", "list", "--format=json", "--disable-pip-version-check").stdout)
    names = {package["name"].lower().replace("_", "-") for package in listed}
    assert "spanlog" in names
    assert names & FORBIDDEN == set()


def test_handler_works_there_and_a_program_ends_well_without_a_stack(light):
    program = (
        "import logging, spanlog\n"
        "handler = spanlog.SpanlogHandler(agent_id='a', endpoint='http://127.0.0.1:1')\n"
        "logging.getLogger().addHandler(handler)\n"
        "logging.getLogger('bot').error('order %s failed', 'ETH/USDC')\n"
        "print(handler.stats()['accepted'])\n"
    )
    done = run(light, "-c", program)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
    assert "Traceback" not in done.stderr


def test_configure_works_there(light):
    done = run(light, "-c", "import spanlog; spanlog.configure(agent_id='a', endpoint='http://127.0.0.1:1')")
    assert done.returncode == 0, done.stderr


def test_query_client_works_there(light):
    program = (
        "import spanlog\n"
        "client = spanlog.QueryClient('http://127.0.0.1:1', retry_seconds=0)\n"
        "try:\n"
        "    next(client.search('level:error'))\n"
        "except spanlog.ApiUnavailableError as error:\n"
        "    print(error.detail)\n"
    )
    done = run(light, "-c", program)
    assert (done.returncode, done.stdout) == (0, "connection refused\n"), done.stderr


def test_command_line_lists_everything_and_says_what_is_missing(light):
    spanlog = light.with_name("spanlog")
    listed = run(spanlog, "--help")
    assert listed.returncode == 0
    assert "summary" in listed.stdout
    for command in ("up", "demo", "migrate"):
        refused = run(spanlog, command)
        assert refused.returncode == 2
        assert 'pip install "spanlog[server]"' in refused.stderr
        assert refused.stderr.count("\n") == 1


def test_keys_can_be_made_there(light, tmp_path):
    for arguments, expected in (
        (("create", "a", "--scope", "ingest", "--data-dir", str(tmp_path)), "spanlog_"),
        (("list", "--data-dir", str(tmp_path)), "a "),
    ):
        done = run(light, "-c", "from spanlog_cli.main import main; main()", "keys", *arguments)
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout
