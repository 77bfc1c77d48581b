"""What a program could not send waits on disk, and the next program of that machine sends it, once."""

import subprocess
import sys

from stack_process import clean_environment

PROGRAM = """
import logging, sys, spanlog
logging.getLogger().addHandler(spanlog.SpanlogHandler(agent_id="spooled"))
for number in range(int(sys.argv[1]), int(sys.argv[2])):
    logging.getLogger("bot").warning("record %d", number)
"""


def run(endpoint: str, spool: str, *numbers: str) -> None:
    environment = clean_environment(SPANLOG_ENDPOINT=endpoint, SPANLOG_SPOOL_DIR=spool)
    command = [sys.executable, "-c", PROGRAM, *numbers]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 0, done.stderr


def test_records_of_an_outage_arrive_with_the_next_program(start_stack, tmp_path):
    stack = start_stack()
    address = stack.otlp_http.removeprefix("http://")
    assert stack.stop() == 0
    spool = str(tmp_path / "spool")
    run(stack.otlp_http, spool, "0", "50")
    stack = start_stack("--otlp-http", address)
    run(stack.otlp_http, spool, "50", "60")
    found = stack.wait_for("/logs", lambda answer: len(answer["items"]) == 60, agent_id="spooled", limit=1000)
    assert sorted(entry["message"] for entry in found["items"]) == sorted(f"record {number}" for number in range(60))
    assert stack.stop() == 0
