"""gunicorn: the handler is made before the workers are forked, and everything arrives from both sides."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
import urllib.request

import pytest

APPLICATION = """
import logging, os
log = logging.getLogger("app")
log.info("loaded by %d", os.getpid())

def app(environ, start_response):
    log.info("serving %s", environ["PATH_INFO"], extra={"pid": os.getpid()})
    start_response("204 No Content", [])
    return []
"""

CONFIGURATION = """
bind = "127.0.0.1:0"
workers = 1
preload_app = {preload}
control_socket_disable = True
logconfig_dict = {{
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {{"spanlog": {{"class": "spanlog.SpanlogHandler", "agent_id": "web"}}}},
    "root": {{"level": "INFO", "handlers": ["spanlog"]}},
    "loggers": {{
        "gunicorn.error": {{"level": "INFO", "handlers": ["spanlog"], "propagate": False}},
        "gunicorn.access": {{"level": "INFO", "handlers": ["spanlog"], "propagate": False}},
    }},
}}
accesslog = "-"
"""


@pytest.mark.parametrize("preload", [True, False])
def test_master_and_worker_send_their_own_records_once(tmp_path, sink, preload):
    if importlib.util.find_spec("gunicorn") is None:
        pytest.skip("gunicorn is not installed")
    (tmp_path / "web.py").write_text(APPLICATION)
    (tmp_path / "gunicorn.conf.py").write_text(CONFIGURATION.format(preload=preload))
    environment = {**os.environ, "SPANLOG_ENDPOINT": sink.url, "PYTHONPATH": str(tmp_path), "HOME": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "web:app"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        try:
            sink.wait_for(lambda: server.poll() is not None or matches(sink, r"Listening at: (\S+)"))
            assert server.poll() is None, server.stdout.read()
            [url] = matches(sink, r"Listening at: (\S+)")
            with urllib.request.urlopen(f"{url}/orders", timeout=30) as response:
                assert response.status == 204
            sink.wait_for(lambda: matches(sink, r"(serving) "))
            server.send_signal(signal.SIGTERM)
            output, _ = server.communicate(timeout=60)
        finally:
            server.kill()
    assert server.returncode == 0, output
    served = [record for record in sink.records if record.body == "serving /orders"]
    assert len(served) == 1
    assert served[0].message.severity_text == "INFO"
    assert served[0].scope == "app"
    [worker] = matches(sink, r"Booting worker with pid: (\d+)")
    assert served[0].attributes["pid"] == int(worker)
    [loader] = matches(sink, r"loaded by (\d+)")
    assert (int(loader) == server.pid) == preload
    assert len([record for record in sink.records if record.scope == "gunicorn.access"]) == 1
    assert len(matches(sink, r"(Shutting down: Master)")) == 1


def matches(sink, pattern):
    return [found[1] for record in sink.records if (found := re.search(pattern, record.body))]
