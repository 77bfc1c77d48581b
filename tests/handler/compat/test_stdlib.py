"""The standard library's own ways to set logging up, and to hand records on."""

from __future__ import annotations


def test_a_configured_handler_and_the_one_of_a_later_configuration_each_get_their_own(ran_with, facts):
    source = """
import logging, logging.config
def configure(category):
    logging.config.dictConfig({
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"spanlog": {"class": "spanlog.SpanlogHandler", "agent_id": "crypto", "category": category}},
        "root": {"level": "INFO", "handlers": ["spanlog"]},
    })
configure("first")
log = logging.getLogger("app")
log.info("one %d", 1, extra={"symbol": "BTC"})
log.debug("too low")
configure("second")
log.warning("two")
"""
    records = ran_with(source)
    assert facts(records) == [("app", "INFO", "one 1"), ("app", "WARN", "two")]
    assert [record.attributes["spanlog.category"] for record in records] == ["first", "second"]
    assert records[0].attributes["symbol"] == "BTC"
    assert {record.resource["gen_ai.agent.id"] for record in records} == {"crypto"}


def test_a_handler_that_a_configuration_closes_but_leaves_attached_goes_on(ran_with, facts):
    source = """
import logging, logging.config
import spanlog
log = logging.getLogger("kept")
log.setLevel("INFO")
log.addHandler(spanlog.SpanlogHandler("crypto"))
log.info("before")
logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})
log.info("after")
"""
    assert facts(ran_with(source)) == [("kept", "INFO", "before"), ("kept", "INFO", "after")]


def test_behind_a_queue_listener_everything_arrives_once(ran_with, facts):
    source = """
import logging, logging.handlers, queue
import spanlog
waiting = queue.SimpleQueue()
handler = spanlog.SpanlogHandler("crypto")
listener = logging.handlers.QueueListener(waiting, handler, respect_handler_level=True)
listener.start()
log = logging.getLogger("app")
log.setLevel("INFO")
log.addHandler(logging.handlers.QueueHandler(waiting))
log.info("order %d", 7, extra={"symbol": "BTC"})
try:
    1 / 0
except ZeroDivisionError:
    log.exception("order %d failed", 8)
listener.stop()
"""
    first, second = ran_with(source)
    assert facts([first]) == [("app", "INFO", "order 7")]
    assert first.attributes["symbol"] == "BTC"
    assert first.attributes["thread.name"] == "MainThread"
    assert first.attributes["code.function.name"] == "<module>"
    # The queue's handler has merged arguments and exception into the message before: nothing of it is lost.
    assert second.message.severity_text == "ERROR"
    assert second.body.startswith("order 8 failed\nTraceback (most recent call last):\n")
    assert second.body.endswith("ZeroDivisionError: division by zero")
    assert not {"message", "asctime"} & set(second.attributes)


def test_a_pickled_record_with_only_the_text_of_its_exception_keeps_it(ran_with):
    # What logging.handlers.SocketHandler sends and its receiving end makes of it.
    source = """
import logging, logging.handlers, pickle
import spanlog
sent = logging.handlers.SocketHandler("", 0)
log = logging.getLogger("app")
try:
    1 / 0
except ZeroDivisionError as error:
    record = log.makeRecord("app", 40, "/srv/bot.py", 1, "order %d failed", (8,), (type(error), error, None))
received = logging.makeLogRecord(pickle.loads(sent.makePickle(record)[4:]))
log.addHandler(spanlog.SpanlogHandler("crypto"))
log.handle(received)
"""
    [record] = ran_with(source)
    assert record.body == "order 8 failed"
    assert record.attributes["exception.stacktrace"] == "ZeroDivisionError: division by zero"


def test_what_a_logger_adapter_adds_becomes_attributes(ran_with, facts):
    source = """
import logging
import spanlog
logging.basicConfig(level="INFO", format="%(message)s", handlers=[spanlog.SpanlogHandler("crypto")])
log = logging.LoggerAdapter(logging.getLogger("app"), {"session_key": "run-1", "user": "bob"})
log.info("hello %s", "you")
"""
    records = ran_with(source)
    assert facts(records) == [("app", "INFO", "hello you")]
    attributes = records[0].attributes
    assert (attributes["session.id"], attributes["user"]) == ("run-1", "bob")
    assert attributes["spanlog.template"] == "hello %s"


def test_basic_config_gives_the_handler_its_format_unless_told_another(ran_with, facts):
    source = """
import logging
import spanlog
logging.basicConfig(level="INFO", handlers=[spanlog.SpanlogHandler("crypto")])
logging.getLogger("app").info("hello %s", "you")
logging.basicConfig(level="INFO", format="%(message)s", handlers=[spanlog.SpanlogHandler("crypto")], force=True)
logging.getLogger("app").info("hello %s", "you")
"""
    # basicConfig sets a formatter on every handler that has none, and a formatter that was set makes the body.
    assert facts(ran_with(source)) == [("app", "INFO", "INFO:app:hello you"), ("app", "INFO", "hello you")]


def test_captured_warnings_arrive(ran_with):
    source = """
import logging, warnings
import spanlog
logging.basicConfig(level="INFO", format="%(message)s", handlers=[spanlog.SpanlogHandler("crypto")])
logging.captureWarnings(True)
warnings.warn("this is old", DeprecationWarning, stacklevel=1)
"""
    [record] = ran_with(source)
    assert (record.scope, record.message.severity_text) == ("py.warnings", "WARN")
    assert "DeprecationWarning: this is old" in record.body


def test_beside_another_handler_the_record_stays_as_it_was(ran_with, tmp_path):
    path = tmp_path / "app.log"
    source = f"""
import logging
import spanlog
file = logging.FileHandler({str(path)!r})
file.setFormatter(logging.Formatter("%(levelname)s %(message)s %(args)r"))
logging.basicConfig(level="INFO", handlers=[spanlog.SpanlogHandler("crypto"), file])
logging.getLogger("app").info("hello %s", "you", extra={{"agent_id": "planner"}})
"""
    [record] = ran_with(source)
    assert record.attributes["gen_ai.agent.id"] == "planner"
    assert path.read_text() == "INFO hello you ('you',)\n"


def test_under_pytests_caplog_both_get_the_record(caplog, sink, facts):
    import logging

    import spanlog

    handler = spanlog.SpanlogHandler("crypto", endpoint=sink.url)
    log = logging.getLogger("compat.caplog")
    log.addHandler(handler)
    try:
        with caplog.at_level("INFO", logger="compat.caplog"):
            log.info("hello %s", "you")
        assert handler.flush(30)
    finally:
        log.removeHandler(handler)
        handler.close()
    assert facts(sink.records) == [("compat.caplog", "INFO", "hello you")]
    assert caplog.record_tuples == [("compat.caplog", logging.INFO, "hello you")]
