"""uvicorn, with a log configuration that names the handler, and with none."""

from __future__ import annotations

import pytest

SERVER = """
import logging, threading, time, urllib.request
import uvicorn
import spanlog

async def app(scope, receive, send):
    assert scope["type"] == "http"
    logging.getLogger("app").info("serving %s", scope["path"])
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})

def serve(log_config):
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=log_config))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    urllib.request.urlopen(f"http://127.0.0.1:{port}/orders?token=abc123", timeout=30).close()
    server.should_exit = True
    thread.join()
"""

NAMED = """
handlers = ["spanlog"]
serve({
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"spanlog": {"class": "spanlog.SpanlogHandler", "agent_id": "web"}},
    "root": {"level": "INFO", "handlers": handlers},
    "loggers": {"uvicorn": {"level": "INFO"}, "uvicorn.access": {"level": "INFO"}},
})
"""

NONE = """
logging.basicConfig(level="INFO", format="%(message)s", handlers=[spanlog.SpanlogHandler("web")])
serve(None)
"""

EXTENDED = """
import copy
config = copy.deepcopy(uvicorn.config.LOGGING_CONFIG)
config["handlers"]["spanlog"] = {"class": "spanlog.SpanlogHandler", "agent_id": "web"}
config["loggers"]["uvicorn"]["handlers"].append("spanlog")
config["loggers"]["uvicorn.access"]["handlers"].append("spanlog")
config["root"] = {"level": "INFO", "handlers": ["spanlog"]}
serve(config)
"""


@pytest.mark.parametrize("configured", [NAMED, NONE, EXTENDED], ids=["named", "none", "extended"])
def test_requests_and_the_servers_own_records_arrive_once(ran_with, facts, configured):
    records = ran_with(SERVER + configured, "uvicorn")
    access = [record for record in records if record.scope == "uvicorn.access"]
    assert len(access) == 1
    assert access[0].message.severity_text == "INFO"
    assert access[0].body.startswith("127.0.0.1:")
    assert access[0].body.endswith('HTTP/1.1" 204')
    assert facts([record for record in records if record.scope == "app"]) == [("app", "INFO", "serving /orders")]
    told = [record.body for record in records if record.scope == "uvicorn.error"]
    assert len([text for text in told if text.startswith("Uvicorn running on")]) == 1
    assert len([text for text in told if text.startswith("Finished server process")]) == 1
