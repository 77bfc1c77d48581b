"""Lines → messages: what a line says, without what stands before it in every line."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from spanlog_cli.patterns.header import Header, learn_header
from spanlog_cli.recognise.clock import Clock
from spanlog_cli.recognise.json_lines import parse_json_line
from spanlog_cli.recognise.line import without_colours
from spanlog_cli.send.lines import SourceLine

SAMPLE_LINES: Final = 200
"""So many lines tell what a source's header is."""


class Message(NamedTuple):
    """One line of a source, and what it says."""

    line_number: int
    text: str


def messages_of(lines: Iterable[SourceLine], clock: Clock) -> Iterator[Message]:
    """Give for each line, in order, its message; of a JSON object the key that is known to hold it.

    Raises:
        KeyboardInterrupt: after the messages of all lines that were given before it.
    """
    remaining = iter(lines)
    sample: list[SourceLine] = []
    interrupt: KeyboardInterrupt | None = None
    try:
        sample.extend(islice(remaining, SAMPLE_LINES))
    except KeyboardInterrupt as error:
        # What has been read is given all the same.
        interrupt = error
    header = learn_header([without_colours(line.text) for line in sample], clock)
    for line in sample:
        yield Message(line.number, _message(line.text, header, clock))
    if interrupt is not None:
        raise interrupt
    for line in remaining:
        yield Message(line.number, _message(line.text, header, clock))


def _message(line: str, header: Header | None, clock: Clock) -> str:
    text = without_colours(line)
    parsed = parse_json_line(text, clock)
    if parsed is not None:
        return text if parsed.message is None else parsed.message
    return text if header is None else header.message(text)
