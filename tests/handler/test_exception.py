"""The text formatted in the background is the one the traceback module would have given at the call."""

from __future__ import annotations

import gc
import sys
import traceback
import types
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanlog._exception import capture_exception, format_stack


class AppError(Exception):
    pass


class SilentError(Exception):
    def __str__(self):
        raise ValueError("no text")


def raised(function, *args):
    try:
        function(*args)
    except BaseException as error:  # noqa: BLE001 - any
        return error
    raise AssertionError("nothing was raised")


def text_of(error):
    stack = capture_exception(error, error.__traceback__).stack
    return stack if isinstance(stack, str) else format_stack(stack)


def official_text_of(error):
    return "".join(traceback.format_exception(error))


def fail(message="deep", depth=3):
    if depth:
        return fail(message, depth - 1) + (1 / 1)
    raise AppError(message)


def fail_from():
    try:
        {}["missing"]
    except KeyError as error:
        raise AppError("chained") from error


def fail_during():
    try:
        fail()
    except AppError:
        int("x")


def fail_from_none():
    try:
        fail()
    except AppError:
        raise ValueError("alone") from None


def fail_with_notes():
    error = AppError("noted")
    error.add_note("first\nand second line")
    error.add_note("third")
    raise error


def fail_in_a_group():
    raise ExceptionGroup("several", [raised(fail), raised(fail_from)])


def fail_to_compile():
    compile("a = (", "config.py", "exec")


def fail_with_a_cause_that_is_a_group():
    raise AppError("because") from raised(fail_in_a_group)


def fail_in_a_circle():
    first, second = AppError("first"), AppError("second")
    first.__cause__, second.__cause__ = second, first
    raise first


def fail_without_text():
    raise SilentError


def fail_in_lines_of_many():
    return (
        fail(
            "many lines",
            1,
        )
        + 1
    )


def fail_in_generated_code():
    exec(compile("def made():\n    raise KeyError('generated')\nmade()", "<made>", "exec"), {})


def interrupt():
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "function",
    [
        fail,
        fail_from,
        fail_during,
        fail_from_none,
        fail_with_notes,
        fail_in_a_group,
        fail_to_compile,
        fail_with_a_cause_that_is_a_group,
        fail_in_a_circle,
        fail_without_text,
        fail_in_lines_of_many,
        fail_in_generated_code,
        interrupt,
    ],
)
def test_the_text_is_the_traceback_modules(function):
    error = raised(function)
    assert text_of(error) == official_text_of(error)
    # A second time from the cache.
    assert text_of(error) == official_text_of(error)


@given(links=st.lists(st.tuples(st.sampled_from(["cause", "context", "none"]), st.text(max_size=5)), max_size=6))
def test_chains_of_any_kind_have_the_traceback_modules_text(links):
    error: Exception = raised(fail, "oldest", 1)
    for kind, text in links:
        newer = raised(fail, text, 0)
        newer.__context__ = error
        if kind == "cause":
            newer.__cause__ = error
        newer.__suppress_context__ = kind != "context"
        error = newer
    assert text_of(error) == official_text_of(error)


def test_equal_frames_are_folded_as_the_traceback_module_does():
    error = raised(fail, "recursive", 150)
    assert "[Previous line repeated" in text_of(error)
    assert text_of(error) == official_text_of(error)


def test_a_very_long_stack_is_cut_in_the_middle_and_marked():
    def endless():
        endless()

    error = raised(endless)
    assert isinstance(error, RecursionError)
    assert "frames left out]" in text_of(error)
    assert text_of(error).endswith(official_text_of(error)[-40:])


def test_a_traceback_without_instructions_keeps_its_lines():
    frame = sys._getframe()
    error = AppError("rebuilt")
    error.__traceback__ = types.TracebackType(None, frame, -1, 42)
    assert f'File "{__file__}", line 42' in text_of(error)


def test_type_and_message_are_told():
    captured = capture_exception(raised(fail, "told"), None)
    assert (captured.type_name, captured.message) == (f"{__name__}.AppError", "told")
    assert capture_exception(ValueError("x"), None).type_name == "ValueError"
    assert capture_exception(SilentError(), None).message == "<exception str() failed>"


def test_neither_frames_nor_locals_are_kept_alive():
    class Resource:
        pass

    def fail_holding(resource):
        raise AppError(str(resource is not None))

    def capture():
        resource = Resource()
        error = raised(fail_holding, resource)
        return weakref.ref(resource), capture_exception(error, error.__traceback__)

    reference, captured = capture()
    gc.collect()
    assert reference() is None
    assert "fail_holding" in format_stack(captured.stack)


def test_a_chain_of_hundreds_ends():
    error = AppError("oldest")
    for number in range(500):
        newer = AppError(str(number))
        newer.__cause__ = error
        error = newer
    assert "499" in text_of(error)
