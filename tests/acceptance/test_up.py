"""``spanlog up``: mistakes are told in one line with exit code 2, and never with a traceback."""

import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from stack_process import SPANLOG, clean_environment

ANY_PORTS = ["--api", "127.0.0.1:0", "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0"]


def refused(*arguments: str, **environment: str) -> str:
    """Run ``spanlog up``, which must refuse, and return its one line."""
    done = subprocess.run(
        [*SPANLOG, "up", *arguments], capture_output=True, text=True, timeout=60, env=clean_environment(**environment)
    )
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_unknown_flag(tmp_path):
    assert "--nonsense" in refused("--nonsense")


@pytest.mark.parametrize("flag", ["--api", "--otlp-http", "--otlp-grpc"])
def test_address_that_is_none(tmp_path, flag):
    assert "is not HOST:PORT" in refused("--data-dir", str(tmp_path), flag, "8421")


@pytest.mark.parametrize("flag", ["--api", "--otlp-http", "--otlp-grpc"])
def test_taken_port_names_the_flag_that_chooses_another(tmp_path, flag):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        line = refused("--data-dir", str(tmp_path), *ANY_PORTS, flag, address)
    assert address in line
    assert f"choose another address with {flag}" in line


@pytest.mark.parametrize("flag", ["--api", "--otlp-http", "--otlp-grpc"])
def test_address_for_other_machines_needs_a_key(tmp_path, flag):
    assert "set SPANLOG_API_KEY" in refused("--data-dir", str(tmp_path), *ANY_PORTS, flag, "0.0.0.0:0")
    line = refused("--data-dir", str(tmp_path), *ANY_PORTS, flag, "[::]:0", SPANLOG_API_KEY=" ")
    assert "set SPANLOG_API_KEY" in line


def test_data_directory_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    assert "choose another with --data-dir" in refused("--data-dir", str(tmp_path / "file" / "x"), *ANY_PORTS)


def test_data_directory_of_a_running_spanlog(start_stack):
    stack = start_stack()
    line = refused("--data-dir", str(stack.data_directory), *ANY_PORTS)
    assert f"in use by a running spanlog (process {stack.process.pid})" in line


def test_what_the_api_refuses_at_the_door_has_the_shape_of_its_errors(start_stack):
    address = urlsplit(start_stack().api)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(b"no request\r\n\r\n")
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head
    assert json.loads(body)["status"] == 400


def test_store_of_a_newer_spanlog(start_stack):
    stack = start_stack()
    assert stack.stop() == 0
    program = (
        "import sys\n"
        "from spanlog_collector.storage import open_store, tables\n"
        "store = open_store(sys.argv[1])\n"
        "store.insert(tables.MIGRATIONS, tables.MIGRATION_COLUMNS, [[9999, 'from_the_future', 'x']])\n"
        "store.close()\n"
    )
    subprocess.run([sys.executable, "-c", program, f"chdb://{stack.data_directory}/store"], check=True)
    assert "upgrade spanlog" in refused("--data-dir", str(stack.data_directory), *ANY_PORTS)


def test_store_that_is_not_reachable_shows_no_password(tmp_path):
    line = refused("--data-dir", str(tmp_path), *ANY_PORTS, SPANLOG_DSN="clickhouse://me:s3cret@127.0.0.1:1/otel")
    assert "does not answer (connection refused)" in line
    assert "s3cret" not in line


def test_dsn_that_is_none(tmp_path):
    assert "use chdb:///absolute/path" in refused("--data-dir", str(tmp_path), *ANY_PORTS, "--dsn", "postgres://x")


def test_key_that_cannot_be_sent(tmp_path):
    assert "SPANLOG_API_KEY" in refused("--data-dir", str(tmp_path), *ANY_PORTS, SPANLOG_API_KEY="ключ")


def test_migrate_makes_a_store_and_finds_nothing_to_do_the_second_time(tmp_path):
    command = [*SPANLOG, "migrate", "--data-dir", str(tmp_path)]
    first = subprocess.run(command, capture_output=True, text=True, check=True, env=clean_environment())
    assert re.search(r"applied 0001 create_otel_logs", first.stdout)
    second = subprocess.run(command, capture_output=True, text=True, check=True, env=clean_environment())
    assert "nothing to do" in second.stdout


def test_stack_on_a_clickhouse_server(tmp_path, start_stack):
    """The same code, the other kind of store: a server's HTTP interface, here over the embedded engine."""
    front = Path(__file__).parent.parent / "support" / "clickhouse_front.py"
    (tmp_path / "server").mkdir()
    with subprocess.Popen(
        [sys.executable, str(front), str(tmp_path / "server" / "store"), "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as server:
        try:
            dsn = f"clickhouse://127.0.0.1:{server.stdout.readline().strip()}/otel"
            stack = start_stack(SPANLOG_DSN=dsn)
            stack.run_program(
                "import logging, spanlog\n"
                "logging.getLogger().addHandler(spanlog.SpanlogHandler(agent_id='remote'))\n"
                "for number in range(3):\n"
                "    logging.getLogger('bot').error('order %d failed', number)\n"
            )
            stack.wait_for("/logs", lambda found: found["total"] == 3, agent_id="remote")
            posted = stack.request("POST", "/logs", {"agent_id": "remote", "message": "by hand", "level": "error"})
            assert posted.status == 201
            (item,) = stack.wait_for("/logs/summary", lambda found: len(found["unresolved"]) == 2, agent_id="remote")[
                "recurring"
            ]
            assert item["count"] == 3
            resolved = stack.request("PATCH", f"/logs/{posted.json()['id']}/resolve", {"resolved_by": "me"})
            assert resolved.json()["resolved_by"] == "me"
            assert stack.stop() == 0
        finally:
            server.kill()
