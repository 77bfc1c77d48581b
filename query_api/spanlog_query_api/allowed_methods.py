"""Which methods a path takes: what ``Allow`` says beside 405."""

import re
from typing import Final

from fastapi import FastAPI

_PARAMETER: Final = re.compile(r"\\\{\w+\\\}")


def allowed_methods(app: FastAPI, path: str) -> str | None:
    """Return the methods that the OpenAPI document has for ``path``, by name; ``None`` for a path it does not have.

    The router knows them by single functions, of which several may share a path.
    """
    paths: dict[str, dict[str, object]] = app.openapi()["paths"]
    # Fixed paths before those with an id in their place.
    for template in sorted(paths, key=lambda template: template.count("{")):
        if re.fullmatch(_PARAMETER.sub("[^/]+", re.escape(template)), path):
            return ", ".join(sorted(method.upper() for method in paths[template]))
    return None
