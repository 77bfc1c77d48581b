"""Celery, which re-configures logging at a worker's start: a real worker on a broker in memory."""

from __future__ import annotations

WORKER = """
import logging
from celery import Celery, signals
from celery.contrib.testing.worker import start_worker
from celery.utils.log import get_task_logger
import spanlog

app = Celery("shop", broker="memory://", backend="cache+memory://")
log = get_task_logger("shop.tasks")

@app.task
def fill(order):
    log.info("filling %s", order, extra={"symbol": "BTC"})
    if order == 13:
        raise ValueError("unlucky")
    return order

def work():
    with start_worker(app, pool="solo", concurrency=1, perform_ping_check=False, loglevel="INFO", shutdown_timeout=30):
        assert fill.delay(7).get(timeout=30) == 7
        fill.delay(13).get(timeout=30, propagate=False)
"""

BY_SIGNALS = """
handler = spanlog.SpanlogHandler("worker")

@signals.after_setup_logger.connect
@signals.after_setup_task_logger.connect
def attach(logger, **_):
    # Set once for the root logger, once for celery.task, which does not propagate.
    logger.addHandler(handler)

work()
"""

OWN_CONFIGURATION = """
@signals.setup_logging.connect
def configure(**_):
    # With a receiver of this signal Celery leaves logging alone.
    logging.basicConfig(level="INFO", format="%(message)s", handlers=[spanlog.SpanlogHandler("worker")])

work()
"""

NOT_HIJACKED = """
app.conf.worker_hijack_root_logger = False
handler = spanlog.SpanlogHandler("worker")
logging.basicConfig(level="INFO", format="%(message)s", handlers=[handler])
logging.getLogger("celery.task").addHandler(handler)
work()
"""


def check(records):
    filled = [record for record in records if record.scope == "shop.tasks"]
    assert [(record.message.severity_text, record.body) for record in filled] == [
        ("INFO", "filling 7"),
        ("INFO", "filling 13"),
    ]
    assert {record.attributes["symbol"] for record in filled} == {"BTC"}
    assert {record.attributes["spanlog.template"] for record in filled} == {"filling %s"}
    traced = [record for record in records if record.scope == "celery.app.trace"]
    succeeded = [record for record in traced if "succeeded" in record.body]
    assert len(succeeded) == 1
    [failed] = [record for record in traced if record.message.severity_text == "ERROR"]
    assert "unlucky" in failed.body
    assert failed.attributes["exception.type"] == "ValueError"
    received = [record for record in records if "received" in record.body]
    assert len(received) == 2


def test_attached_by_signals_the_handler_gets_every_record_once(ran_with):
    check(ran_with(WORKER + BY_SIGNALS, "celery"))


def test_a_configuration_of_ones_own_gets_every_record_once(ran_with):
    check(ran_with(WORKER + OWN_CONFIGURATION, "celery"))


def test_handlers_attached_before_stay_where_celery_does_not_hijack_the_root_logger(ran_with):
    check(ran_with(WORKER + NOT_HIJACKED, "celery"))
