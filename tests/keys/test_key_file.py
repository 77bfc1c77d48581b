"""The file of keys: private, whole, and written by one at a time."""

import json
import os
import re
import stat
import subprocess
import sys
import time

import pytest

from spanlog_keys import KeyFile, KeyFileError, KeyRequest, KeyRequestError, Scope

READ = frozenset({Scope.READ})


@pytest.fixture
def file(tmp_path):
    return KeyFile(tmp_path / "data")


def test_a_key_has_256_random_bits_and_is_not_in_the_file(file):
    made = [file.create(KeyRequest(f"k{number}", READ), "ana")[1] for number in range(20)]
    assert len(set(made)) == 20
    for secret in made:
        assert re.fullmatch(r"spanlog_[A-Za-z0-9_-]{43}", secret)
        assert secret not in file.path.read_text()
        assert secret.removeprefix("spanlog_") not in file.path.read_text()


def test_only_its_owner_can_read_it_whatever_the_umask(file):
    before = os.umask(0)
    try:
        file.create(KeyRequest("a", READ), "ana")
        file.create(KeyRequest("b", READ), "ana")
    finally:
        os.umask(before)
    for path in file.path.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert not file.is_open_to_others()
    file.path.chmod(0o644)
    assert file.is_open_to_others()


def test_what_was_asked_for_is_what_is_read(file):
    request = KeyRequest(
        "crypto",
        frozenset({Scope.INGEST, Scope.READ}),
        frozenset({"crypto", 'it\'s \\ "quoted"'}),
        expires_at=time.time() + 60,
        read_limit=2.5,
        ingest_limit=0,
    )
    made, _ = file.create(request, "ana")
    (key,) = KeyFile(file.path.parent).read()
    assert key == made
    assert (key.scopes, key.agents, key.expires_at) == (request.scopes, request.agents, request.expires_at)
    assert (key.read_limit, key.ingest_limit, key.created_by) == (2.5, 0, "ana")
    assert key.state(time.time()) == "active"
    assert key.state(time.time() + 61) == "expired"


def test_a_revoked_key_stays_on_record_and_its_name_is_not_given_again(file):
    file.create(KeyRequest("a", READ), "ana")
    first = file.revoke("a", "bo")
    assert file.revoke("a", "zoe") == first
    (key,) = file.read()
    assert (key.state(time.time()), key.revoked_by) == ("revoked", "bo")
    assert [(event.action, event.by) for event in key.events()] == [("create", "ana"), ("revoke", "bo")]
    with pytest.raises(KeyRequestError, match="there is or was a key named a"):
        file.create(KeyRequest("a", READ), "ana")
    with pytest.raises(KeyRequestError, match="there is no key named 'b'"):
        file.revoke("b", "ana")


@pytest.mark.parametrize("name", ["", "A", "a b", "a\n", "-a", "x" * 65, "ключ", "SPANLOG_API_KEY"])
def test_a_name_that_would_be_in_doubt_is_refused(name):
    with pytest.raises(KeyRequestError, match="a key's name has 1 to 64"):
        KeyRequest(name, READ)


@pytest.mark.parametrize("agent", ["", " ", "a\nb", "a\0b", "x" * 257])
def test_an_agent_that_there_cannot_be_is_refused(agent):
    with pytest.raises(KeyRequestError, match="an agent's id"):
        KeyRequest("a", READ, frozenset({agent}))


def test_a_key_that_may_do_everything_is_bound_to_nobody():
    with pytest.raises(KeyRequestError, match="admin is for all agents"):
        KeyRequest("a", frozenset({Scope.ADMIN}), frozenset({"x"}))
    with pytest.raises(KeyRequestError, match="name a scope"):
        KeyRequest("a", frozenset())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        '{"version": 1}',
        '{"version": 1, "keys": [{}]}',
        '{"version": 1, "keys": [1]}',
        "\xff",
        "[" * 10**5,
    ],
)
def test_a_damaged_file_is_told_and_not_taken_for_an_empty_one(file, text):
    file.path.parent.mkdir()
    file.path.write_text(text, encoding="latin-1")
    with pytest.raises(KeyFileError, match="is damaged"):
        file.read()
    with pytest.raises(KeyFileError, match="is damaged"):
        file.create(KeyRequest("a", READ), "ana")
    assert file.path.read_text(encoding="latin-1") == text


def test_a_digest_that_is_none_is_damage(file):
    file.create(KeyRequest("a", READ), "ana")
    document = json.loads(file.path.read_text())
    document["keys"][0]["sha256"] = ""
    file.path.write_text(json.dumps(document))
    with pytest.raises(KeyFileError, match="is damaged"):
        file.read()


def test_a_file_of_a_newer_spanlog_is_left_alone(file):
    file.path.parent.mkdir()
    file.path.write_text('{"version": 2, "keys": []}')
    with pytest.raises(KeyFileError, match="newer spanlog"):
        file.create(KeyRequest("a", READ), "ana")


def test_writers_at_one_moment_do_not_lose_each_others_keys(file):
    program = (
        "import sys; from pathlib import Path; from spanlog_keys import *\n"
        "for number in range(10):\n"
        "    KeyFile(Path(sys.argv[1])).create(KeyRequest(f'{sys.argv[2]}-{number}', frozenset({Scope.READ})), 'x')\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, str(file.path.parent), f"w{n}"]) for n in range(4)]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    assert {key.name for key in file.read()} == {f"w{n}-{number}" for n in range(4) for number in range(10)}


def test_a_disk_that_refuses_leaves_the_file_as_it_was(file, tmp_path):
    file.create(KeyRequest("a", READ), "ana")
    before = file.path.read_bytes()
    # A folder in the way of the unfinished file: what the superuser cannot get past either.
    (file.path.parent / "keys.unfinished").mkdir()
    with pytest.raises(KeyFileError, match="cannot be written"):
        file.create(KeyRequest("b", READ), "ana")
    assert file.path.read_bytes() == before
