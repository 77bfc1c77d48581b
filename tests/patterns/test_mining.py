"""What is one pattern and what is not, for each kind of variation, in messages made up for it."""

import random

import pytest

from spanlog_patterns import Shaper, Template, mine_shapes


def mined(messages):
    shaper = Shaper()
    shapes = [shaper.shape(message) for message in messages]
    templates = mine_shapes(set(shapes))
    return [templates[shape].text for shape in shapes]


ONE = {
    "many words in one place": (
        [f"session opened for user {name} by cron" for name in ("alice", "bob", "carol", "dave")],
        "session opened for user <*> by cron",
    ),
    "many words in first place": (
        [f"{name} startup succeeded" for name in ("sshd", "ntpd", "cron", "named", "cups", "gpm", "ftpd", "lpd")],
        "<*> startup succeeded",
    ),
    "a number and a word in one place": (
        ["invalid user 0 from here", "invalid user admin from here"],
        "invalid user <*> from here",
    ),
    "ids of different things": (["Block rdd_1_2 is stored", "Block broadcast_7 is stored"], "Block <*> is stored"),
    "hosts with numbers in two places": (
        ["from 10.0.0.1 to 10.0.0.2 it is far", "from web3 to db-7 it is far"],
        "from <*> to <*> it is far",
    ),
    "two names of users": (
        ["session opened for user root now", "session opened for user news now"],
        "session opened for user <*> now",
    ),
    "names with dots": (
        ["received broadcast app.time.TICK", "received broadcast app.battery.LOW"],
        "received broadcast <*>",
    ),
    "two places that vary together": (
        [
            f"order of {who} went to {where} at full price"
            for who, where in (("ann", "oslo"), ("bob", "rome"), ("cleo", "bonn"))
        ],
        "order of <*> went to <*> at full price",
    ),
    "a list of whatever length": (
        ["ask host to delete blk_1", "ask host to delete blk_2 blk_-3 blk_4"],
        "ask host to delete blk_<*>",
    ),
    "a list with commas": (["ports 1, 2, 3 are open", "ports 7 are open", "ports 8, 9 are open"], "ports <*> are open"),
    "a list of pairs": (["nodes n-1 <ok> n-2 <ok> up", "nodes n-7 <ok> up"], "nodes n-<*> <ok> up"),
    "sizes in any unit": (
        ["free 5 B of disk", "free 17.7 GB of disk", "free 512 MB of disk", "free 1293 bytes (1.26 KB) of disk"],
        "free <*> of disk",
    ),
    "durations in any unit": (
        ["done in 5 ms", "done in 1 second", "done in 2 minutes", "done in <1 sec", "done in 00:01", "done in 1.5s"],
        "done in <*>",
    ),
    "dates": (["seen at Sat Jun 18 02:08:12 2005", "seen at Mon Jul  4 12:00:00 2011"], "seen at <*>"),
    "nothing and something after an equals sign": (
        ["lock=7, ws=null, uid=1", "lock=9, ws=WorkSource{10113}, uid=1"],
        "lock=<*>, ws=<*>, uid=<*>",
    ),
    "a quoted value": (['acquire tag="View Lock", n=1', 'acquire tag="*job*", n=2'], "acquire tag=<*>, n=<*>"),
    "hosts and addresses": (
        ["connect to 10.0.0.1:80 ok", "connect to web.example.com:80 ok", "connect to db-1.prod.internal ok"],
        "connect to <*> ok",
    ),
    "ids of all sorts": (
        ["job 17 ended", "job 550e8400-e29b-41d4-a716-446655440000 ended", "job 0xff ended", "job deadbeef01 ended"],
        "job <*> ended",
    ),
}
APART = {
    "two messages": ["connection opened", "connection closed"],
    "two or three words in one place": ["went to mode alpha now", "went to mode beta now", "went to mode gamma now"],
    "true and false": ["is it overlapping: true", "is it overlapping: false"],
    "what happened to a thing": [
        f"the thing was {verb} just now" for verb in ("started", "stopped", "paused", "resumed")
    ],
    "what happened to a user": ["user created at once", "user deleted at once"],
    "begin and end": ["layout pass begin", "layout pass end"],
    "single words": ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "few first words": ["cache miss for key", "disk miss for key", "page miss for key", "index miss for key"],
    "states in two places": [
        "task went from NEW to READY state",
        "task went from READY to RUNNING state",
        "task went from RUNNING to DONE state",
        "task went from DONE to GONE state",
    ],
    "what logfmt says": ['msg="order 7 failed" id=7', 'msg="order 7 filled" id=7'],
    "signs that are no words": ["fan speeds ( 1 2 **** 4 )", "fan speeds ( 1 2 3 4 )"],
    "methods of requests": ['10.0.0.1 "GET /a/b" took 5', '10.0.0.1 "POST /a/b" took 5'],
    "other space": ["on: true", "on:true"],
}


@pytest.mark.parametrize("kind", ONE)
def test_kind_of_variation_is_one_pattern(kind):
    messages, template = ONE[kind]
    assert mined(messages) == [template] * len(messages)


@pytest.mark.parametrize("kind", APART)
def test_messages_that_say_different_things_stay_apart(kind):
    assert len(set(mined(APART[kind]))) == len(APART[kind])


@pytest.mark.parametrize("seed", range(3))
def test_order_of_shapes_does_not_matter(seed):
    messages = [message for messages, _ in ONE.values() for message in messages] + [
        m for ms in APART.values() for m in ms
    ]
    templates = dict(zip(messages, mined(messages), strict=True))
    random.Random(seed).shuffle(messages)
    assert dict(zip(messages, mined(messages), strict=True)) == templates


def test_kinds_do_not_disturb_each_other():
    """All messages of this file in one log."""
    messages = [message for messages, _ in ONE.values() for message in messages]
    assert mined(messages) == [template for messages, template in ONE.values() for _ in messages]


def test_thousands_of_shapes_are_merged_in_one_go():
    rng = random.Random(1)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(2000)]
    messages = [
        f"agent {rng.choice(words)} asked {rng.choice(words)} about {rng.choice(words)} and got it" for _ in range(3000)
    ]
    assert set(mined(messages)) == {"agent <*> asked <*> about <*> and got it"}


def test_text_that_is_no_log_is_left_alone():
    rng = random.Random(2)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=5)) for _ in range(500)]
    messages = [" ".join(rng.choices(words, k=rng.randrange(4, 20))) for _ in range(1000)]
    assert len(set(mined(messages))) > 900


def test_nothing_is_a_pattern_too():
    assert mined(["", "  ", "\n"]) == ["", "", ""]
    assert mine_shapes([]) == {}


def test_id_is_of_the_text_alone():
    assert Template.of_text("took <*>") == Template(id="e440ddd0f843bf88", text="took <*>")
    assert Template.of_text("took <*>").id != Template.of_text("took <*> ").id
