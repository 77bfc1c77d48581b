"""What a request is for, told by its method and path: decided before anything of it is read, and for every route.

A route that nobody thought of here asks for ``read`` if it is asked by GET, else for ``write``.
"""

from typing import Final

from spanlog_keys import Scope
from spanlog_query_api.ui.routes import is_page_path

AUDIT_PATH: Final = "/audit"

_POSTING: Final = frozenset((("POST", "/logs"), ("POST", "/logs/batch")))
_READING_METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_OPEN_PATHS: Final = frozenset(("/health", "/docs", "/openapi.json"))
# What the page of the API is made of.
_OPEN_FOLDER: Final = "/static-offline-docs/"


def is_open(method: str, path: str) -> bool:
    """Tell whether no key is asked for: by what says that the API is alive, and what is the same for everybody."""
    return method in {"GET", "HEAD"} and (path in _OPEN_PATHS or path.startswith(_OPEN_FOLDER) or is_page_path(path))


def wanted_scope(method: str, path: str) -> Scope:
    """Return what a key must be for."""
    if path == AUDIT_PATH:
        return Scope.ADMIN
    if (method, path) in _POSTING:
        return Scope.INGEST
    return Scope.READ if method in _READING_METHODS else Scope.WRITE
