"""The typed client's models and routes, written from the OpenAPI document, so that they cannot differ from it.

``pytest tests/query_api/test_typed_client.py --update-client`` writes them anew after a change of the API.
"""

import keyword
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "handler/spanlog/query"
NOT_OURS = ("/jaeger/",)
"""Routes whose contract, and whose clients, are another project's."""

BY_HAND = {"get_tail": "tail", "get_export": "export"}
"""Routes that answer with a stream, and the methods of QueryClient that read it."""

PAGE = {"limit", "cursor"}
SHARED = {
    "LogFilters": ("get_tail", {"q"}),
    "ErrorFilters": ("get_errors", PAGE),
    "TraceFilters": ("get_traces", PAGE),
    "SessionFilters": ("get_sessions", PAGE),
    "TimelineFilters": ("get_session", PAGE),
}
"""Parameters that a route shares with others, or with an iterator over its pages: all of this one but these."""

LOG_FILTERS = "LogFilters"
WITH_ATTRIBUTES = (LOG_FILTERS, "TraceFilters")
"""Routes that take ``attr.<name>`` too, which no document can say."""

ERRORS = {"Problem", "FieldError"}
"""Raised as ApiError, not answered."""

HEADER = '''"""{docstring}

Written from the API's OpenAPI document: {switch}.
"""

from __future__ import annotations

'''
SWITCH = "``pytest tests/query_api/test_typed_client.py --update-client``"
JSON = "application/json"
WIDTH = 112


def generated_files(document: dict) -> dict[str, str]:
    """Give the text of each file by its name, as ``ruff format`` leaves it."""
    operations = list(_operations(document))
    texts = {
        "models.py": _models(document, operations),
        "parameters.py": _parameters(operations),
        "_routes.py": _routes(operations, is_async=False),
        "_async_routes.py": _routes(operations, is_async=True),
    }
    return {name: _formatted(text) for name, text in texts.items()}


class Operation:
    """One route with one method."""

    def __init__(self, path: str, method: str, item: dict) -> None:
        self.path, self.method, self.item = path, method.upper(), item
        self.name = item["operationId"]
        if not self.name.isidentifier() or keyword.iskeyword(self.name):
            raise ValueError(f"{self.name} cannot name a method")
        parameters = item.get("parameters", [])
        self.path_parameters = [p for p in parameters if p["in"] == "path"]
        self.query = [p for p in parameters if p["in"] == "query"]
        success = next(answer for status, answer in sorted(item["responses"].items()) if status.startswith("2"))
        self.media_types = list(success.get("content", {}))
        self.is_streamed = bool(self.media_types) and self.media_types[0] not in (JSON, "text/plain")
        if self.is_streamed and self.name not in BY_HAND:
            raise ValueError(f"{self.name} answers {self.media_types}: write a method for it and name it in BY_HAND")
        self.answer = success.get("content", {}).get(JSON, {}).get("schema")
        self.answered = sorted(
            int(status)
            for status, answer in item["responses"].items()
            if status >= "300" and answer.get("content", {}).get(JSON, {}).get("schema") == self.answer
        )
        body = item.get("requestBody", {}).get("content", {}).get(JSON, {})
        self.body = body.get("schema")
        if "requestBody" in item and self.body is None:
            raise ValueError(f"{self.name} takes a body that is no JSON: write a method for it and name it in BY_HAND")

    @property
    def parameters_name(self) -> str:
        return "".join(part.capitalize() for part in self.name.split("_")) + "Parameters"

    @property
    def answer_type(self) -> str:
        if self.media_types == ["text/plain"]:
            return "str"
        return "None" if self.answer is None else python_type(self.answer)


def _operations(document: dict) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        if not path.startswith(NOT_OURS):
            for method, item in methods.items():
                yield Operation(path, method, item)


def python_type(schema: dict) -> str:  # noqa: PLR0912 - one case for each kind of schema
    """Give the type that JSON of ``schema`` has in Python."""
    if reference := schema.get("$ref"):
        return reference.rpartition("/")[2].replace("-", "")
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(dict.fromkeys(python_type(option) for option in options))
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    if values := schema.get("enum"):
        return f"Literal[{', '.join(map(repr, values))}]"
    match schema.get("type"):
        case "array":
            return f"list[{python_type(schema.get('items', {}))}]"
        case "object":
            inner = schema.get("additionalProperties", True)
            keys = python_type(schema.get("propertyNames", {"type": "string"}))
            return f"dict[{keys}, {python_type(inner) if isinstance(inner, dict) else 'Any'}]"
        case "string":
            return "str"
        case "integer":
            return "int"
        case "number":
            return "float"
        case "boolean":
            return "bool"
        case "null":
            return "None"
        case None:
            return "Any"
        case other:
            raise ValueError(f"no type is known for {other}")


def _parameter_type(schema: dict) -> str:
    options = schema.get("anyOf", [schema])
    types = [python_type(option) for option in options]
    if any(option.get("format") == "date-time" for option in options):
        types.insert(1, "datetime")
    return " | ".join(dict.fromkeys([*types, "None"]))


def _models(document: dict, operations: list[Operation]) -> str:
    schemas = document["components"]["schemas"]
    named = _reachable(schemas, operations)
    classes = [_typed_dict(name.replace("-", ""), schemas[name]) for name in schemas if name in named]
    body = "\n\n".join(classes)
    typing = [name for name in ("Any", "Literal", "NotRequired", "TypedDict") if re.search(rf"\b{name}\b", body)]
    header = HEADER.format(docstring="What the query API takes and gives, as ``TypedDict``.", switch=SWITCH)
    return f"{header}from typing import {', '.join(typing)}\n\n\n{body}"


def _reachable(schemas: dict, operations: list[Operation]) -> set[str]:
    """Give the names of all schemas that the operations take or give, directly or inside others."""
    waiting = [schema for operation in operations for schema in (operation.answer, operation.body) if schema]
    # Events of the tail and lines of an export are entries, which the document cannot say.
    found: set[str] = {"Entry"}
    while waiting:
        for name in re.findall(r"'#/components/schemas/([^']+)'", repr(waiting.pop())):
            if name not in found | ERRORS:
                found.add(name)
                waiting.append(schemas[name])
    return found


def _typed_dict(name: str, schema: dict) -> str:
    if "properties" not in schema:
        return f"{name} = {python_type(schema)}\n"
    lines = [f"class {name}(TypedDict):", *_docstring(schema.get("description", "What it is called."), 4), ""]
    required = set(schema.get("required", []))
    for key, value in schema["properties"].items():
        kind = python_type(value)
        lines.append(f"    {key}: {kind if key in required else f'NotRequired[{kind}]'}")
        if description := value.get("description"):
            lines += _docstring(description, 4)
    return "\n".join(lines) + "\n"


def _parameters(operations: list[Operation]) -> str:
    shared = {}
    classes = []
    for name, (route, left_out) in SHARED.items():
        query = next((o.query for o in operations if o.name == route), [])
        shared[name] = [parameter for parameter in query if parameter["name"] not in left_out]
        has_attributes = name in WITH_ATTRIBUTES
        classes.append(
            _parameter_class(name, "TypedDict", "Which of them.", shared[name], has_attributes=has_attributes)
        )
    for operation in operations:
        if not operation.query or operation.is_streamed:
            continue
        names = {parameter["name"] for parameter in operation.query}
        is_of_logs = {parameter["name"] for parameter in shared[LOG_FILTERS]} <= names
        of_this = next((name for name, (route, _) in SHARED.items() if route == operation.name), "TypedDict")
        base = LOG_FILTERS if is_of_logs else of_this
        inherited = {parameter["name"] for parameter in shared.get(base, [])}
        own = [parameter for parameter in operation.query if parameter["name"] not in inherited]
        described = f"What ``{operation.name}`` may be asked."
        classes.append(_parameter_class(operation.parameters_name, base, described, own, has_attributes=False))
    body = "\n\n".join(classes)
    imports = "from typing import TYPE_CHECKING, Literal, TypedDict\n\n"
    imports += "if TYPE_CHECKING:\n    from collections.abc import Mapping\n    from datetime import datetime\n\n\n"
    header = HEADER.format(docstring="The parameters of the routes. None is left out.", switch=SWITCH)
    return f"{header}{imports}{body}"


def _parameter_class(name: str, base: str, described: str, parameters: list[dict], *, has_attributes: bool) -> str:
    lines = [f"class {name}({base}, total=False):", f'    """{described}"""', ""]
    for parameter in parameters:
        lines.append(f"    {parameter['name']}: {_parameter_type(parameter['schema'])}")
        lines += _docstring(parameter["description"], 4)
    if has_attributes:
        lines.append("    attributes: Mapping[str, str | int | float | bool] | None")
        lines += _docstring("Only records whose attribute, else whose resource's, of each name has this value.", 4)
    return "\n".join(lines) + "\n"


def _routes(operations: list[Operation], *, is_async: bool) -> str:
    methods = [_method(operation, is_async=is_async) for operation in operations if not operation.is_streamed]
    body = "\n".join(methods)
    parameters = sorted(set(re.findall(r"Unpack\[(\w+)\]", body)))
    types = " ".join(
        f"{o.answer_type} {python_type(o.body) if o.body else ''}" for o in operations if not o.is_streamed
    )
    models = sorted(set(re.findall(r"\b[A-Z]\w+", types)) - {"Any", "Literal", "None"})
    typing = [name for name in ("TYPE_CHECKING", "Any", "Literal", "Unpack") if name == "TYPE_CHECKING" or name in body]
    if is_async:
        imports = f"import asyncio\nfrom typing import {', '.join(typing)}\n\nif TYPE_CHECKING:\n"
    else:
        imports = f"from typing import {', '.join([*typing, 'cast'])}\n\n"
        imports += (
            "from spanlog._api_query import path_of\n\nif TYPE_CHECKING:\n    from spanlog._api import ApiConnection\n"
        )
    imports += f"    from spanlog.query.parameters import {', '.join(parameters)}\n"
    if is_async:
        imports += "    from spanlog.query._routes import QueryRoutes\n"
    imports += f"    from spanlog.query.models import {', '.join(models)}\n\n\n"
    if is_async:
        opening = (
            "class AsyncQueryRoutes:\n"
            '    """``QueryRoutes`` for async code: each call waits in a thread."""\n\n'
            "    def __init__(self, routes: QueryRoutes) -> None:\n"
            "        self._routes = routes\n\n"
        )
        docstring = "Every route of the query API as an async method."
    else:
        opening = (
            "class QueryRoutes:\n"
            '    """One call for each route.\n\n'
            "    Raises (every method):\n"
            "        ApiError: the API refused, or gave no answer.\n"
            '    """\n\n'
            "    def __init__(self, connection: ApiConnection) -> None:\n"
            "        self._connection = connection\n\n"
        )
        docstring = "Every route of the query API as a method."
    return HEADER.format(docstring=docstring, switch=SWITCH) + imports + opening + body


def _method(operation: Operation, *, is_async: bool) -> str:
    arguments = ["self", *(f"{p['name']}: {python_type(p['schema'])}" for p in operation.path_parameters)]
    passed = [p["name"] for p in operation.path_parameters]
    if operation.body is not None:
        arguments.append(f"body: {python_type(operation.body)}")
        passed.append("body")
    if operation.query:
        arguments.append(f"**query: Unpack[{operation.parameters_name}]")
    start = "async def" if is_async else "def"
    lines = [f"    {start} {operation.name}({', '.join(arguments)}) -> {operation.answer_type}:"]
    summary = f"{operation.item['summary'].rstrip('.?')}: ``{operation.method} {operation.path}``."
    description = operation.item["description"].partition("\n\n")[0].strip()
    lines += _docstring(f"{summary}\n\n{description}", 8)
    if is_async:
        given = ", ".join([f"self._routes.{operation.name}", *passed, *(["**query"] if operation.query else [])])
        lines.append(f"        return await asyncio.to_thread({given})")
    else:
        lines.append(f"        return {_call(operation)}")
    return "\n".join(lines) + "\n"


def _call(operation: Operation) -> str:
    if names := re.findall(r"\{(\w+)\}", operation.path):
        path = f"path_of({re.sub(r'{.w+}'.replace('.', chr(92)), '{}', operation.path)!r}, {', '.join(names)})"
    else:
        path = repr(operation.path)
    if operation.media_types == ["text/plain"]:
        return f"self._connection.text({path})"
    given = [repr(operation.method), path]
    if operation.query:
        given.append("query")
    if operation.body is not None:
        given.append("body=body")
    if operation.answered:
        given.append(f"answered={set(operation.answered)}")
    return f"cast({operation.answer_type!r}, self._connection.call({', '.join(given)}))"


def _docstring(text: str, indent: int) -> list[str]:
    text = text.replace("\\", "\\\\").replace('"""', "'''").strip()
    if not text.endswith((".", "?", "!", ":")):
        text += "."
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    wrapped = [textwrap.wrap(p, WIDTH - indent, break_long_words=False) for p in paragraphs]
    margin = " " * indent
    lines = [line for paragraph in wrapped for line in [*paragraph, ""]][:-1]
    if len(lines) == 1:
        return [f'{margin}"""{lines[0]}"""']
    # A docstring begins with a line that says it in short; a long one may have no such line, and still be read.
    return [f'{margin}"""{lines[0]}', *(f"{margin}{line}" if line else "" for line in lines[1:]), f'{margin}"""']


def _formatted(text: str) -> str:
    ruff = Path(sys.executable).with_name("ruff")
    for arguments in (["check", "--fix-only", "--quiet", "--select", "I"], ["format", "--quiet"]):
        name = f"{PACKAGE}/generated.py"
        command = [str(ruff), *arguments, "--stdin-filename", name, "-"]
        text = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
    return text
