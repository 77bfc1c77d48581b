# @rename price cost
# @rename record entry
import binascii
import datetime
import json
import re
import sqlite3
import struct
import zlib

from shop import varied
from shop.orders import OrderError


class PriceError(OrderError):
    pass


# @shift
def parse_price(text):
    return float(text.strip("$"))


def import_csv():
    return [parse_price(price) for price in ("$1", f"${varied.number()}x")]


def import_feed():
    prices = []
    for price in ("$1", f"${varied.number()}y"):
        prices.append(parse_price(price))
    return prices


# @from 4
def import_sheet():
    return list(map(parse_price, [f"z{varied.number()}"]))


# @end
def decode(text):
    return json.loads(text)["price"]


def unpack(text):
    return struct.unpack("!IIH", text)


def inflate(text):
    return zlib.decompress(text)


# @shift
def unhex(text):
    return binascii.unhexlify(text)


def when(text):
    return datetime.datetime.strptime(text, "%Y-%m-%d")


def matches(text):
    return re.compile("(" + text).match("x")


def rows(table):
    with sqlite3.connect(":memory:") as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def utf8(text):
    return text.decode("utf-8")


def read_missing():
    with open(varied.path()) as file:
        return file.read()


def connect():
    import socket

    return socket.create_connection(("127.0.0.1", 1), timeout=1)


# @shift
def load_price(record):
    """One place that wraps whatever went wrong: the causes tell the bugs apart."""
    try:
        if record["kind"] == "json":
            return decode(record["text"])
        return parse_price(record["text"])
    except (ValueError, KeyError) as error:
        raise PriceError(f"cannot load record {varied.uid()} of {varied.user()}") from error


def save_price(record):
    try:
        rows(f"prices_{varied.number() % 7}")
    except sqlite3.Error:
        log_failure(record)


def log_failure(record):
    return record["missing"]["deeper"]


def three_deep(record):
    try:
        load_price(record)
    except PriceError as error:
        raise RuntimeError(f"import {varied.uid()} failed on {varied.host()}") from error


def noted():
    error = LookupError(f"no rate for {varied.number()}")
    error.add_note(f"while reading {varied.path()}")
    error.add_note("Second: note that looks like a type")
    raise error


# @shift
def multi_line():
    raise PriceError(
        f"2 problems\nOrder{varied.number() % 9}\n  Field required\nName: too long {varied.number()}\n  at {varied.host()}"
    )
