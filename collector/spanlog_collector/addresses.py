"""Addresses to listen on: read, checked and bound, with errors that say what to do."""

import errno
import ipaddress
import socket
from dataclasses import dataclass
from typing import Final

from spanlog_collector.exceptions import AddressError

_MAX_PORT: Final = 65_535
_BACKLOG: Final = 1024


@dataclass(frozen=True, slots=True)
class Address:
    """``127.0.0.1:4318``, ``[::1]:4318``, ``localhost:4318``; port 0 means any that is free."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def parse_address(text: str) -> Address:
    """Return the address that ``text`` (``HOST:PORT``) names.

    Raises:
        AddressError: it is not of that form.
    """
    host, separator, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise AddressError(f"{text!r} is not HOST:PORT; write an IPv6 address in brackets, as in [::1]:4318")
    if not separator or not host or not port.isascii() or not port.isdigit() or int(port) > _MAX_PORT:
        raise AddressError(f"{text!r} is not HOST:PORT; write for example 127.0.0.1:4318")
    return Address(host, int(port))


def bind(address: Address, purpose: str, flag: str) -> socket.socket:
    """Return a listening socket on ``address``.

    Args:
        address: Where to listen.
        purpose: What for, as in ``OTLP/HTTP``.
        flag: The option that chooses another address, for the error.

    Raises:
        AddressError: the port is taken or not allowed, or the address is not this machine's.
    """
    try:
        family = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((address.host, address.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise AddressError(
                f"{purpose}: {address} is taken by another program; stop it, or choose another address with {flag}"
            ) from error
        raise AddressError(
            f"{purpose}: cannot listen on {address} ({error.strerror}); choose another address with {flag}"
        ) from error


def bound_address(listener: socket.socket) -> Address:
    """Return where ``listener`` really listens: the port is known where 0 was asked for."""
    host, port = listener.getsockname()[:2]
    return Address(host, port)
