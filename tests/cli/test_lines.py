import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanlog_cli.send.lines import LineSplitter, SourceLine


def split(*chunks, **options):
    splitter = LineSplitter(**options)
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    return [*lines, *splitter.finish()]


def texts(*chunks, **options):
    return [line.text for line in split(*chunks, **options)]


def test_lines_are_numbered_from_one():
    assert split(b"a\nb\n\nc\n") == [SourceLine(1, "a"), SourceLine(2, "b"), SourceLine(3, ""), SourceLine(4, "c")]


def test_last_line_needs_no_end():
    assert texts(b"a\nb") == ["a", "b"]
    assert texts(b"") == []
    assert texts(b"\n") == [""]


def test_line_is_given_as_soon_as_its_end_is_there():
    splitter = LineSplitter()
    assert list(splitter.feed(b"a")) == []
    assert [line.text for line in splitter.feed(b"b\nc")] == ["ab"]
    assert [line.text for line in splitter.finish()] == ["c"]


def test_windows_line_ends_are_taken_off_and_others_left():
    assert texts(b"a\r\nb\rc\r\n") == ["a", "b\rc"]


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_mark_tells_the_encoding(mark, encoding):
    content = mark + "Grüße\nаб 🎉\n".encode(encoding)
    assert texts(content) == ["Grüße", "аб 🎉"]
    assert texts(*[bytes([byte]) for byte in content]) == ["Grüße", "аб 🎉"]


def test_bytes_that_are_no_text_and_nuls_are_replaced():
    assert texts(b"a\xffb\nc\x00d\n") == ["a\ufffdb", "c\ufffdd"]


def test_short_first_line_does_not_wait_for_a_byte_order_mark():
    assert [line.text for line in LineSplitter().feed(b"a\n")] == ["a"]


def test_long_line_is_cut_and_says_by_how_much():
    lines = split(b"x" * 7, b"y" * 7 + b"\nshort\n", max_line_characters=10)
    assert lines == [SourceLine(1, "xxxxxxxyyy", 4), SourceLine(2, "short", 0)]


def test_long_line_does_not_grow_in_memory():
    splitter = LineSplitter(max_line_characters=1000)
    for _ in range(200):
        assert list(splitter.feed(b"x" * 100_000)) == []
    assert sum(map(len, splitter._held)) == 1000
    (line,) = splitter.finish()
    assert (len(line.text), line.cut_characters) == (1000, 200 * 100_000 - 1000)


@given(st.binary(), st.data())
def test_where_chunks_end_makes_no_difference(content, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)))))
    pieces = [content[start:end] for start, end in zip([0, *cuts], [*cuts, len(content)], strict=True)]
    assert split(*pieces) == split(content)


@given(st.lists(st.text(st.characters(exclude_characters="\n\r\0", codec="utf-8"))))
def test_utf8_lines_come_out_as_they_are(lines):
    content = "".join(f"{line}\n" for line in lines).encode()
    if not content.startswith((b"\xef\xbb\xbf",)):
        assert texts(content) == lines
