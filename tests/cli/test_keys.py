"""``spanlog keys`` and ``spanlog audit``: what they write, and what they say."""

import json
import stat
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from spanlog_cli.audit import audit
from spanlog_cli.doctor.check import Status
from spanlog_cli.doctor.keys import check_keys
from spanlog_cli.keys.command import keys
from spanlog_cli.keys.expiry import unix_seconds_of
from spanlog_keys import KeyFile, KeyRing, Scope

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def run(tmp_path):
    """Run ``spanlog keys`` on a data directory of its own."""

    def run(*arguments):
        return CliRunner().invoke(keys, arguments, env={"SPANLOG_DATA_DIR": str(tmp_path / "data")})

    return run


def test_a_key_is_printed_alone_and_opens_what_it_is_for(run, tmp_path):
    done = run("create", "dash", "--scope", "read", "--agent", "a", "--agent", "b")
    assert done.exit_code == 0, done.output
    secret = done.stdout.strip()
    assert secret.startswith("spanlog_")
    assert secret not in done.stderr
    access = KeyRing(KeyFile(tmp_path / "data")).find(f"Bearer {secret}")
    assert (access.name, access.scopes, access.agents) == ("dash", {Scope.READ}, {"a", "b"})


def test_lists_show_keys_and_never_what_they_are(run):
    made = json.loads(run("create", "a", "--scope", "ingest", "--scope", "read", "--expires", "90d", "--json").stdout)
    run("create", "bb", "--scope", "admin", "--read-limit", "5")
    assert json.loads(run("revoke", "bb", "--json").stdout)["state"] == "revoked"
    listed = run("list").stdout
    assert [line.split()[:2] for line in listed.splitlines()] == [["name", "state"], ["a", "active"], ["bb", "revoked"]]
    answer = json.loads(run("list", "--json").stdout)
    assert [(key["name"], key["scopes"], key["read_limit"]) for key in answer["keys"]] == [
        ("a", ["ingest", "read"], None),
        ("bb", ["admin"], 5.0),
    ]
    assert answer["keys"][0] == {name: value for name, value in made.items() if name != "key"}
    assert made["key"] not in listed + json.dumps(answer)


def test_without_keys_it_says_so_and_makes_nothing(run, tmp_path):
    assert run("list").stdout == "there is no key\n"
    assert json.loads(run("list", "--json").stdout) == {"keys": []}
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create", "A", "--scope", "read"], "a key's name has"),
        (["create", "a"], "Missing option '--scope'"),
        (["create", "a", "--scope", "all"], "'all' is not one of"),
        (["create", "a", "--scope", "admin", "--agent", "x"], "admin is for all agents"),
        (["create", "a", "--scope", "read", "--expires", "2020-01-01"], "has passed"),
        (["create", "a", "--scope", "read", "--expires", "soon"], "neither a period such as 90d"),
        (["create", "a", "--scope", "read", "--read-limit", "-1"], "-1"),
        (["revoke", "a"], "there is no key named 'a'"),
    ],
)
def test_mistakes_are_told_and_make_nothing(run, tmp_path, arguments, said):
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert KeyFile(tmp_path / "data").read() == []


def test_a_mistake_is_one_line_and_exit_code_2(spanlog, tmp_path):
    done = spanlog("keys", "revoke", "a", env={"SPANLOG_DATA_DIR": str(tmp_path)})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "spanlog: there is no key named 'a'; spanlog keys list shows those there are\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", "2026-11-20T08:30:00"),
        ("24h", "2026-11-21T08:00:00"),
        ("90d", "2027-02-18T08:00:00"),
        ("2 W", "2026-12-04T08:00:00"),
        ("2026-12-01", "2026-12-01T00:00:00"),
        ("2026-11-20T10:00:00+01:00", "2026-11-20T09:00:00"),
    ],
)
def test_until_when(text, expected):
    assert unix_seconds_of(text, NOW) == datetime.fromisoformat(expected).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize("text", ["", "0d", "-1d", "1y", "2026-11-20T08:00:00Z", "999999999w", "9999999999d"])
def test_what_is_no_time_to_come(text):
    with pytest.raises(ValueError, match=r"passed|neither|too far"):
        unix_seconds_of(text, NOW)


def test_the_doctor_tells_of_keys_as_they_are(run, tmp_path):
    data = tmp_path / "data"
    assert check_keys(data).status is Status.OK
    assert "no named key" in check_keys(data).detail
    run("create", "a", "--scope", "read")
    run("create", "b", "--scope", "read")
    run("revoke", "b")
    assert check_keys(data)[:3] == (Status.OK, "keys", "named keys: 1 active, 1 revoked")
    run("revoke", "a")
    assert check_keys(data).status is Status.WARNING
    (data / "keys.json").chmod(0o644)
    assert "chmod 600" in check_keys(data).mend
    (data / "keys.json").write_text("{")
    assert check_keys(data).status is Status.PROBLEM
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("status", "expected"),
    [(401, "problem"), (403, "warning")],
)
def test_the_doctor_tells_a_key_that_is_not_known_from_one_for_something_else(spanlog, api, tmp_path, status, expected):
    health = {"status": "ok", "db": "connected", "version": "1"}
    api.routes.update({"/health": health, "/ready": (status, {}), "/logs": (status, {"detail": "no"})})
    done = spanlog("doctor", "--json", env={"SPANLOG_URL": api.url, "SPANLOG_DATA_DIR": str(tmp_path)})
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["key"]["status"] == expected
    assert "ready" not in checks


def test_the_audit_is_printed_a_change_a_line_and_safe_for_a_terminal(api):
    item = {
        "at": "2026-11-20T08:15:00.000000000Z",
        "action": "error.comment",
        "target": "00c3d1a5b7e9f204",
        "count": 1,
        "by": "ana\x1b[2J",
        "key": "dash",
        "detail": "two\nlines",
    }
    resolved = {**item, "action": "record.resolve", "count": 3, "by": "bo", "key": "", "detail": None}
    api.routes["/audit"] = {"items": [item, resolved], "next_cursor": None}
    done = CliRunner().invoke(audit, ["--url", api.url, "--since", "2026-11-01"])
    assert done.stdout.splitlines() == [
        "2026-11-20 08:15:00  error.comment   00c3d1a5b7e9f204  by ana\\x1b[2J with dash  (two\\nlines)",
        "2026-11-20 08:15:00  record.resolve  00c3d1a5b7e9f204 and 2 more  by bo",
    ]
    assert json.loads(CliRunner().invoke(audit, ["--url", api.url, "--json"]).stdout)["items"] == [item, resolved]
    api.routes["/audit"] = {"items": [], "next_cursor": None}
    assert CliRunner().invoke(audit, ["--url", api.url]).stdout == "nothing was changed\n"
