"""What redaction costs the background thread: CPU per record, and whether hostile texts take linear time.

``python tests/benchmarks/redaction.py`` prints, for each kind of record, the median over rounds of the process's
CPU time per record; and for texts made to be expensive, per byte at one and at four times the length: a ratio near
1 is linear, one near 4 quadratic. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import time
from typing import TYPE_CHECKING

from spanlog import _encode
from spanlog._redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = {
    "a": "a",
    "=": "=",
    "quotes": '"',
    "backslashes": "\\",
    "spaces": " ",
    "digits": "4",
    "card digits with spaces": "4111 ",
    "eyJ": "eyJ",
    "eyJ-": "-eyJ",
    "eyJ.": "eyJaaaaaa.",
    "://": "://",
    "://a:": "://a:",
    "at": "://a:@",
    "password": "password",
    "password=": "password=",
    'password="': 'password="',
    "password\\": "password\\",
    "token ": "token ",
    "token a": "token aaaaaa",
    "sk-": "sk-",
    "sk-a": "sk-aaaaaaaaaaaaaaaaaaaaaaaa ",
    "ghp_": "ghp_",
    "bearer ": "bearer ",
    "basic": "basic AAAAAAAA",
    "BEGIN": "-----BEGIN PRIVATE KEY-----",
    "half BEGIN": "-----BEGIN ",
    "cookie": "cookie: a=b; ",
    "phrase": "phrase: abandon ",
    "sig=": "&sig=",
    "-----": "-",
}


def record(body: str, **attributes: str | int) -> bytes:
    """Encode what varies from record to record: this is what redaction looks at every time."""
    values = {
        name: _encode.int_value(value) if isinstance(value, int) else _encode.string_value(value)
        for name, value in attributes.items()
    }
    return _encode.body(body) + b"".join([_encode.attribute(name, value) for name, value in values.items()])


def ordinary(number: int) -> bytes:
    return record(f"order ord-{number} filled at {number * 1.37:.2f}", symbol="BTC-USD", quantity=number)


def with_call_site(number: int) -> bytes:
    return ordinary(number) + record(
        "",
        **{
            "code.file.path": "/srv/app/orders/service.py",
            "code.function.name": "OrderService.place",
            "code.line.number": 117,
            "thread.name": "MainThread",
            "spanlog.template": "order %s filled at %.2f",
        },
    )


def hex_heavy(number: int) -> bytes:
    digests = [hashlib.sha256(f"{number}{part}".encode()).hexdigest() for part in range(8)]
    return record(f"blocks {' '.join(digests[:4])}", **{f"h{part}": digest for part, digest in enumerate(digests[4:])})


def language_model(number: int) -> bytes:
    usage = {"gen_ai.usage.input_tokens": number, "gen_ai.usage.output_tokens": 17, "gen_ai.request.model": "m-4"}
    return record(f"completion with {number} tokens, keys of the cache: {number}", **usage)


def secret(number: int) -> bytes:
    return record(f"login of u-{number} with password=hunter{number} from 10.0.0.1", user=f"u-{number}", port=22)


def long_text(number: int) -> bytes:
    return record("the quick brown fox jumps over the lazy dog; " * 180 + str(number))


KINDS = {
    "ordinary, what varies": ordinary,
    "ordinary, with a call site's attributes": with_call_site,
    "hex-heavy": hex_heavy,
    "a language model's usage": language_model,
    "8 KB of prose": long_text,
    "a secret in every record": secret,
}


def cpu_seconds(work: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=4_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--hostile-bytes", type=int, default=250_000)
    options = parser.parse_args()
    redactor = Redactor()

    print(f"{'records':42} {'bytes':>7} {'µs/record':>10} {'ns/byte':>8}")
    for name, make in KINDS.items():
        records = [make(number) for number in range(options.records)]
        seconds = cpu_seconds(lambda records=records: redactor.redact_batch(records), options.rounds)
        size = sum(map(len, records)) / len(records)
        each = seconds / len(records)
        print(f"{name:42} {size:7.0f} {each * 1e6:10.2f} {each / size * 1e9:8.2f}")
    constants = with_call_site(0)
    seconds = cpu_seconds(lambda: [redactor.redact_repeated(constants) for _ in range(options.records)], options.rounds)
    print(f"{'the same part again (redact_repeated)':42} {len(constants):7} {seconds / options.records * 1e6:10.2f}")

    print(f"\n{'hostile text':26} {'ms, 1 MB':>9} {'ns/byte at n':>13} {'at 4n':>8} {'ratio':>6}")
    for name, piece in HOSTILE.items():
        per_byte = []
        for size in (options.hostile_bytes, 4 * options.hostile_bytes):
            batch = [record((piece * (size // len(piece) + 1))[:size])]
            per_byte.append(cpu_seconds(lambda batch=batch: redactor.redact_batch(batch), 3) / size * 1e9)
        short, long = per_byte
        print(f"{name:26} {long:9.1f} {short:13.1f} {long:8.1f} {long / short:6.2f}")


if __name__ == "__main__":
    main()
