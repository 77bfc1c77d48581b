"""Every parameter that an OpenAPI document has, and requests that carry a hostile string in one of them."""

import copy
import http.client
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from hostile_texts import WIRE

JSON = "application/json"
_FITTING = {"log_id": "019aa000-7d4e-7c3a-9f10-5b2c8d1e4f60", "trace_id": "ab" * 16, "fingerprint": "ab" * 8}
_MOST_HEADER_CHARACTERS = 8_000
_MOST_TARGET_CHARACTERS = 40_000


@dataclass(frozen=True)
class Parameter:
    """Where in a request something may stand."""

    method: str
    path: str
    place: str
    """query, path, header or body."""
    name: str
    """In a body: the keys down to it, joined by dots."""
    body: str
    """An example of the whole body, as JSON."""

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.place}:{self.name}"


def parameters_of(document: dict) -> list[Parameter]:
    """Give all of them: the document's, ``attr.<name>`` in name and value, and each field of each body."""
    found = []
    for path, methods in document["paths"].items():
        for method, item in methods.items():
            body = item.get("requestBody", {}).get("content", {}).get(JSON)
            example = json.dumps(_example(document, body["schema"])) if body else ""
            listed = [(p["in"], p["name"]) for p in item.get("parameters", [])]
            if ("query", "q") in listed or path == "/traces":
                listed += [("query", "attr.order_id"), ("attribute", "attr.")]
            listed += [("body", name) for name in _leaves(json.loads(example))] if body else []
            listed.append(("unknown", "no_such_parameter"))
            found += [Parameter(method.upper(), path, place, name, example) for place, name in listed]
    return found


def _example(document: dict, schema: dict) -> object:
    if reference := schema.get("$ref"):
        model = document["components"]["schemas"][reference.rpartition("/")[2]]
        fields = {name: _example(document, field) for name, field in model["properties"].items()}
        example = model.get("examples", [{}])[0]
        # A field that no example has may be one that goes with no other: it is taken where it is the matter.
        return {**{name: value for name, value in fields.items() if name in model.get("required", [])}, **example}
    if schema.get("type") == "array":
        return [_example(document, schema["items"])]
    return {"string": "x", "integer": 1, "number": 1.0, "boolean": True, "object": {}}.get(schema.get("type", ""), "x")


def _leaves(value: object, prefix: str = "") -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{prefix}{key}.")
        yield f"{prefix}*"
    elif isinstance(value, list) and value:
        yield from _leaves(value[0], f"{prefix}0.")
    else:
        yield prefix.rstrip(".")


class Sender:
    """Sends what no well-behaved client would, over one connection as long as it lasts."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._address = parts.hostname, parts.port
        self._connection: http.client.HTTPConnection | None = None

    def statuses(self, parameters: Sequence[Parameter], text: bytes) -> Iterator[tuple[Parameter, int | None]]:
        """Send the string in all of these parameters of one route at once; and one by one, where that is refused."""
        status = self.status(parameters, text)
        yield parameters[0], status
        if status == http.HTTPStatus.UNPROCESSABLE_ENTITY and len(parameters) > 1:
            for parameter in parameters:
                yield parameter, self.status([parameter], text)

    def status(self, parameters: Sequence[Parameter], text: bytes) -> int | None:
        """Give the status of the answer; None where HTTP has no way to say this string there."""
        parameter = parameters[0]
        target, headers, body = _request(parameters, text)
        if len(target) > _MOST_TARGET_CHARACTERS:
            return None
        if self._connection is None:
            self._connection = http.client.HTTPConnection(*self._address, timeout=60)
        connection = self._connection
        try:
            connection.putrequest(parameter.method, target, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders(body or None)
        except (ValueError, UnicodeError):
            # A line's end in a header, say: not a request, whoever sends it.
            self.close()
            return None
        response = connection.getresponse()
        if parameter.path == "/logs/tail" and response.status == http.HTTPStatus.OK:
            # It has no end.
            response.close()
            self.close()
            return response.status
        response.read()
        if response.will_close:
            self.close()
        return response.status

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def grouped(sender: Sender, parameters: Sequence[Parameter]) -> list[list[Parameter]]:
    """Give the parameters as they can go together: those of one route that take any text, and each other alone.

    A query costs the engine as much for one string as for ten.
    """
    together: dict[tuple[str, str], list[Parameter]] = {}
    alone = []
    for parameter in parameters:
        is_free = parameter.place in ("query", "unknown", "attribute", "header")
        if is_free and sender.status([parameter], b"word") == http.HTTPStatus.OK:
            together.setdefault((parameter.method, parameter.path), []).append(parameter)
        else:
            alone.append([parameter])
    return [*together.values(), *alone]


def _request(parameters: Sequence[Parameter], text: bytes) -> tuple[str, dict[str, str | bytes], bytes]:
    as_sent = text.decode() if text in WIRE else quote(text, safe="")
    first = parameters[0]
    path, query, headers, body = first.path, [], {}, first.body.encode()
    for parameter in parameters:
        match parameter.place:
            case "path":
                path = path.replace(f"{{{parameter.name}}}", as_sent)
            case "query" | "unknown":
                query.append(f"{quote(parameter.name)}={as_sent}")
            case "attribute":
                query.append(f"attr.{as_sent}={as_sent}")
            case "header":
                headers[parameter.name] = text[:_MOST_HEADER_CHARACTERS]
            case "body":
                body = _with_leaf(parameter, text.decode("utf-8", "surrogateescape"))
    for name, value in _FITTING.items():
        path = path.replace(f"{{{name}}}", value)
    path = path.replace("{session_key}", "run-42")
    if body:
        headers |= {"Content-Type": JSON, "Content-Length": str(len(body))}
    return f"{path}?{'&'.join(query)}" if query else path, headers, body


def _with_leaf(parameter: Parameter, text: str) -> bytes:
    body = copy.deepcopy(json.loads(parameter.body))
    *keys, last = parameter.name.split(".")
    inner = body
    for key in keys:
        inner = inner[int(key) if isinstance(inner, list) else key]
    if last == "*":
        # A name of its own beside the others.
        inner[text] = text
    else:
        inner[int(last) if isinstance(inner, list) else last] = text
    return json.dumps(body).encode()
