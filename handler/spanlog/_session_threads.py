"""How a session gets into the threads that are started inside it.

A thread begins with an empty context (before Python 3.14, and there unless the interpreter is told otherwise), so
a session would end where a thread starts, which is where an agent's tools often run. What else was weighed:

* an audit hook sees every thread start without replacing anything, but cannot be taken away, and costs a call for
  every ``open``, ``import`` and ``sys._getframe``, which each logging call does;
* nothing in a thread names the one that started it, so the handler cannot look for it when a record comes;
* a helper that programs call around each thread function leaves out the threads that libraries start.

So ``Thread.start`` and ``ThreadPoolExecutor.submit`` are wrapped, as OpenTelemetry's ThreadingInstrumentor does,
with the first session that a program enters and never without one. The wrappers carry the session and nothing
else of the context, pass through where there is none, and stay: taking them away with the last session could
take away somebody else's who wrapped after. A pool's threads outlive the calls they were started for, so there
each call carries its session and the thread itself none.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import threading
from typing import TYPE_CHECKING, Generic, ParamSpec, TypeVar

from spanlog._session import CURRENT_SESSION, SessionIds

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future, ThreadPoolExecutor

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# As they were when this module was imported, so that wrapping twice (two threads at once) wraps once.
_start_thread = threading.Thread.start
_submit_call = concurrent.futures.ThreadPoolExecutor.submit

_is_wrapped = False


def carry_sessions_into_threads() -> None:
    """Wrap ``Thread.start`` and ``ThreadPoolExecutor.submit``. May be called again; takes no lock."""
    global _is_wrapped  # noqa: PLW0603 - there is one threading module
    if not _is_wrapped:
        threading.Thread.start = _start_in_session  # type: ignore[method-assign]
        concurrent.futures.ThreadPoolExecutor.submit = _submit_in_session  # type: ignore[assignment, method-assign]
        _is_wrapped = True


def _start_in_session(self: threading.Thread) -> None:
    ids = CURRENT_SESSION.get()
    # A thread that has an ident was started before: start() is going to refuse.
    if ids is None or self.ident is not None:
        _start_thread(self)
        return
    run = self.run
    # On the instance, because a subclass may have a run() of its own; one that takes no attribute goes without.
    with contextlib.suppress(AttributeError):
        self.run = _RunInSession(self, ids)  # type: ignore[method-assign]
    try:
        _start_thread(self)
    except BaseException:
        # It did not start. Whoever runs it in another way gets what was there.
        with contextlib.suppress(AttributeError):
            self.run = run  # type: ignore[method-assign]
        raise


class _RunInSession:
    """Stands for a thread's ``run`` until it runs."""

    def __init__(self, thread: threading.Thread, ids: SessionIds) -> None:
        self._thread = thread
        self._run = thread.run
        self._ids = ids

    def __call__(self) -> None:
        # Out of the way first: the thread must not keep itself alive through this object.
        vars(self._thread).pop("run", None)
        run = self._run
        del self._thread, self._run
        CURRENT_SESSION.set(self._ids)
        run()


def _submit_in_session(
    self: ThreadPoolExecutor,
    function: Callable[Arguments, Result],
    /,
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Future[Result]:
    ids = CURRENT_SESSION.get()
    if ids is None:
        return _submit_call(self, function, *args, **kwargs)
    # None meanwhile: a thread that the pool starts for this call is there for others too.
    token = CURRENT_SESSION.set(None)
    try:
        return _submit_call(self, _CallInSession(function, ids), *args, **kwargs)
    finally:
        CURRENT_SESSION.reset(token)


class _CallInSession(Generic[Arguments, Result]):
    """A call that runs in a session, in whatever thread."""

    def __init__(self, function: Callable[Arguments, Result], ids: SessionIds) -> None:
        self._function = function
        self._ids = ids

    def __call__(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        token = CURRENT_SESSION.set(self._ids)
        try:
            return self._function(*args, **kwargs)
        finally:
            CURRENT_SESSION.reset(token)
