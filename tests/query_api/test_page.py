"""What the server gives a browser: the document, the files, their headers. Needs no Chromium."""

import hashlib
import http.client
import json
import re
from importlib.resources import files

import pytest
from query_api_serving import serving

from spanlog_query_api import ApiConfig, create_app
from spanlog_query_api.ui.assets import load_assets
from spanlog_query_api.ui.page import CONTENT_SECURITY_POLICY

STATIC = files("spanlog_query_api.ui").joinpath("static")
MAX_COMPRESSED_BYTES = 300_000


async def ingest(_request: bytes) -> None:
    raise AssertionError("nothing may come this far")


@pytest.fixture(scope="module")
def client(store):
    with serving(create_app(ApiConfig(api_key="a-key"), store, ingest)) as opened:
        yield opened


def _raw(client, path):
    connection = http.client.HTTPConnection("127.0.0.1", client.base_url.port)
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, answer.getheader("content-type")
    connection.close()
    return found


@pytest.mark.parametrize("path", ["/", "/ui/errors", "/ui/errors/00c3d1a5b7e9f204", "/ui/agents/a%2Fb"])
def test_every_address_of_the_page_answers_with_the_document_and_needs_no_key(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"


def test_the_page_opens_no_way_to_the_data(client):
    for path in ("/ui", "/logs", "/errors", "//ui/errors", "/UI/errors", "/uix"):
        assert client.get(path).status_code == 401, path
    assert client.post("/ui/errors").status_code == 401
    # As it is sent, without a client that tidies it up.
    assert _raw(client, "/ui/../logs") == (200, "text/html; charset=utf-8")
    assert _raw(client, "//health") == (401, "application/problem+json")
    assert _raw(client, "//") == (401, "application/problem+json")


def test_the_document_has_no_script_or_style_of_its_own(client):
    document = client.get("/").text
    assert not re.search(r"<script(?![^>]* src=)|<style|style=|\son\w+=|javascript:", document)
    assert "'unsafe" not in CONTENT_SECURITY_POLICY
    assert not re.search(r"https?://", document)


def test_all_that_the_document_names_is_there_for_ever(client):
    names = re.findall(r'(?:href|src)="([^"]+)"', client.get("/").text)
    assert len(names) > 10
    for name in names:
        answer = client.get(name)
        assert answer.status_code == 200, name
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip"


def test_a_file_is_told_from_one_of_another_version(client):
    url = load_assets().url("app/main.js")
    other = url.replace(load_assets().version, "0" * 16)
    assert client.get(other).status_code == 404
    assert _raw(client, url.replace("main.js", "../../../__init__.py"))[0] == 404


def test_who_has_it_gets_it_not_again(client):
    for url in ("/", load_assets().url("app/main.js")):
        first = client.get(url)
        again = client.get(url, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_who_cannot_unpack_gets_it_as_it_is(client):
    answer = client.get(load_assets().url("app/main.js"), headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.content == STATIC.joinpath("app/main.js").read_bytes()


def test_all_of_it_is_small():
    shipped = [asset for asset in load_assets().by_name.values() if asset.name.endswith((".js", ".css", ".svg"))]
    assert sum(len(asset.compressed) for asset in shipped) < MAX_COMPRESSED_BYTES


def test_the_libraries_are_those_that_were_bundled():
    folder = STATIC.joinpath("vendor")
    manifest = json.loads(folder.joinpath("manifest.json").read_text())
    present = {file.name for file in folder.iterdir()} - {"manifest.json"}
    assert {name: hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() for name in present} == manifest[
        "sha256"
    ]
    licences = folder.joinpath("LICENSES.md").read_text()
    for name, about in manifest["packages"].items():
        assert f"## {name} {about['version']} ({about['licence']})" in licences


def test_no_script_makes_markup_of_text():
    for name, asset in load_assets().by_name.items():
        if name.startswith("app/"):
            assert not re.search(
                rb"dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|https?://\w",
                asset.content,
            ), name
