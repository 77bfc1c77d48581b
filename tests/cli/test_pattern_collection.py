"""Counts for each shape in bounded memory, and each line's shape on disk where there are many."""

import pytest

from spanlog_cli.patterns import collection as module
from spanlog_cli.patterns.collection import PatternCollection


def test_each_line_finds_its_pattern_again_however_many_there_are(monkeypatch):
    monkeypatch.setattr(module, "_FLUSH_LINES", 7)
    collection = PatternCollection(keeps_lines=True)
    messages = [f"{'abc'[number % 3]} is number {number}" for number in range(100)]
    for message in messages:
        collection.add(message)
    templates = collection.templates()
    found = [templates[number].text for number in collection.shape_numbers()]
    assert found == [f"{message[0]} is number <*>" for message in messages]
    assert collection._file is not None
    collection.close()
    assert collection._file.closed


def test_shapes_beyond_the_bound_are_counted_as_one_pattern():
    collection = PatternCollection(keeps_lines=True, max_shapes=2)
    for message in ("one", "two", "three", "one", "four", "two 2"):
        collection.add(message)
    assert collection.remainder_count == 3
    found = [(p.template.text, p.count, p.first_line, p.last_line, p.example) for p in collection.patterns()]
    assert found == [("<*>", 3, 3, 6, "three"), ("one", 2, 1, 4, "one"), ("two", 1, 2, 2, "two")]
    assert list(collection.shape_numbers()) == [1, 2, 0, 1, 0, 0]


def test_lines_that_were_not_kept_cannot_be_asked_for():
    collection = PatternCollection(keeps_lines=False)
    collection.add("one")
    with pytest.raises(ValueError, match="not kept"):
        list(collection.shape_numbers())
