"""The same spans, the same calls, to Jaeger and to us: the same answers.

The real one's answers are kept in a file, because building it costs minutes of CPU; where it is built, it is asked
whether it still gives them. ``pytest tests/query_api/test_jaeger_beside_jaeger.py --record-jaeger`` writes the file.
"""

import json
from pathlib import Path

import pytest
from build_jaeger import MODULE, VERSION
from jaeger_comparison import as_the_store_has_it, comparable, our_answer, trace_ids
from jaeger_traffic import BATCH, CALLS, CHECKOUT, FILES, spans_of_all_kinds
from real_jaeger import RealJaeger, jaeger_binary

from spanlog_collector.otlp.description import TRACES

# Tags that Jaeger derives from a span's fields: its other storages keep them as tags and find them, the one in memory
# looks at attributes only, and takes the word false for a status. What it finds, and what we do.
FOUND_BY_DERIVED_TAGS = {
    "search by an event": (set(), {CHECKOUT}),
    "search by what failed": (set(), {CHECKOUT}),
    "search by what did not fail": ({CHECKOUT}, {BATCH}),
    "search by kind": (set(), {CHECKOUT, BATCH}),
    "search by status": (set(), {CHECKOUT}),
    "search by the words of a status": (set(), {CHECKOUT}),
    "search by scope": (set(), {CHECKOUT, BATCH}),
    "search by trace state": (set(), {CHECKOUT}),
}
RECORDED = Path(__file__).parent / "jaeger_answers.json"


@pytest.fixture(scope="module")
def recorded():
    return json.loads(RECORDED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def filled(client, loader):
    for request in spans_of_all_kinds():
        loader.load(TRACES, request)
    return client


def test_the_real_one_answers_as_was_recorded(tmp_path, request):
    jaeger = RealJaeger(jaeger_binary(), tmp_path / "jaeger.log")
    try:
        jaeger.send(spans_of_all_kinds())
        answers = {name: comparable(*jaeger.get(path)) for name, path in CALLS.items()}
        answers |= {name: comparable(*jaeger.transform(file)) for name, file in FILES.items()}
    finally:
        jaeger.stop()
    found = {"of": f"{MODULE} {VERSION}", "answers": answers}
    if request.config.option.record_jaeger:
        RECORDED.write_text(_one_line_for_each_call(found), encoding="utf-8")
    assert found == json.loads(RECORDED.read_text(encoding="utf-8"))


def _one_line_for_each_call(found):
    answers = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(answer, sort_keys=True, ensure_ascii=False)}"
        for name, answer in found["answers"].items()
    )
    return f'{{"of": {json.dumps(found["of"])}, "answers": {{\n{answers}\n}}}}\n'


def test_every_call_is_recorded(recorded):
    assert recorded["of"] == f"{MODULE} {VERSION}"
    assert recorded["answers"].keys() == CALLS.keys() | FILES.keys()


@pytest.mark.parametrize("name", sorted(CALLS.keys() - FOUND_BY_DERIVED_TAGS.keys()))
def test_we_answer_as_jaeger_does(filled, recorded, name):
    answer = filled.get(f"/jaeger{CALLS[name]}")
    assert our_answer(answer.status_code, answer.content) == as_the_store_has_it(recorded["answers"][name])


@pytest.mark.parametrize("name", FOUND_BY_DERIVED_TAGS)
def test_we_find_what_other_storages_of_jaegers_find(filled, recorded, name):
    theirs, ours = FOUND_BY_DERIVED_TAGS[name]
    answer = filled.get(f"/jaeger{CALLS[name]}")
    assert trace_ids(our_answer(answer.status_code, answer.content)) == ours
    assert trace_ids(recorded["answers"][name]) == theirs


@pytest.mark.parametrize("name", FILES)
def test_we_transform_files_as_jaeger_does(client, recorded, name):
    answer = client.post("/jaeger/api/transform", content=FILES[name])
    assert our_answer(answer.status_code, answer.content) == as_the_store_has_it(recorded["answers"][name])
