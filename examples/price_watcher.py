"""Polls a price service over HTTP, with the one line that attaches spanlog.

What goes wrong here really goes wrong: the service leaves a field out, then goes away; the strategy divides by
a spread of zero. urllib3 logs on its own, and its records arrive too.
"""

import logging
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import urllib3

import spanlog

logging.basicConfig(level=logging.INFO, format="%(levelname)-7s %(name)s: %(message)s")
logging.getLogger().addHandler(spanlog.SpanlogHandler(agent_id="price-watcher"))  # that is all
logging.getLogger("urllib3").setLevel(logging.DEBUG)
logging.getLogger().handlers[0].setLevel(logging.INFO)  # the terminal need not see that; spanlog may

logger = logging.getLogger("watcher")

QUOTES = {
    "ETH/USDC": b'{"bid": 2412.5, "ask": 2413.1}',
    "BTC/USDC": b'{"bid": 64011.0, "ask": 64011.0}',
    "SOL/USDC": b'{"bid": 171.2, "status": "halted"}',
}


class PriceService(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = QUOTES[self.path.removeprefix("/quotes/")]
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def quote(http, base_url, pair):
    answer = http.request("GET", f"{base_url}/quotes/{pair}").json()
    return answer["bid"], answer["ask"]


def edge(bid, ask, fee=0.0004):
    return (ask * (1 - fee) - bid) / (ask - bid)


def watch(http, base_url):
    for pair in QUOTES:
        try:
            bid, ask = quote(http, base_url, pair)
            logger.info("%s bid %.1f ask %.1f", pair, bid, ask, extra={"category": "market", "pair": pair})
            logger.info("%s edge %.2f", pair, edge(bid, ask), extra={"category": "strategy", "pair": pair})
        except KeyError:
            logger.exception("%s: the quote is incomplete", pair, extra={"category": "market", "pair": pair})
        except ZeroDivisionError:
            logger.exception("%s: no strategy", pair, extra={"category": "strategy", "pair": pair})
        except urllib3.exceptions.HTTPError:
            logger.exception("%s: no quote", pair, extra={"category": "market", "pair": pair})


def main():
    service = ThreadingHTTPServer(("127.0.0.1", 0), PriceService)
    serving = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    base_url = f"http://127.0.0.1:{service.server_port}"
    # One retry, so that urllib3 has something to say about a service that is gone.
    with urllib3.PoolManager(retries=urllib3.Retry(1, backoff_factor=0.05), timeout=1.0) as http:
        for _round in range(3):
            watch(http, base_url)
            time.sleep(0.1)
        service.shutdown()
        service.server_close()
        serving.join()
        http.clear()
        watch(http, base_url)  # nobody listens there any more


if __name__ == "__main__":
    main()
