"""Which key is whose, while it is running."""

import os
import time
from types import SimpleNamespace

import pytest

from spanlog_keys import OPEN, STATIC_KEY_NAME, KeyFile, KeyFileError, KeyRequest, KeyRing, Scope

READ = frozenset({Scope.READ})


@pytest.fixture
def file(tmp_path):
    return KeyFile(tmp_path)


def wait_until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_without_keys_everybody_may_do_everything(file):
    ring = KeyRing(file)
    assert not ring.is_asking
    assert ring.find(None) is ring.find("Bearer x") is OPEN
    assert "none is asked for" in ring.describe()


def test_a_named_key_is_found_and_no_other(file):
    _, secret = file.create(KeyRequest("a", READ, frozenset({"x"})), "ana")
    ring = KeyRing(file)
    found = ring.find(f"Bearer {secret}")
    assert (found.name, found.scopes, found.agents) == ("a", READ, {"x"})
    for header in (
        None,
        "",
        secret,
        f"Basic {secret}",
        "Bearer",
        "Bearer ",
        f"Bearer {secret}x",
        f"Bearer {secret[:-1]}",
    ):
        assert ring.find(header) is None
    for scheme in ("bearer", "BEARER"):
        assert ring.find(f"{scheme}  {secret} ") == found


def test_what_the_file_keeps_is_no_key(file):
    key, _ = file.create(KeyRequest("a", READ), "ana")
    ring = KeyRing(file)
    assert ring.find(f"Bearer {key.sha256.hex()}") is None
    assert ring.find(f"Bearer {key.sha256.decode('latin-1')}") is None


def test_the_environments_key_is_one_beside_the_named_ones(file):
    _, secret = file.create(KeyRequest("a", READ), "ana")
    ring = KeyRing(file, "from the environment")
    assert ring.find("Bearer from the environment").name == STATIC_KEY_NAME
    assert ring.find("Bearer from the environment").scopes == set(Scope)
    assert ring.find(f"Bearer {secret}").name == "a"
    assert ring.describe() == "SPANLOG_API_KEY and 1 named key"


@pytest.mark.parametrize("header", ["Bearer \ud800", "Bearer \xff\xfe", "Bearer ключ", "Bearer " + "x" * 100_000])
def test_what_is_no_text_is_no_key(file, header):
    file.create(KeyRequest("a", READ), "ana")
    assert KeyRing(file, "s").find(header) is None


def test_scopes_include_others_where_they_must(file):
    ring = KeyRing(file)
    secrets = {scope: file.create(KeyRequest(scope.value, frozenset({scope})), "ana")[1] for scope in Scope}
    wait_until(lambda: ring.find(f"Bearer {secrets[Scope.ADMIN]}"))
    scopes = {scope: ring.find(f"Bearer {secret}").scopes for scope, secret in secrets.items()}
    assert scopes[Scope.INGEST] == {Scope.INGEST}
    assert scopes[Scope.READ] == {Scope.READ}
    assert scopes[Scope.WRITE] == {Scope.WRITE, Scope.READ}
    assert scopes[Scope.ADMIN] == set(Scope)


def test_keys_made_and_revoked_meanwhile_are_known_without_a_restart(file):
    ring = KeyRing(file)
    assert not ring.is_asking
    _, secret = file.create(KeyRequest("a", READ), "ana")
    wait_until(lambda: ring.is_asking)
    found = ring.find(f"Bearer {secret}")
    assert ring.still_holds(found)
    file.revoke("a", "ana")
    wait_until(lambda: ring.find(f"Bearer {secret}") is None)
    assert not ring.still_holds(found)


def test_revoking_the_last_key_does_not_open_the_door(file):
    file.create(KeyRequest("a", READ), "ana")
    file.revoke("a", "ana")
    ring = KeyRing(file)
    assert ring.is_asking
    assert ring.find(None) is None


def test_removing_the_file_does_not_open_the_door_of_a_running_stack(file):
    _, secret = file.create(KeyRequest("a", READ), "ana")
    ring = KeyRing(file)
    assert ring.find(f"Bearer {secret}")
    file.path.unlink()
    wait_until(lambda: ring.find(f"Bearer {secret}") is None)
    assert ring.is_asking


def test_an_expired_key_is_none(file):
    _, secret = file.create(KeyRequest("a", READ, expires_at=time.time() - 1), "ana")
    assert KeyRing(file).find(f"Bearer {secret}") is None


def test_a_key_that_expires_meanwhile_holds_no_longer(file, monkeypatch):
    _, secret = file.create(KeyRequest("a", READ, expires_at=time.time() + 3600), "ana")
    ring = KeyRing(file)
    found = ring.find(f"Bearer {secret}")
    assert ring.still_holds(found)
    later = SimpleNamespace(time=lambda: time.time() + 3601, monotonic=time.monotonic)
    monkeypatch.setattr("spanlog_keys.key_ring.time", later)
    assert ring.find(f"Bearer {secret}") is None
    assert not ring.still_holds(found)


def test_a_stack_does_not_start_on_a_damaged_file(file):
    file.path.write_text("{")
    with pytest.raises(KeyFileError, match="is damaged"):
        KeyRing(file)


def test_a_running_stack_goes_on_with_the_keys_of_before_when_the_file_is_damaged(file, caplog):
    _, secret = file.create(KeyRequest("a", READ), "ana")
    ring = KeyRing(file)
    whole = file.path.read_bytes()
    file.path.write_text("{")
    wait_until(lambda: ring.is_asking and ring.failure)
    assert ring.find(f"Bearer {secret}")
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    file.path.write_bytes(whole)
    os.utime(file.path, ns=(1, 1))
    wait_until(lambda: ring.is_asking and not ring.failure)
    assert ring.find(f"Bearer {secret}")
