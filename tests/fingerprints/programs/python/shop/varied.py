"""What differs from run to run: ids, hosts, users, paths."""

import os
import random

SEED = int(os.environ.get("SHOP_SEED", "1"))
RANDOM = random.Random(SEED)


def number():
    return RANDOM.randrange(10, 10**6)


def uid():
    return f"{RANDOM.getrandbits(128):032x}"


def host():
    return (
        RANDOM.choice(["db-3.internal", "cache7.eu.example.com", "10.1.7.22", "node-a1"]) + f":{number() % 9000 + 1000}"
    )


def user():
    return RANDOM.choice(["alice", "bob", "carol", "dave"]) + str(number() % 100)


def path():
    return f"/srv/{user()}/data/{number()}.csv"
