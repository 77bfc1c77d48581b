"""A thousand strings that mean harm, or look as if they did, each of a family that says what it is after.

Bytes, because not all of them are text. ``WIRE`` ones are put into a URL as they stand; the others are quoted.
"""

import itertools
import unicodedata

CANARY = "cnry7f3a"
"""Stands in most of them, and nowhere else: where it is found, one of them has come."""

COUNT = 1000

_CLOSERS = (*("'", '"', "`", "')", "'))", '")', "\\'", "\\\\'", "''", "%27", "\u02bc", "\uff07", "'\0", "*/", ""),)
_TAILS = (
    " OR 1=1 --",
    " OR 'a'='a",
    "; DROP TABLE otel_logs; --",
    "; ALTER TABLE otel_logs DELETE WHERE 1 --",
    "; TRUNCATE TABLE otel_logs --",
    "; SET readonly = 0; --",
    " UNION ALL SELECT name, 1, 2 FROM system.tables --",
    " UNION DISTINCT SELECT * FROM system.users",
    " AND sleep(3) --",
    " AND sleepEachRow(1)",
    "||(SELECT version())||'",
    " INTO OUTFILE '/tmp/x' --",
    " FORMAT JSON",
    " SETTINGS max_execution_time=0 --",
    "; INSERT INTO otel_logs SELECT * FROM url('http://127.0.0.1:1', CSV) --",
    " AND file('/etc/passwd') != '' --",
    ") GROUP BY 1 WITH TOTALS --",
    "/* x */ -- x\n# x",
    "{agent_id:String}",
    "{value_0:String}",
    "{x:Identifier}",
    "%(agent_id)s %s %d",
    " :value ? $1 ${x}",
    "\\N",
    "\\x27 OR 1",
    " LIMIT 0 --",
    "remote('127.0.0.1', system.one)",
    "executable('id', CSV, 'x String')",
)
_CONTROLS = tuple(map(chr, (*range(0x20), *range(0x7F, 0xA0))))
_UNICODE = (
    *map(chr, (0xAD, 0x34F, 0x61C, 0x115F, 0x180E, *range(0x200B, 0x2010), 0x2028, 0x2029, *range(0x202A, 0x202F))),
    *map(chr, (0x2060, 0x2064, 0x2066, 0x2069, 0x3000, 0xFE0F, 0xFEFF, 0xFFF9, 0xFFFD, 0xFFFE, 0xFFFF, 0xE000)),
    *map(chr, (0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0x10000, 0x1D7D8, 0x1F600, 0xE0001, 0xF0000, 0x10FFFF, 0xFDFA)),
    "\ud83d\ude00",
    "\ude00\ud83d",
    "e" + "\u0301" * 100,
    "\u0130\u0131\u017f\u212a",
    "\ufb01\u1e9e\xdf",
    "\uff53\uff45\uff4c\uff45\uff43\uff54",
    "\u0661\u0662\u0663",
    "\u2460\u2167\xbd",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1e9\U0001f1ea" * 10,
    "\u05e9\u05dc\u05d5\u05dd abc \u0645\u0631\u062d\u0628\u0627",
    "\u1112\u1161\u11ab",
    "\ufdfd\ufdfd",
    "a\u0300\u0315\u0300\u05ae\u0062",
)
_BROKEN_BYTES = (
    *(b"\xff", b"\xfe\xff", b"\xc0\xa7", b"\xc0\x80", b"\xe0\x80\xa7", b"\xf0\x80\x80\xa7", b"\xf8\x80\x80\x80\xa7"),
    *(
        b"\xc3",
        b"\xe2\x82",
        b"\xf0\x9f\x98",
        b"\x80",
        b"\xbf" * 5,
        b"\xed\xa0\x80",
        b"\xed\xb0\x80",
        b"\xf4\x90\x80\x80",
    ),
    *(b"\xbf\x27", b"\xbf\x5c\x27", b"\xa1\x27", b"\x81\x5c", b"\xe5\x5c", b"\x1b$B'\x1b(B", b"\xef\xbb\xbf", b"+ACc-"),
)
_NUMBERS = (
    *("0", "-0", "-1", "+1", "00", "01", "1.0", "1.", ".5", "1e3", "1e400", "-1e400", "1e-400", "0x10", "0b1", "0o7"),
    *(
        "1_000",
        "1,000",
        "1 000",
        " 1",
        "1 ",
        "\t1",
        "\u0661",
        "\u00b2",
        "\uff11",
        "inf",
        "-inf",
        "Infinity",
        "nan",
        "NaN",
    ),
    *("127", "128", "255", "256", "32767", "32768", "65535", "65536", "2147483647", "2147483648", "4294967295"),
    *("4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808"),
    *("-9223372036854775809", "18446744073709551615", "18446744073709551616", "9" * 100, "9" * 4301, "1" + "0" * 308),
    *("0.1e-999999999", "1/0", "--1", "1-1", "1e", "e1", "0x", "1f", "1L", "$1", "1%", "#1", "(1)", "[1]", "{1}"),
)
_TIMES = (
    *("1969-12-31T23:59:59Z", "1970-01-01", "0000-00-00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"),
    *("2106-02-07T06:28:15Z", "2106-02-07T06:28:16Z", "2262-04-11T23:47:16.854775807Z", "2262-04-12", "2299-12-31"),
    *("2026-02-29T00:00:00Z", "2026-13-01", "2026-00-10", "2026-11-31", "2026-11-20T24:00:00Z", "2026-11-20T23:60:00Z"),
    *("2026-11-20T23:59:60Z", "2026-11-20T08:15:00+99:99", "2026-11-20T08:15:00+24:00", "2026-11-20T08:15:00-00:60"),
    *("2026-11-20T08:15:00.1234567890123Z", "2026-11-20T08:15:00,5Z", "2026-W47-5", "2026-324", "20261120T081500Z"),
    *(
        "\uff12\uff10\uff12\uff16-11-20",
        "-2026-11-20",
        "+12026-11-20",
        "now",
        "now()",
        "yesterday",
        "24h",
        "1795160100",
    ),
    *("2026-11-20T08:15:00Z' OR 1", "2026-11-20T08:15:00Z\0", "2026-11-20\n08:15", "2026/11/20", "20.11.2026"),
    *("1e9", "10000000000ms", "1h1h", "-1s", "99999999999999999999d", "0.0000000001ns"),
)
_PATHS = (
    *(
        "../" * 8 + "etc/passwd",
        "..\\" * 8 + "windows\\win.ini",
        "/etc/passwd",
        "file:///etc/passwd",
        "....//....//etc",
    ),
    *(
        "..%2f..%2fetc%2fpasswd",
        "..%252f..%252fetc",
        "..;/",
        "%2e%2e/",
        ".",
        "..",
        "/",
        "//",
        "\\",
        "~",
        "~root",
        ".git",
    ),
    *("C:\\", "\\\\127.0.0.1\\c$", "CON", "NUL", "aux.txt", "/dev/null", "/proc/self/environ", "a/../b", "a//b", "a/"),
    *(
        "store/data",
        "metadata.json",
        ".env",
        "id_rsa",
        "schema/0001.sql",
        "x.php",
        "x\0.png",
        "merge",
        "split",
        "batch",
    ),
)
_INJECTIONS = (
    *(
        "a\r\nSet-Cookie: x=1",
        "a\r\n\r\n<html>",
        "a\nX: y",
        "a\rb",
        "%0d%0aX: y",
        "\u560a\u560dX: y",
        "a\x0bb",
        "a\x0cb",
    ),
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "'-alert(1)-'",
        "</textarea>",
    ),
    *(
        "<svg/onload=alert(1)>",
        "{{7*7}}",
        "${7*7}",
        "#{7*7}",
        "<%= 7*7 %>",
        "{%debug%}",
        "{0.__class__}",
        "%n%n%n",
        "%x%x",
    ),
    *(
        "$(id)",
        "`id`",
        "; id",
        "| id",
        "&& id",
        "$IFS",
        "() { :; }; id",
        "-rf",
        "--help",
        "@file",
        "!!",
        "~!@#$%^&*()_+",
    ),
    *("${jndi:ldap://127.0.0.1/a}", "http://127.0.0.1:1/", "gopher://127.0.0.1:1", "dict://x", "data:text/html,x"),
    *('{"$gt": ""}', "[$ne]", "*)(uid=*", "*", "(&(x=*))", "' or ''='", "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///'>]>"),
    *("!!python/object/apply:os.system ['id']", "__proto__", "constructor", "__class__", "{}", "[]", '{"a":', "=1+1"),
    *("@SUM(1)", "+1+cmd|' /C x'!A0", "\\u0027", "\\x00", "\\0", "\\", "\\\\", "\\n", "\\'", '\\"', "&amp;", "&#39;"),
)
_WORDS = (
    *("null", "NULL", "None", "nil", "undefined", "true", "false", "TRUE", "yes", "on", "off", "void", "default"),
    *("all", "any", "self", "this", "system", "otel", "otel_logs", "SELECT", "DROP", "agent_id", "LogId", "Timestamp"),
)
_PATTERNS = (
    *("%", "_", "%%", "\\%", "\\_", "[a-z]", "(a+)+$", "(?s).*", "^", "$", "a{99999}", "(", ")", "[", "]", "**", "?*"),
    *("(" * 200, "a" * 200 + "!", "(" * 30 + ")" * 30, ".*" * 100, "|" * 50, "\\" * 101),
)
_QUERIES = (
    *(
        "level:",
        "level:>",
        ":x",
        "a:b:c",
        "attr.:1",
        "attr.x:",
        "@:1",
        "level:*",
        "*:*",
        "trace:*",
        "id:x",
        "x:>a",
        "x:>1e999",
    ),
    *(
        "x:1..",
        "x:..1",
        "x:1..2..3",
        "x:(",
        "x:()",
        "x:(a b",
        "NOT",
        "AND",
        "OR",
        "a OR",
        "OR a",
        "a AND AND b",
        "-",
        "--a",
    ),
    *(
        "NOT NOT a",
        '"',
        '"a',
        '"a\\',
        '"\\"',
        "(((((a)))))",
        "a " * 101,
        "-" * 50 + "a",
        "fingerprint:0",
        "resolved:maybe",
    ),
    *(
        "message:'x'",
        "level:(error OR 1=1)",
        "agent:' OR ''='",
        'x:"\'; DROP TABLE otel_logs"',
        "span:%",
        "service:*'*",
    ),
)
_LENGTHS = (63, 64, 65, 199, 200, 201, 255, 256, 257, 1023, 1024, 1025, 4095, 4096, 4097, 8191, 8192, 8193, 16_384)
WIRE = (
    *(
        b"%",
        b"%%",
        b"%z",
        b"%zz",
        b"%0",
        b"%u0027",
        b"%27%20OR%201",
        b"%2527",
        b"%252527",
        b"%c0%a7",
        b"+",
        b"%2B",
        b"%00",
    ),
    *(
        b"%0d%0a",
        b"%0D%0AX:%20y",
        b"%ED%A0%80",
        b"%EF%BF%BF",
        b"%F4%90%80%80",
        b"%ff%fe",
        b"a%00b",
        b"%09",
        b"%20",
        b"%5c",
    ),
    *(
        b"a;b",
        b"a=b",
        b"a=b=c",
        b"[]",
        b"%5B%5D",
        b"a,b",
        b"%2e%2e%2f",
        b"%2f",
        b"%3f",
        b"%23",
        b"%26x%3D1",
        b"!'()*",
        b"~",
    ),
)


def hostile_texts() -> list[tuple[str, bytes]]:
    """Give a thousand pairs of family and string, no string twice, the families mixed."""
    families = {
        "sql": [f"{CANARY}{closer}{tail}" for tail, closer in itertools.product(_TAILS, _CLOSERS)],
        "controls": [f"{CANARY}{character}b" for character in _CONTROLS],
        "unicode": [text for item in _UNICODE for text in (item, f"{CANARY}{item}'")],
        "bytes": [text for item in _BROKEN_BYTES for text in (item, CANARY.encode() + item + b"' OR 1=1")],
        "numbers": list(_NUMBERS),
        "times": list(_TIMES),
        "paths": list(_PATHS),
        "injections": [text for item in _INJECTIONS for text in (item, f"{item}{CANARY}")],
        "words": list(_WORDS),
        "patterns": [f"{item}{CANARY}" for item in _PATTERNS],
        "queries": list(_QUERIES),
        "lengths": [(CANARY * 3000)[:length] for length in _LENGTHS],
        "normal forms": [unicodedata.normalize(form, f"{CANARY}\uff07\u1e9b\u0323' OR 1") for form in ("NFC", "NFKD")],
        "wire": list(WIRE),
    }
    found = {
        text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"): family
        for family, texts in families.items()
        for text in texts
    }
    # A stride that is prime to their number goes through all of them, and leaves no family for the end.
    mixed = list(found.items())
    pairs = [mixed[number * 389 % len(mixed)] for number in range(len(mixed))]
    assert len(pairs) >= COUNT, len(pairs)
    return [(family, text) for text, family in pairs[:COUNT]]
