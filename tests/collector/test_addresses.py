"""Addresses are read, and what cannot be listened on is told in one line with a way out."""

import socket

import pytest

from spanlog_collector.addresses import Address, bind, bound_address, parse_address
from spanlog_collector.exceptions import AddressError


@pytest.mark.parametrize(
    ("text", "address", "is_loopback"),
    [
        ("127.0.0.1:4318", Address("127.0.0.1", 4318), True),
        ("localhost:0", Address("localhost", 0), True),
        ("[::1]:80", Address("::1", 80), True),
        ("0.0.0.0:80", Address("0.0.0.0", 80), False),
        ("[::]:80", Address("::", 80), False),
        ("example.org:80", Address("example.org", 80), False),
    ],
)
def test_address_is_read(text, address, is_loopback):
    assert parse_address(text) == address
    assert parse_address(str(address)) == address
    assert address.is_loopback is is_loopback


@pytest.mark.parametrize(
    "text", ["", ":", "4318", ":4318", "host", "host:", "host:x", "host:65536", "host:-1", "::1:80", "a:١"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(AddressError, match="is not HOST:PORT"):
        parse_address(text)


def test_taken_port_says_which_flag_chooses_another():
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(AddressError, match=r"is taken by another program.*--api"),
    ):
        bind(bound_address(taken), "the API", "--api")


def test_address_of_another_machine_is_told():
    with pytest.raises(AddressError, match=r"cannot listen on 192\.0\.2\.1:0"):
        bind(Address("192.0.2.1", 0), "the API", "--api")
