"""What is masked in one word."""

import time

import pytest

from spanlog_patterns import Shaper
from spanlog_patterns.marks import JOINT, STAR
from spanlog_patterns.words import mask_word


def shown(word):
    return Shaper().shape(word).replace(JOINT, "").replace(STAR, "<*>")


@pytest.mark.parametrize(
    "word",
    [
        "17",
        "-3",
        "+4.25",
        "1,234,567.8",
        "1.5e-05",
        "0x7ffe",
        "deadbeef",
        "9f4ef63",
        "ca98d5",
        "0123456789abcdef0123",
        "550e8400-e29b-41d4-a716-446655440000",
        "EFFACED0-BEEF-4BAD-ACED-ADDEDBEEFBAD",
        "a8Xk2mQ9",
        "5c:50:15:4c:18:13",
        "10.0.0.1",
        "/10.251.43.21:50010",
        "10.0.0.0/8",
        "web-1/10.0.0.1:9000",
        "::ffff:10.0.0.1",
        "fe80::1:2",
        "2001:db8:0:0:0:0:2:1",
        "localhost.localdomain",
        "www.example.com",
        "mail.example.co.uk:25",
        "ns1.example.de",
        "node-17.rack4.example:7070",
        "ec2-52-80-34-196.cn-north-1.compute.internal",
        "db.prod.svc:5432",
        "jane.doe+x@mail.example.org",
        "https://example.org/a?b=c#d",
        "hdfs://namenode:9000/user",
        "/var/log/messages",
        "./run.sh",
        "~/notes",
        r"C:\Windows\System32\x.dll",
        r"\\server\share",
        "07:53:01",
        "07:53:01.123",
        "2026-11-20",
        "2026-11-20T07:53:01.5Z",
        "20/Nov/2026:07:53:01",
        "12ms",
        "1.5s",
        "512MB",
        "4GiB",
        "99.5%",
    ],
)
def test_address_id_time_or_number_is_one_star(word):
    assert shown(word) == "<*>"


@pytest.mark.parametrize(
    "word",
    [
        "failed",
        "don't",
        "added",
        "facade",
        "read/write",
        "text/html",
        "and/or",
        "main.run",
        "java.lang.String",
        "org.example.App",
        "mapred.job.id",
        "--verbose",
        "***",
        "a",
        "",
        "größe",
    ],
)
def test_word_that_is_a_word_stays(word):
    assert shown(word) == word


@pytest.mark.parametrize(
    ("word", "template"),
    [
        ("user17", "user<*>"),
        ("blk_-1608999687919862906", "blk_<*>"),
        ("attempt_1445144423722_0020_m_000000_0", "attempt_<*>"),
        ("rdd_2_1", "rdd_<*>"),
        ("uid=0,", "uid=<*>,"),
        ("main.py:120", "main.py:<*>"),
        ("Foo.java:42)", "Foo.java:<*>)"),
        ("state.clipTop:180", "state.clipTop:<*>"),
        ("[client", "[client"),
        ("(10.0.0.1)", "(<*>)"),
        ("path=/a/b,size=3", "path=<*>,size=<*>"),
        ("org.acme.v2.App", "org.acme.v<*>.App"),
        ("</script>", "</script>"),
        ("1##22##333", "<*>##<*>##<*>"),
    ],
)
def test_part_of_a_word_is_masked(word, template):
    assert shown(word) == template


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a.",
        "a-",
        "0",
        "a0",
        "/",
        "a/",
        "@",
        "a@",
        ":",
        "a:",
        "0:",
        "00:",
        "0.",
        "\\",
        "0f",
        "-",
        "_",
        "aA0_",
        "1.1.1.1.",
    ],
)
def test_word_made_to_be_slow_is_not(unit):
    word = unit * (4000 // len(unit))
    began = time.process_time()
    mask_word(word)
    mask_word(word + "!")
    # Some milliseconds; what backtracks without end would not come back at all.
    assert time.process_time() - began < 5
