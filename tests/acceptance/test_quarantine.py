"""A message that the engine refuses costs its neighbours nothing, is told, and can be sent again."""

import json
import signal
import sys
from pathlib import Path

import pytest
from segments import framed, log_request, put_segment, refused_by_the_engine
from stack_process import StackEndedError

from spanlog_collector.journal.quarantine import Quarantine
from spanlog_collector.otlp.description import LOGS

KILLED_AT = str(Path(__file__).parents[1] / "support" / "killed_at.py")
BODIES = "SELECT Body, count() AS n FROM otel_logs GROUP BY Body"
NEIGHBOURS = [f"neighbour {index}" for index in range(2000)]


def message(body: str) -> bytes:
    return framed(log_request("kept", body).SerializeToString())


def checks(stack, *arguments: str) -> dict[str, dict[str, str]]:
    done = stack.spanlog("doctor", "--json", "--data-dir", str(stack.data_directory), *arguments)
    return {check["name"]: check for check in json.loads(done.stdout)["checks"]}


def replay(stack, *arguments: str, expected: int = 0) -> dict[str, list]:
    done = stack.spanlog("replay", "--json", "--data-dir", str(stack.data_directory), *arguments)
    assert (done.returncode, done.stderr) == (expected, "")
    return json.loads(done.stdout)


@pytest.mark.timeout(240)
def test_poison_is_set_aside_alone_told_and_can_be_sent_again(start_stack, tmp_path):
    data = tmp_path / "data"
    frames = [message(body) for body in NEIGHBOURS]
    for position in (1500, 700, 701):
        frames.insert(position, framed(refused_by_the_engine(f"poison {position}")))
    put_segment(data / "journal", 1, *frames)
    quarantine = Quarantine(data / "quarantine")
    quarantine.add(LOGS, "logs-damaged", b"\x01\x02\x03", "damaged on disk")

    stack = start_stack()
    stack.wait_for("/ready", lambda ready: ready["parts"]["journal"]["detail"].startswith("0 bytes"))
    ready = stack.get("/ready")
    assert ready["ready"] is True
    assert "4 messages are in quarantine" in ready["parts"]["journal"]["detail"]
    found = checks(stack)
    assert found["quarantine"]["status"] == "warning"
    assert "4 messages set aside in" in found["quarantine"]["detail"]
    assert found["lag"]["detail"] == "everything that was acknowledged is stored"
    assert "of at most 1,024.0 MiB" in found["journal"]["detail"]
    metrics = stack.request("GET", "/metrics").data.decode()
    assert 'spanlog_collector_quarantined_messages_total{signal="logs"} 3.0' in metrics

    listed = replay(stack)["messages"]
    assert sorted(str(entry["records"]) for entry in listed) == ["None"] * 4
    # As it is after an upgrade that reads what the one before refused.
    fixed = quarantine.add(LOGS, "logs-fixed", message("refused once"), "refused by an older spanlog").stem
    assert replay(stack, fixed) == {"stored": [fixed], "refused": [], "waiting": []}
    refused = replay(stack, "--all", expected=1)
    assert {item["name"] for item in refused["refused"]} == {entry["name"] for entry in listed}
    assert sum("is not an OTLP" in item["reason"] for item in refused["refused"]) == 3
    assert any("damaged on disk" in item["reason"] for item in refused["refused"])
    damaged = next(entry["name"] for entry in listed if entry["records"] is None)
    assert replay(stack, damaged, "--discard") == {"discarded": [damaged]}
    assert quarantine.count() == 3
    wrong = stack.spanlog("replay", "nonsense", "--data-dir", str(data))
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "no message nonsense" in wrong.stderr

    assert stack.stop() == 0
    stored = {row["Body"]: row["n"] for row in stack.rows(BODIES)}
    assert stored == dict.fromkeys([*NEIGHBOURS, "refused once"], 1)


@pytest.mark.timeout(240)
def test_replay_without_a_running_stack_is_done_by_the_next_and_killed_halfway_is_stored_once(start_stack, tmp_path):
    stack = start_stack()
    assert stack.stop() == 0
    quarantine = Quarantine(tmp_path / "data" / "quarantine")
    names = [quarantine.add(LOGS, f"logs-{body}", message(body), "refused").stem for body in ("a", "b", "c")]
    assert replay(stack, "--all") == {"stored": [], "refused": [], "waiting": sorted(names)}
    told = stack.spanlog("replay", "--all", "--data-dir", str(tmp_path / "data"))
    assert (told.returncode, told.stdout) == (
        0,
        f"no spanlog runs on {tmp_path / 'data'}: the next one that starts sends 3\n",
    )
    assert "3 messages set aside" in checks(stack)["quarantine"]["detail"]

    try:
        struck = start_stack(launcher=[sys.executable, KILLED_AT, "before unlink /quarantine/.*replay$ 2"])
    except StackEndedError as error:
        # The replay went on while the rest was still starting.
        ended = error.code
    else:
        ended = struck.process.wait(30)
        struck.kill()
    assert ended == -signal.SIGKILL
    stack = start_stack()
    stack.wait_for("/ready", lambda ready: "quarantine" not in ready["parts"]["journal"]["detail"])
    assert stack.stop() == 0
    assert {row["Body"]: row["n"] for row in stack.rows(BODIES)} == dict.fromkeys("abc", 1)
    assert not list((tmp_path / "data" / "quarantine").iterdir())
