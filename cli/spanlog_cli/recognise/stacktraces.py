"""Exceptions printed into a log: which lines belong to one, and what a Python traceback says."""

import re
from typing import Final, NamedTuple

TRACEBACK_HEADER: Final = re.compile(r"(?:\s*[+|] )*\s*(?:Exception Group )?Traceback \(most recent call last\):$")
# Between two exceptions of a chain, as the interpreter prints them.
CHAIN_LINES: Final = frozenset(
    {
        "During handling of the above exception, another exception occurred:",
        "The above exception was the direct cause of the following exception:",
    }
)
_JAVA_HEADER: Final = re.compile(
    r"(?:Exception in thread \"[^\"]*\" )?"
    r"(?:[a-zA-Z_$][\w$]*\.)+[A-Z][\w$]*(?:Exception|Error|Throwable)(?::\s.*)?$"
)
_CONTINUED: Final = ("Caused by:", "Suppressed:", "... ", "...(")
# A name, dotted or not, that looks like an exception's; the interpreter prints nothing else at this place.
_EXCEPTION_LINE: Final = re.compile(
    r"(?:\s*\|\s)?(?P<type>[A-Za-z_][\w.]*(?:\.<locals>\.[\w.]+)*)(?:: (?P<message>.*))?$"
)


class ExceptionText(NamedTuple):
    """What a traceback says of the exception that ended it."""

    type: str
    message: str
    stacktrace: str


def is_indented(line: str) -> bool:
    """Tell whether a line starts with white space, as what belongs to the line before it does."""
    return line[:1] in {" ", "\t"}


def is_continuation(line: str) -> bool:
    """Tell whether a line that has no time of its own belongs to the record before it."""
    if is_indented(line):
        return True
    return line.startswith(_CONTINUED) or line in CHAIN_LINES or _JAVA_HEADER.match(line) is not None


def python_exception(body: str) -> ExceptionText | None:
    """Give the exception a record's text ends with, from the first traceback header on; None where there is none.

    Of a chain, the type and message are those of the last one, which is the one that was raised out.
    """
    if "Traceback (most recent call last):" not in body:
        return None
    lines = body.split("\n")
    headers = [number for number, line in enumerate(lines) if TRACEBACK_HEADER.match(line)]
    if not headers:
        # The header follows other text on its line; frames and exception still stand after it.
        headers = [number for number, line in enumerate(lines) if line.endswith("Traceback (most recent call last):")]
    if not headers:
        return None
    is_group = "Exception Group" in lines[headers[0]]
    # The sub-exceptions of a group have headers of their own; the group itself is what was raised.
    last_header = headers[0] if is_group else headers[-1]
    for number in range(last_header + 1, len(lines)):
        line = lines[number]
        is_frame = line[:1] in {" ", "\t", ""} and not (is_group and line.startswith("  | ") and line[4:5].strip())
        if is_frame:
            continue
        match = _EXCEPTION_LINE.match(line.strip() if is_group else line)
        if match is None:
            return None
        message_lines = [match["message"] or "", *([] if is_group else lines[number + 1 :])]
        return ExceptionText(match["type"], "\n".join(message_lines).rstrip("\n"), "\n".join(lines[headers[0] :]))
    return None
