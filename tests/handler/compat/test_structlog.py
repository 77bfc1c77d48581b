"""structlog, by its two ways through the standard library."""

from __future__ import annotations

import json


def test_event_and_fields_become_message_and_attributes(ran_with, facts):
    source = """
import logging
import structlog
import spanlog
logging.basicConfig(level="INFO", format="%(message)s", handlers=[spanlog.SpanlogHandler("crypto")])
structlog.configure(
    processors=[structlog.contextvars.merge_contextvars, structlog.stdlib.render_to_log_kwargs],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
log = structlog.get_logger("app").bind(symbol="BTC")
structlog.contextvars.bind_contextvars(session_key="run-1")
log.info("order filled", quantity=3)
try:
    1 / 0
except ZeroDivisionError:
    log.exception("order failed")
"""
    records = ran_with(source, "structlog")
    assert facts(records) == [("app", "INFO", "order filled"), ("app", "ERROR", "order failed")]
    first, second = (record.attributes for record in records)
    assert (first["symbol"], first["quantity"], first["session.id"]) == ("BTC", 3, "run-1")
    assert second["exception.type"] == "ZeroDivisionError"
    assert "Traceback" in second["exception.stacktrace"]


def test_a_processor_formatter_makes_the_body(ran_with):
    source = """
import logging
import structlog
import spanlog
handler = spanlog.SpanlogHandler("crypto")
handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.processors.JSONRenderer(),
]))
logging.basicConfig(level="INFO", format="%(message)s", handlers=[handler])
structlog.configure(
    processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
structlog.get_logger("app").warning("order late", symbol="BTC")
logging.getLogger("plain").warning("order %s", "late")
"""
    by_structlog, by_logging = ran_with(source, "structlog")
    assert json.loads(by_structlog.body) == {"event": "order late", "symbol": "BTC"}
    assert (by_structlog.scope, by_structlog.message.severity_text) == ("app", "WARN")
    assert json.loads(by_logging.body) == {"event": "order late"}
