"""The documentation is complete, true, and needs nothing from elsewhere."""

import re

import pytest

from spanlog_query_api.models.entries import Entry
from spanlog_query_api.models.patterns import Pattern
from spanlog_query_api.models.sessions import Session, SessionItem
from spanlog_query_api.models.traces import TraceListItem

PATHS = {
    "/health": {"get"},
    "/ready": {"get"},
    "/metrics": {"get"},
    "/logs": {"get", "post"},
    "/logs/batch": {"post"},
    "/logs/summary": {"get"},
    "/logs/agents": {"get"},
    "/patterns": {"get"},
    "/logs/histogram": {"get"},
    "/logs/facets": {"get"},
    "/logs/tail": {"get"},
    "/logs/export": {"get"},
    "/logs/{log_id}": {"get"},
    "/logs/{log_id}/context": {"get"},
    "/logs/{log_id}/resolve": {"patch"},
    "/logs/resolve-batch": {"post"},
    "/errors": {"get"},
    "/errors/{fingerprint}": {"get", "patch"},
    "/errors/{fingerprint}/similar": {"get"},
    "/errors/merge": {"post"},
    "/errors/split": {"post"},
    "/traces": {"get"},
    "/traces/{trace_id}": {"get"},
    "/sessions": {"get"},
    "/sessions/{session_key}": {"get"},
}


@pytest.fixture(scope="module")
def document(client):
    return client.get("/openapi.json").json()


def operations(document):
    return [(path, method, item) for path, methods in document["paths"].items() for method, item in methods.items()]


def test_it_has_every_route_of_the_contract(document):
    assert {path: set(methods) for path, methods in document["paths"].items()} == PATHS


def test_every_operation_and_parameter_is_described(document):
    for path, method, operation in operations(document):
        assert operation["summary"], (path, method)
        assert len(operation["description"]) > 30, (path, method)
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (path, method, parameter["name"])


def test_errors_are_documented_in_the_shape_they_have(document):
    for path, method, operation in operations(document):
        for status, response in operation["responses"].items():
            if status < "400" or (path, status) == ("/ready", "503"):
                continue
            assert list(response["content"]) == ["application/problem+json"], (path, method, status)
            schema = response["content"]["application/problem+json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_only_health_is_documented_as_open(document):
    for path, _, operation in operations(document):
        assert operation["security"] == ([] if path == "/health" else [{"bearer": []}])
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_the_definitions_of_the_lists_are_in_it(document):
    description = document["paths"]["/logs/summary"]["get"]["description"]
    for word in ("new", "recurring", "unresolved", "regressed", "vanished"):
        assert f"* **{word}**: " in description
    for word in ("period of equal length", "recurring_min", "muted"):
        assert word in description


@pytest.mark.parametrize("model", [Entry, Pattern, Session, SessionItem, TraceListItem])
def test_examples_are_of_the_shape_that_they_explain(document, model):
    examples = model.model_config["json_schema_extra"]["examples"]
    for example in examples:
        assert model.model_validate(example, extra="forbid").model_dump() == example
    # The document leaves out what is null.
    assert len(document["components"]["schemas"][model.__name__]["examples"]) == len(examples)


def test_posting_has_an_example_that_is_taken(document, client):
    example = document["components"]["schemas"]["PostedEntry"]["examples"][0]
    assert client.post("/logs", json=example).status_code == 201
    batch = document["paths"]["/logs/batch"]["post"]["requestBody"]["content"]["application/json"]["examples"]
    for item in batch.values():
        assert client.post("/logs/batch", json=item["value"]).status_code == 201


def test_the_page_and_all_that_it_loads_come_from_here(client):
    page = client.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    loaded = re.findall(r"(?:src|href)=\"([^\"]+)\"", page.text)
    assert len(loaded) >= 2
    for address in loaded:
        assert address.startswith("/"), address
        assert client.get(address).status_code == 200, address
    assert not re.search(r"https?://", page.text)
