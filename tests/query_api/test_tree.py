"""The tree holds every row exactly once, whatever senders claim about parents."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from spanlog_query_api.traces.rows import LogRow, SpanRow
from spanlog_query_api.traces.tree import MAX_DEPTH, build_tree


def span(span_id, parent="", start=0, name="", **fields):
    defaults = {
        "agent_id": "a",
        "duration": 1_000_000,
        "status": "Unset",
        "status_message": "",
        "attributes": {},
        "events": [],
    }
    return SpanRow(span_id=span_id, parent_span_id=parent, name=name or span_id, start=start, **{**defaults, **fields})


def log(log_id, span_id="", parent="", time=0, attributes=None, **fields):
    defaults = {"name": "", "agent_id": "a", "level": "info", "message": log_id, "metadata": {}}
    return LogRow(
        id=log_id,
        span_id=span_id,
        parent_id=parent,
        parent_log_id=parent,
        time=time,
        attributes=attributes or {},
        **{**defaults, **fields},
    )


def walk(nodes, depth=1):
    for node in nodes:
        yield node, depth
        yield from walk(node.children, depth + 1)


def shape(nodes):
    return [(node.kind, node.id, shape(node.children)) for node in nodes]


A, B, C, D = ("a" * 16, "b" * 16, "c" * 16, "d" * 16)


def test_spans_hang_under_their_parents_by_start():
    tree = build_tree([span(A), span(C, A, 1), span(B, A, 2), span(D, B, 3)], [])
    assert shape(tree.roots) == [("span", A, [("span", C, []), ("span", B, [("span", D, [])])])]
    assert not tree.is_truncated
    assert not any(node.is_orphan for node, _ in walk(tree.roots))


def test_a_span_whose_parent_is_not_there_is_a_root_and_says_so():
    tree = build_tree([span(A, "f" * 16), span(B, A, 1)], [])
    assert shape(tree.roots) == [("span", A, [("span", B, [])])]
    assert [node.is_orphan for node, _ in walk(tree.roots)] == [True, False]


def test_a_log_hangs_under_its_span_and_not_under_that_spans_parent():
    # The handler sends the parent of the span that a record is in.
    tree = build_tree([span(A), span(B, A, 1)], [log("l", B, A, 2)])
    assert shape(tree.roots) == [("span", A, [("span", B, [("log", "l", [])])])]


def test_a_log_hangs_under_the_log_that_it_names():
    tree = build_tree(
        [span(A)], [log("l1", A), log("l2", A, "l1", 1), log("l3", "", "l2", 2), log("l4", "", "gone", 3)]
    )
    assert shape(tree.roots) == [
        ("span", A, [("log", "l1", [("log", "l2", [("log", "l3", [])])])]),
        ("log", "l4", []),
    ]
    assert [root.is_orphan for root in tree.roots] == [False, True]


def test_a_log_without_span_hangs_under_the_span_that_it_names():
    tree = build_tree([span(A)], [log("l", "", A.upper(), 1)])
    assert shape(tree.roots) == [("span", A, [("log", "l", [])])]


def operation_logs(span_id, parent, start, end, name, outcome="ok"):
    common = {"spanlog.operation.name": name}
    duration = {"spanlog.operation.duration_ms": str((end - start) / 1e6), "spanlog.operation.outcome": outcome}
    return [
        log(f"{name}-start", span_id, parent, start, {**common, "spanlog.operation.event": "start"}),
        log(f"{name}-end", span_id, parent, end, {**common, **duration, "spanlog.operation.event": "end"}),
    ]


def test_operations_without_spans_are_built_from_their_logs():
    outer = operation_logs(A, "", 1_000_000, 9_000_000, "plan")
    inner = operation_logs(B, A, 2_000_000, 5_000_000, "fetch", "error")
    inside = log("inside", B, A, 3_000_000)
    logs = sorted([*outer, *inner, inside], key=lambda row: row.time)
    (root,) = build_tree([], logs).roots
    assert shape([root]) == [
        (
            "operation",
            A,
            [
                ("log", "plan-start", []),
                ("operation", B, [("log", "fetch-start", []), ("log", "inside", []), ("log", "fetch-end", [])]),
                ("log", "plan-end", []),
            ],
        )
    ]
    assert (root.name, root.duration_ms, root.status, root.start) == (
        "plan",
        8.0,
        "Ok",
        "1970-01-01T00:00:00.001000000Z",
    )
    fetch = root.children[1]
    assert (fetch.name, fetch.duration_ms, fetch.status, fetch.is_orphan) == ("fetch", 3.0, "Error", False)


def test_an_operation_of_which_only_the_end_came_begins_where_it_must_have():
    (root,) = build_tree([], operation_logs(A, "", 1_000_000, 9_000_000, "plan")[1:]).roots
    assert (root.start, root.duration_ms) == ("1970-01-01T00:00:00.001000000Z", 8.0)


def test_an_operation_that_has_not_ended_has_no_duration():
    (root,) = build_tree([], operation_logs(A, "", 1_000_000, 9_000_000, "plan")[:1]).roots
    assert (root.kind, root.duration_ms, root.status) == ("operation", None, None)


def test_a_false_duration_is_passed_over():
    for text in ("nan", "inf", "-1", "soon", ""):
        start, end = operation_logs(A, "", 1, 2, "plan")
        end.attributes["spanlog.operation.duration_ms"] = text
        assert build_tree([], [start, end]).roots[0].duration_ms is None


def test_logs_of_a_span_that_is_not_stored_share_a_missing_node():
    (root,) = build_tree([span(A)], [log("l1", B, A, 1), log("l2", B, A, 2)]).roots
    assert shape([root]) == [("span", A, [("missing", B, [("log", "l1", []), ("log", "l2", [])])])]


def test_a_circle_is_cut_at_its_earliest_member():
    tree = build_tree([span(B, A, 1), span(C, B, 2), span(A, C, 3), span(D, A, 4)], [])
    assert shape(tree.roots) == [("span", B, [("span", C, [("span", A, [("span", D, [])])])])]
    assert [node.is_orphan for node, _ in walk(tree.roots)] == [True, False, False, False]


def test_a_span_that_is_its_own_parent_is_a_root():
    tree = build_tree([span(A, A)], [])
    assert shape(tree.roots) == [("span", A, [])]
    assert tree.roots[0].is_orphan


def test_a_log_that_is_its_own_parent_hangs_under_its_span():
    assert shape(build_tree([span(A)], [log("l", A, "l")]).roots) == [("span", A, [("log", "l", [])])]


def test_of_several_spans_with_one_id_the_first_has_the_children():
    tree = build_tree([span(A), span(B, A, 1, "client"), span(B, A, 2, "server"), span(C, B, 3)], [])
    assert shape(tree.roots) == [("span", A, [("span", B, [("span", C, [])]), ("span", B, [])])]


def test_a_chain_deeper_than_shown_is_flattened_and_complete():
    chain = [span(f"{index:016x}", f"{index - 1:016x}" if index > 1 else "", index) for index in range(1, 2001)]
    tree = build_tree(chain, [])
    found = list(walk(tree.roots))
    assert [node.id for node, _ in found] == [row.span_id for row in chain]
    assert max(depth for _, depth in found) == MAX_DEPTH
    assert sum(node.is_flattened for node, _ in found) == 2000 - MAX_DEPTH


def test_beyond_the_bound_the_earliest_are_kept_and_it_is_said():
    logs = [log(str(index), time=index) for index in range(10)]
    tree = build_tree([span(A)], logs, max_nodes=5)
    assert tree.is_truncated
    assert [node.id for node, _ in walk(tree.roots)] == [A, "0", "1", "2", "3"]
    assert build_tree([span(A), span(B), span(C)], [], max_nodes=2).is_truncated
    assert not build_tree([span(A)], logs[:4], max_nodes=5).is_truncated


def test_nodes_made_of_logs_count_too():
    logs = [log(str(index), f"{index + 1:016x}", time=index) for index in range(10)]
    tree = build_tree([], logs, max_nodes=5)
    assert tree.is_truncated
    assert len(list(walk(tree.roots))) == 4


ids = st.sampled_from([f"{index:016x}" for index in range(1, 7)])
log_ids = st.sampled_from([str(uuid.UUID(int=index)) for index in range(1, 7)])
times = st.integers(0, 20)
spans = st.builds(span, ids, st.one_of(st.just(""), ids), times)
logs = st.builds(
    log,
    log_ids,
    st.one_of(st.just(""), ids),
    st.one_of(st.just(""), ids, log_ids),
    times,
    st.sampled_from(
        [
            {},
            {"spanlog.operation.name": "op"},
            {"spanlog.operation.name": "op", "spanlog.operation.event": "start"},
            {"spanlog.operation.name": "op", "spanlog.operation.event": "end", "spanlog.operation.duration_ms": "5"},
        ]
    ),
)


@given(st.lists(spans, max_size=15), st.lists(logs, max_size=15), st.integers(2, 6))
def test_every_row_is_in_the_tree_exactly_once(given_spans, given_logs, max_depth):
    given_spans.sort(key=lambda row: row.start)
    given_logs.sort(key=lambda row: row.time)
    tree = build_tree(given_spans, given_logs, max_depth=max_depth)
    found = list(walk(tree.roots))
    assert len({id(node) for node, _ in found}) == len(found)
    assert sorted(node.id for node, _ in found if node.kind == "span") == sorted(row.span_id for row in given_spans)
    assert sorted(node.id for node, _ in found if node.kind == "log") == sorted(row.id for row in given_logs)
    made = [node.id for node, _ in found if node.kind in {"operation", "missing"}]
    known = {row.span_id for row in given_spans}
    assert sorted(made) == sorted({row.span_id for row in given_logs if row.span_id} - known)
    assert max((depth for _, depth in found), default=0) <= max_depth
    for node, _ in found:
        assert [child.start for child in node.children] == sorted(child.start for child in node.children)
    assert [root.start for root in tree.roots] == sorted(root.start for root in tree.roots)


@given(st.lists(spans, max_size=15), st.lists(logs, max_size=15), st.integers(0, 20))
def test_the_bound_holds(given_spans, given_logs, max_nodes):
    tree = build_tree(given_spans, given_logs, max_nodes=max_nodes)
    found = [node for node, _ in walk(tree.roots)]
    assert len(found) <= max_nodes
    rows = sum(node.kind in {"span", "log"} for node in found)
    assert tree.is_truncated == (rows < len(given_spans) + len(given_logs))
