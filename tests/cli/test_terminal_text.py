import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from spanlog_cli.terminal_text import lines, one_line


def test_controls_are_shown_escaped():
    assert one_line("a\x1b[31mb\x9bc\x07\x7f") == "a\\x1b[31mb\\x9bc\\x07\\x7f"
    assert one_line("a\nb\tc\r") == "a\\nb\\tc\\r"


def test_marks_that_turn_the_writing_direction_are_shown_escaped():
    assert one_line("a\u202eb\u2066c") == "a\\u202eb\\u2066c"


def test_other_scripts_and_emoji_are_left():
    assert one_line("Grüße аб 漢字 🎉") == "Grüße аб 漢字 🎉"


def test_long_text_is_cut_with_an_ellipsis():
    assert one_line("abcdef", 4) == "abc…"
    assert one_line("abcd", 4) == "abcd"


def test_lines_are_split_and_each_made_safe():
    assert lines("a\r\nb\x1b\n\tc") == ["a", "b\\x1b", "    c"]


@given(st.text(st.characters()))
def test_no_text_reaches_the_terminal_raw(text):
    shown = one_line(text)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
    shown.encode()
