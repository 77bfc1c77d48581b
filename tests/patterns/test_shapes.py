"""A message's shape: the same for messages that differ in what varies, and made in bounded memory."""

import pytest

from spanlog_patterns import Shaper, shapes


def test_messages_that_differ_in_numbers_have_one_shape():
    shaper = Shaper()
    assert shaper.shape("took 5 ms for user7") == shaper.shape("took  9 ms for user0 ")


def test_shape_does_not_depend_on_what_came_before():
    used = Shaper()
    for number in range(100):
        used.shape(f"warm up {number:x} a{number}b")
    for message in ("took 5 ms", "", " ", "a=b c:d", "\t tab \n line", "\x01\x02", "漢字 17"):
        assert used.shape(message) == Shaper().shape(message)


def test_words_are_forgotten_before_memory_ends(monkeypatch):
    monkeypatch.setattr(shapes, "_MAX_WORDS", 3)
    shaper = Shaper()
    first = [shaper.shape(f"w{letter}x 1 y") for letter in "abcdefghij"]
    assert first == [Shaper().shape(f"w{letter}x 1 y") for letter in "abcdefghij"]
    assert len(shaper._masked) <= 3


@pytest.mark.parametrize("end", ["one end", "another"])
def test_what_stands_far_behind_decides_nothing(end):
    assert Shaper().shape("x " * 3000 + end) == Shaper().shape("x " * 3000)


@pytest.mark.parametrize("digit", "123456789")
def test_no_digit_is_special(digit):
    message = "10.0.0.1 ab0-c 0x00 fe00::0 00:00 cafe0000 v0.0.0 x0y0z0w0"
    assert Shaper().shape(message.replace("0", digit)) == Shaper().shape(message.replace("1", "0"))
