"""A file of records, read as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import urllib3

from spanlog.exceptions import ApiUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spanlog._api import ApiConnection

_READ_BYTES = 256 * 1024
_SILENCE_SECONDS = 60.0
"""One page of an export is a query, and that ends after 30 seconds at the latest."""


def exported(connection: ApiConnection, query: Mapping[str, object]) -> Iterator[bytes]:
    """Yield the file in pieces.

    Raises:
        ApiError: the API refused, or gave no answer.
        ApiUnavailableError: it broke off.
    """
    headers = {"accept": "*/*", "accept-encoding": "identity"}
    response = connection.open_stream("/logs/export", query, headers, _SILENCE_SECONDS)
    try:
        while chunk := response.read1(_READ_BYTES):
            yield chunk
    except (urllib3.exceptions.HTTPError, OSError) as error:
        detail = "the file broke off; what was read is its beginning"
        raise ApiUnavailableError(f"GET /logs/export: {detail}", None, detail, []) from error
    finally:
        response.close()
