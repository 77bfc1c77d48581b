"""loguru, with the handler as one of its sinks."""

from __future__ import annotations


def test_a_sink_gets_message_level_fields_and_exception(ran_with, facts):
    source = """
import sys
from loguru import logger
import spanlog
logger.remove()
logger.add(spanlog.SpanlogHandler("crypto"), format="{message}", level="INFO")
logger.debug("too low")
logger.bind(symbol="BTC").info("order {} filled", 7)
logger.success("done")
try:
    1 / 0
except ZeroDivisionError:
    logger.exception("order failed")
logger.complete()
"""
    records = ran_with(source, "loguru")
    assert facts(records[:2]) == [("__main__", "INFO", "order 7 filled"), ("__main__", "SUCCESS", "done")]
    assert records[0].attributes["extra"] == {"symbol": "BTC"}
    # Between INFO and WARN.
    assert 9 < records[1].message.severity_number < 13
    failed = records[2]
    assert failed.message.severity_text == "ERROR"
    assert failed.body.startswith("order failed")
    assert failed.attributes["exception.type"] == "ZeroDivisionError"
    assert failed.attributes["exception.stacktrace"].endswith("ZeroDivisionError: division by zero\n")
    assert len(records) == 3
