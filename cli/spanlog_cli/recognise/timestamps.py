"""Where in a line of a log its time stands, and what it says.

The time of a line is near its start: after nothing, a bracket, a syslog priority, or one more word or bracket
(``[INFO] 2026-11-20 07:53:01``, ``update-alternatives 2026-…``). A date further in is something the line
talks about. Two notations can be told anywhere: the bracketed one of web servers, and ``time=`` of logfmt.
"""

import re
from typing import Final, NamedTuple

from spanlog_cli.recognise.clock import MONTHS, Clock, Minute, unix_nano_of_epoch
from spanlog_cli.recognise.severity import LETTERS, Severity

_ZONE = r"(?P<zone>\s?(?:Z|UTC|GMT)(?![A-Za-z])|[+-]\d\d(?::?\d\d)?(?!\d)|\s[+-]\d\d:?\d\d(?!\d))?"
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9})\d*)?"
_WEEKDAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = "(?P<month_name>" + "|".join(MONTHS) + ")"

# Named groups are the parts of a time; what a format does not have stays away.
_ISO: Final = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d\d)[-/.](?P<day>\d\d)(?:[Tt_]|:?\s{1,2})"
    r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9})\d*)?)?" + _ZONE
)
_ISO_BASIC: Final = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)T(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)"
    r"(?:[.,](?P<fraction>\d{1,9})\d*)?" + _ZONE
)
_DAY_FIRST: Final = re.compile(  # RFC 2822, redis, tomcat: the month is a word, so the order is certain
    r"(?P<day>\d{1,2})[ -]" + _MONTH + r"[ -](?P<year>\d{4})[ ,:]\s?" + _TIME + _ZONE
)
_SPARK: Final = re.compile(  # yy/MM/dd could be two other things; the level after it makes it log4j's
    r"(?P<short_year>\d\d)/(?P<month>\d\d)/(?P<day>\d\d) " + _TIME + r"(?=\s+(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b)"
)
_ANDROID: Final = re.compile(
    r"(?P<month>\d\d)-(?P<day>\d\d) "
    + _TIME
    + r"(?=\s+\d+\s+\d+ [VDIWEF] |[:\s]\s*[VDIWEF]/)(?:\s+\d+\s+\d+ |[:\s]\s*)(?P<letter>[VDIWEF])"
)
_EPOCH: Final = re.compile(r"(?P<epoch>1\d{9}(?:\.\d{1,9})?|1\d{12}(?:\.\d{1,6})?|1\d{15}|1\d{18})(?=[\s\]:,;|]|$)")
_SYSLOG: Final = re.compile(_MONTH + r" {1,2}(?P<day>\d{1,2}) (?:(?P<year>\d{4}) )?" + _TIME + _ZONE)
_JAVA_UTIL: Final = re.compile(
    _MONTH + r" (?P<day>\d{1,2}), (?P<year>\d{4}),? " + _TIME + r"(?:[\s\u202f](?P<half>[AP]M))?"
)
_CTIME: Final = re.compile(
    _WEEKDAY
    + r",? "
    + _MONTH
    + r" {1,2}(?P<day>\d{1,2}) "
    + _TIME
    + r" (?:(?P<zone>UTC|GMT|[+-]\d{4}) |[A-Z]{3,5} )?(?P<year>\d{4})(?!\d)"
)
_RFC_2822_WEEKDAY: Final = re.compile(_WEEKDAY + r", ")
_KLOG: Final = re.compile(
    r"(?P<letter>[IWEF])(?P<month>\d\d)(?P<day>\d\d) (?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
    r"\.(?P<fraction>\d{6})(?=\s)"
)
_WEB_SERVER: Final = re.compile(
    r"\[(?P<day>\d\d)/"
    + _MONTH
    + r"/(?P<year>\d{4}):(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?"
    r"(?P<zone> [+-]\d{4})?\]"
)
_LOGFMT: Final = re.compile(r'(?:^|[\s{,])(?:time|timestamp|ts|t|date|datetime|@timestamp)="?(?=[\d])')

_AT_DIGIT: Final = (_ISO, _DAY_FIRST, _EPOCH, _ISO_BASIC, _SPARK, _ANDROID)
_AT_MONTH: Final = (_SYSLOG, _JAVA_UTIL)

# White space, a syslog priority with RFC 5424's version, an opening bracket.
_LEAD: Final = re.compile(r"\s*(?:<\d{1,3}>(?:\d{1,2} )?)?[\[(\"'{]?\s?")
# One bracket, up to three words with a colon ("Log started:"), or one word, and what stands before the time.
_LEAD_WORD: Final = re.compile(
    r"\s*(?:<\d{1,3}>)?(?:\[[^\[\]]{1,64}\]|\([^()]{1,64}\)|[A-Za-z-]{1,32}(?: [A-Za-z-]{1,32}){0,2}:"
    r"|[^\s\[\](){}\"'=]{1,64}(?:\[\d{1,10}\]:?)?)[\s|:,-]{0,8}[\[(\"']?"
)
_FAR_CHARACTERS: Final = 512
_HALF_DAY_HOURS: Final = 12


class TimeMatch(NamedTuple):
    """A time that was found."""

    unix_nano: int
    start: int
    """Where it starts in the line."""
    end: int
    severity: Severity | None = None
    """Where the notation carries a level: klog, Android."""
    is_web_access: bool = False
    """Whether the rest of the line is a request, in which no level is to be looked for."""


def find_time(line: str, clock: Clock) -> TimeMatch | None:
    """Give the time of a line, or None."""
    lead = _LEAD.match(line)
    position = lead.end() if lead else 0
    return (
        _time_at(line, position, clock)
        or _time_after_word(line, clock)
        or _web_server_time(line, clock)
        or _logfmt_time(line, clock)
    )


def time_of_text(text: str, clock: Clock) -> int | None:
    """Give the time of a text that is nothing but a time, such as a JSON value; None for any other."""
    text = text.strip()
    if (nanoseconds := unix_nano_of_epoch(text)) is not None:
        return nanoseconds
    found = _time_at(text, 0, clock)
    return found.unix_nano if found is not None and found.end == len(text) else None


def _time_at(line: str, position: int, clock: Clock) -> TimeMatch | None:
    character = line[position : position + 1]
    if character.isdigit():
        formats: tuple[re.Pattern[str], ...] = _AT_DIGIT
    elif line[position : position + 3] in MONTHS:
        formats = _AT_MONTH
    elif weekday := _RFC_2822_WEEKDAY.match(line, position):
        found = _first((_DAY_FIRST,), line, weekday.end(), clock) or _first((_CTIME,), line, position, clock)
        return found._replace(start=position) if found else None
    else:
        formats = (_KLOG, _CTIME) if character in "IWEF" else (_CTIME,)
    return _first(formats, line, position, clock)


def _time_after_word(line: str, clock: Clock) -> TimeMatch | None:
    word = _LEAD_WORD.match(line)
    # A word that touches the time is part of something else: an id, a path.
    if word is None or word.end() == 0 or line[word.end() - 1].isalnum():
        return None
    return _time_at(line, word.end(), clock)


def _web_server_time(line: str, clock: Clock) -> TimeMatch | None:
    if "/" not in line[:_FAR_CHARACTERS]:
        return None
    match = _WEB_SERVER.search(line, 0, _FAR_CHARACTERS)
    found = _time_from(match, clock) if match else None
    return found._replace(is_web_access=True) if found else None


def _logfmt_time(line: str, clock: Clock) -> TimeMatch | None:
    match = _LOGFMT.search(line, 0, _FAR_CHARACTERS)
    return _time_at(line, match.end(), clock) if match else None


def _first(formats: tuple[re.Pattern[str], ...], line: str, position: int, clock: Clock) -> TimeMatch | None:
    for pattern in formats:
        if (match := pattern.match(line, position)) and (found := _time_from(match, clock)):
            return found
    return None


def _time_from(match: re.Match[str], clock: Clock) -> TimeMatch | None:
    part = match.groupdict()
    if epoch := part.get("epoch"):
        nanoseconds = unix_nano_of_epoch(epoch)
    else:
        year = part.get("year")
        short_year = part.get("short_year")
        zone = part.get("zone")
        minute = Minute(
            int(year) if year else 2000 + int(short_year) if short_year else None,
            MONTHS[part["month_name"]] if "month_name" in part else int(part["month"]),
            int(part["day"]),
            _hour(int(part["hour"]), part.get("half")),
            int(part["minute"]),
            zone.strip() if zone else None,
        )
        nanoseconds = clock.unix_nano(minute, int(part["second"] or 0), part.get("fraction"))
    if nanoseconds is None:
        return None
    letter = part.get("letter")
    return TimeMatch(nanoseconds, match.start(), match.end(), LETTERS[letter] if letter else None)


def _hour(hour: int, half: str | None) -> int:
    if half is None or not 1 <= hour <= _HALF_DAY_HOURS:
        return hour
    return hour % _HALF_DAY_HOURS + (_HALF_DAY_HOURS if half == "PM" else 0)
