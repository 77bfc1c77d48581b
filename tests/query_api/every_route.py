"""Every route of an application with something in place of its parameters: routes to come are in it by themselves."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


class Call(NamedTuple):
    """One way to ask a route."""

    method: str
    template: str
    path: str


def calls(app: FastAPI, values: Mapping[str, str]) -> Iterator[Call]:
    """Ask every route; a parameter gets the value of the first key that its name holds, else that of the key ``""``."""
    for route in iter_route_contexts(app.routes):
        # What is mounted has no methods: files that are the same for everybody.
        for method in sorted(route.methods or ()):
            path = _PARAMETER.sub(lambda match: _value(match[1], values), route.path)
            yield Call(method, route.path, path)


def _value(name: str, values: Mapping[str, str]) -> str:
    return next((value for key, value in values.items() if key and key in name), values[""])
