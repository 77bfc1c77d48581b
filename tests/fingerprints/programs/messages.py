"""Errors that are logged without a stack, as programs do: some name a template, some only say a text.

Prints one JSON object a line: case, body, and template where the call had arguments.
"""

import json
import os
import random
import uuid

SEED = int(os.environ["SHOP_SEED"])
RANDOM = random.Random(SEED)


def number(most=10**6):
    return RANDOM.randrange(10, most)


def uid():
    return str(uuid.UUID(int=RANDOM.getrandbits(128), version=4))


def host():
    return RANDOM.choice(["db-3.internal", "cache7.eu.example.com", "node-a1.prod.example.net"])


def ip():
    return f"10.{number(255)}.{number(255)}.{number(255)}"


def user():
    return RANDOM.choice(["alice", "bob", "carol", "dave.miller"])


def os_error(function, *arguments):
    try:
        function(*arguments)
    except OSError as error:
        return str(error)
    raise AssertionError


TEMPLATES = {
    "t.payment": lambda: ("payment %s of %s declined: %s", uid(), user(), RANDOM.choice(["card expired", "no funds"])),
    "t.refund": lambda: ("refund %s of %s declined: %s", uid(), user(), RANDOM.choice(["card expired", "no funds"])),
    "t.shard": lambda: ("shard %d is %s", number(), RANDOM.choice(["red", "yellow", "unassigned"])),
    "t.retry": lambda: ("giving up after %d tries: %s", number(9999), os_error(open, f"/nonexistent/{uid()}")),
}
TEXTS = {
    "m.timeout": lambda: f"request {uid()} to {host()}:{number(9999)} timed out after {number()} ms",
    "m.timeout.db": lambda: f"query {uid()} on {host()}:{number(9999)} timed out after {number() / 7:.2f} ms",
    "m.login": lambda: f"login of {user()}@{host()} from {ip()} failed",
    "m.logout": lambda: f"logout of {user()}@{host()} from {ip()} failed",
    "m.url": lambda: (
        f"GET https://{host()}/v1/orders/{number()}?key={uid()[:8]} answered {RANDOM.choice([500, 502, 503])}"
    ),
    "m.url.post": lambda: f"POST https://{host()}/v1/orders/{number()} answered {RANDOM.choice([500, 502, 503])}",
    "m.digest": lambda: f"digest mismatch: {RANDOM.getrandbits(160):040x} is not {RANDOM.getrandbits(160):040x}",
    "m.md5": lambda: f"corrupt block {RANDOM.getrandbits(128):032x} at 0x{RANDOM.getrandbits(40):x}",
    "m.commit": lambda: f"deploy of {RANDOM.getrandbits(32):08x}a1 rolled back",
    "m.date": lambda: f"no rates for 2026-{number(13):02d}-{number(29):02d}T{number(24):02d}:00:00.{number()}Z",
    "m.quoted": lambda: f"unknown column name='{user()}_{number()}' in statement",
    "m.quoted.table": lambda: f"unknown table name='{user()}_{number()}' in statement",
    "m.flag": lambda: f"feature refused: enabled={RANDOM.choice(['true', 'false'])} retries={number()}",
    "m.path": lambda: os_error(open, f"/srv/{user()}/data/{number()}/in.csv"),
    "m.path.dir": lambda: os_error(os.listdir, f"/etc/hostname/{user()}/{number()}"),
    "m.exec": lambda: os_error(os.execv, "/", ["x"]),
    "m.bind": lambda: f"cannot bind [::1]:{number(9999)}: address already in use (pid {number()})",
    "m.mail": lambda: f"cannot deliver to {user()}+{number()}@{host()}: mailbox full",
    "m.size": lambda: f"upload of {number()}KB refused, limit is {number(99)}MB",
    "m.trace": lambda: f"lost span 00-{RANDOM.getrandbits(128):032x}-{RANDOM.getrandbits(64):016x}-01",
    "m.lines": lambda: f"worker {number()} stopped\nlast job {uid()}\nexit code {number(99)}",
    "m.lines.killed": lambda: f"worker {number()} killed\nlast job {uid()}\nexit code {number(99)}",
    "m.json": lambda: json.dumps({"event": "sync failed", "id": uid(), "took": number() / 10, "user": user()}),
    "m.ip6": lambda: f"peer fe80::{number(9999):x}:{number(9999):x}%eth0 went away",
    "m.negative": lambda: f"balance {-number()}.{number(99)} below limit -{number()}",
    "m.oom": lambda: f"Out of memory: Killed process {number()} (java) total-vm:{number()}kB, anon-rss:{number()}kB",
    "m.segfault": lambda: (
        f"app[{number()}]: segfault at {number():x} ip 00007f{number():08x} sp 00007ffe{number():08x} error 4"
    ),
}

for case, make in TEMPLATES.items():
    template, *arguments = make()
    print(json.dumps({"case": case, "body": template % tuple(arguments), "template": template}))
for case, make in TEXTS.items():
    print(json.dumps({"case": case, "body": make()}))
