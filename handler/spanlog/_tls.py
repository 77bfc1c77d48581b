"""The certificates that TLS goes by: those of the machine, unless the settings name files."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from spanlog.exceptions import ConfigurationError

if TYPE_CHECKING:
    from spanlog.config import HandlerConfig


def tls_context(config: HandlerConfig) -> ssl.SSLContext:
    """Give what TLS connections are made with. It may be shared by threads.

    Raises:
        ConfigurationError: a file cannot be read, or holds no certificate or key.
    """
    try:
        context = ssl.create_default_context(cafile=config.certificate_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(_cannot_use("certificate_file", config.certificate_file, error)) from None
    if config.client_certificate_file is not None:
        try:
            # The file of the certificate may hold the key too. A pass phrase would be asked for on the terminal.
            context.load_cert_chain(config.client_certificate_file, config.client_key_file, password=_no_pass_phrase)
        except (OSError, ssl.SSLError, ValueError) as error:
            files = f"{config.client_certificate_file}, {config.client_key_file}"
            raise ConfigurationError(_cannot_use("client_certificate_file, client_key_file", files, error)) from None
    return context


def _no_pass_phrase() -> str:
    raise ValueError("the key has a pass phrase")


def _cannot_use(settings: str, files: str | None, error: Exception) -> str:
    return f"{settings} cannot be used ({files}: {error}): give a file in PEM format"
