"""Words and numbers that name a level, as OpenTelemetry's severities ("Logs Data Model": SeverityNumber 1 to 24)."""

from typing import Final, NamedTuple


class Severity(NamedTuple):
    """A level."""

    number: int
    """1 to 24."""
    text: str
    """OpenTelemetry's name where it has one, else the log's own word in capitals."""

    @property
    def level(self) -> str:
        """The log API's word for it: debug, info, warn, error or critical."""
        for lowest, level in ((21, "critical"), (17, "error"), (13, "warn"), (9, "info")):
            if self.number >= lowest:
                return level
        return "debug"


TRACE: Final = Severity(1, "TRACE")
DEBUG: Final = Severity(5, "DEBUG")
INFO: Final = Severity(9, "INFO")
NOTICE: Final = Severity(10, "NOTICE")
WARN: Final = Severity(13, "WARN")
ERROR: Final = Severity(17, "ERROR")
FATAL: Final = Severity(21, "FATAL")
ALERT: Final = Severity(22, "ALERT")
EMERGENCY: Final = Severity(24, "EMERGENCY")

# Worse than an error is FATAL and above, as the store has it for every other writer (OpenTelemetry's own
# suggestion for syslog would make "critical" an error).
WORDS: Final[dict[str, Severity]] = {
    "trace": TRACE,
    "verbose": TRACE,
    "vrb": TRACE,
    "trc": TRACE,
    "finest": TRACE,
    "finer": TRACE,
    "debug": DEBUG,
    "dbg": DEBUG,
    "dbug": DEBUG,
    "fine": DEBUG,
    "info": INFO,
    "inf": INFO,
    "information": INFO,
    "informational": INFO,
    "success": INFO,
    "notice": NOTICE,
    "warn": WARN,
    "wrn": WARN,
    "warning": WARN,
    "error": ERROR,
    "err": ERROR,
    "eror": ERROR,
    "severe": ERROR,
    "exception": ERROR,
    "fatal": FATAL,
    "ftl": FATAL,
    "critical": FATAL,
    "crit": FATAL,
    "panic": FATAL,
    "alert": ALERT,
    "emerg": EMERGENCY,
    "emergency": EMERGENCY,
}

LETTERS: Final[dict[str, Severity]] = {
    "V": TRACE,
    "D": DEBUG,
    "I": INFO,
    "W": WARN,
    "E": ERROR,
    "F": FATAL,
}
"""klog's and Android's single letters."""

_SYSLOG: Final = (EMERGENCY, ALERT, FATAL, ERROR, WARN, NOTICE, INFO, DEBUG)


def of_word(word: str) -> Severity | None:
    """Give the severity a word stands for, in any spelling of case; None for any other word."""
    return WORDS.get(word.lower())


def of_syslog_priority(priority: int) -> Severity | None:
    """Give the severity within a syslog priority (RFC 5424, 6.2.1: facility times 8 plus severity)."""
    highest_priority = 191
    return _SYSLOG[priority & 7] if 0 <= priority <= highest_priority else None


def of_number(number: int) -> Severity | None:
    """Give the severity of a numeric level in JSON lines.

    10 to 60 are the numbers of bunyan and pino; 0 to 7 those of syslog, which GELF and journald use.
    """
    tens, fatal = 10, 60
    if tens <= number <= fatal:
        return (TRACE, DEBUG, INFO, WARN, ERROR, FATAL)[number // tens - 1]
    return of_syslog_priority(number) if 0 <= number < len(_SYSLOG) else None
