"""What one check found."""

from enum import StrEnum
from typing import NamedTuple

from spanlog_cli.exceptions import CommandError


class Status(StrEnum):
    """How good it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Check(NamedTuple):
    """One line of the doctor's."""

    status: Status
    name: str
    detail: str
    """What was found."""
    mend: str = ""
    """What to do about it."""


def ok(name: str, detail: str) -> Check:
    """Nothing to do."""
    return Check(Status.OK, name, detail)


def warning(name: str, detail: str, mend: str) -> Check:
    """It works, or need not work; somebody may still want to know."""
    return Check(Status.WARNING, name, detail, mend)


def problem(name: str, detail: str, mend: str) -> Check:
    """It does not work."""
    return Check(Status.PROBLEM, name, detail, mend)


def problem_of(name: str, error: CommandError) -> Check:
    """Turn a command's own error, which ends in what to do, into a check."""
    detail, _, mend = error.message.rpartition(": ")
    return Check(Status.PROBLEM, name, detail or mend, mend if detail else "")
