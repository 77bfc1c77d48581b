"""Records as files: what is in them is what the API says of the same records."""

import csv
import io
import json
import time

import pytest
from query_api_telemetry import Log

HARD = ['quote " comma , semicolon ;', "line\nbreak\r\nand\ttab", "Straße 😀", "=1+1", "", "\\N"]


@pytest.fixture
def logged(loader, agent):
    now = time.time_ns()
    logs = [Log(text, now + index, 17, "", "", {"k": text, "n": 7}) for index, text in enumerate(HARD)]
    loader.logs(agent, logs, scope="bot")
    return agent


def export(client, agent, **parameters):
    response = client.get("/logs/export", params={"agent_id": agent, **parameters})
    assert response.status_code == 200, response.text
    assert response.headers["content-disposition"].startswith("attachment")
    return response


def test_lines_of_json_are_the_entries(client, logged):
    entries = client.get("/logs", params={"agent_id": logged}).json()["items"]
    response = export(client, logged)
    assert response.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in response.text.splitlines()] == entries


def test_comma_separated_values_are_the_entries(client, logged):
    entries = client.get("/logs", params={"agent_id": logged}).json()["items"]
    names, *rows = csv.reader(io.StringIO(export(client, logged, format="csv").text, newline=""))
    assert names == list(entries[0])
    for entry, row in zip(entries, rows, strict=True):
        cells = dict(zip(names, row, strict=True))
        assert json.loads(cells.pop("metadata")) == entry["metadata"]
        assert cells == {
            name: "" if value is None else str(value) for name, value in entry.items() if name != "metadata"
        }


def test_a_parquet_file_holds_the_records(store, client, logged, tmp_path):
    path = tmp_path / "logs.parquet"
    path.write_bytes(export(client, logged, format="parquet").content)
    # Another reader of the format than the one that wrote it would be better; the engine is the one at hand.
    rows = store.query(f"SELECT * FROM file('{path}', Parquet)")
    entries = client.get("/logs", params={"agent_id": logged}).json()["items"]
    assert [row["message"] for row in rows] == [entry["message"] for entry in entries]
    assert [row["id"] for row in rows] == [entry["id"] for entry in entries]
    assert {row["fingerprint"] for row in rows} == {entry["fingerprint"] for entry in entries}
    assert rows[0]["metadata"]["k"] == entries[0]["metadata"]["k"]


def test_an_export_goes_over_many_pages_and_stops_at_its_limit(client, loader, agent):
    now = time.time_ns()
    loader.logs(agent, [Log(str(number), now - number) for number in range(12_001)])
    lines = export(client, agent).text.splitlines()
    assert [json.loads(line)["message"] for line in lines] == [str(number) for number in range(12_001)]
    assert len(export(client, agent, limit=10_000).text.splitlines()) == 10_000
    assert len(export(client, agent, limit=7_001).text.splitlines()) == 7_001
    assert len(export(client, agent, q='message:"77"').text.splitlines()) == sum("77" in str(n) for n in range(12_001))


def test_an_export_of_nothing_is_an_empty_file(client, agent):
    assert export(client, agent).content == b""
    assert len(export(client, agent, format="csv").text.splitlines()) == 1
    assert export(client, agent, format="parquet").content.startswith(b"PAR1")


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"format": "xml"}, "format"),
        ({"limit": 0}, "limit"),
        ({"format": "parquet", "limit": 1_000_001}, "limit"),
        ({"q": "("}, "q"),
    ],
)
def test_a_mistake_is_422_and_names_its_parameter(client, parameters, field):
    response = client.get("/logs/export", params=parameters)
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]
